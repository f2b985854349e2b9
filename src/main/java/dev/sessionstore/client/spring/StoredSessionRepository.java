package dev.sessionstore.client.spring;

import dev.sessionstore.client.AttributeCodec;
import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.StoredSession;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.FlushMode;
import org.springframework.session.IndexResolver;
import org.springframework.session.SaveMode;
import org.springframework.session.Session;
import org.springframework.session.SessionIdGenerator;

/**
 * Spring Session's sessions in the service. One bean makes an application with {@code @EnableSpringHttpSession} use it:
 *
 * <pre>{@code
 * @Bean
 * StoredSessionRepository sessions(SessionClient client) {
 *     return StoredSessionRepository.builder(client).sealingKey(key).codec(codec).build();
 * }
 * }</pre>
 *
 * <p>Thread-safe. A save sends what changed, so that parallel requests' changes of different attributes all survive, and
 * makes {@code changeSessionId} one rotation with these changes. What Spring's {@code PrincipalNameIndexResolver} finds in a
 * session is its principal: "log out everywhere" is {@link SessionClient#revokeAll}. No session events are published: when
 * sessions end, the service knows.
 *
 * <p>All calls throw what {@link SessionClient} throws when the service fails. A stored session that cannot be read counts as
 * absent, with a warning.
 */
public final class StoredSessionRepository implements FindByIndexNameSessionRepository<SpringSession> {
    private static final Logger LOG = LoggerFactory.getLogger(StoredSessionRepository.class);

    final AttributeCodec codec;
    final SessionIdGenerator ids;
    final SaveMode saveMode;

    @Nullable final SealedId sealing;

    private final SessionClient client;
    private final IndexResolver<Session> indexResolver;
    private final Duration maxInactiveInterval;
    private final FlushMode flushMode;
    private final SessionSaver saver;
    /**
     * By the new id, under which id the service has a session whose change of id is not saved: Spring deletes by the new one
     * only. Weak, for as long as the session itself holds its new id: many a one is never saved.
     */
    private final Map<String, String> renamed = Collections.synchronizedMap(new WeakHashMap<>());

    StoredSessionRepository(StoredSessionRepositoryBuilder from) {
        codec = from.codec;
        ids = from.ids;
        saveMode = from.saveMode;
        sealing = from.sealing;
        client = from.client;
        indexResolver = from.indexResolver;
        maxInactiveInterval = from.maxInactiveInterval;
        flushMode = from.flushMode;
        saver = new SessionSaver(client, from.rotationGrace);
    }

    /** @param client stays the caller's to close; its codec is not used */
    public static StoredSessionRepositoryBuilder builder(SessionClient client) {
        return new StoredSessionRepositoryBuilder(client);
    }

    @Override
    public SpringSession createSession() {
        SpringSession session = new SpringSession(this, ids.generate(), maxInactiveInterval);
        flush(session);
        return session;
    }

    /** Slides its idle timeout. Null: there is none, it is over, or it cannot be read. */
    @Override
    public @Nullable SpringSession findById(String id) {
        try {
            return client.find(id).map(stored -> read(stored, id, true)).orElse(null);
        } catch (SessionGoneException e) {
            return null;
        }
    }

    /** Also where the session got this id just now and was not saved since. */
    @Override
    public void deleteById(String id) {
        String storedId = renamed.get(id);
        if (storedId != null) {
            // First: a rotation whose answer was lost, and that comes late, then finds nothing.
            client.delete(storedId);
        }
        client.delete(id);
        renamed.remove(id);
    }

    /** A change of id is to be saved. */
    void renaming(String storedId, String newId) {
        renamed.put(newId, storedId);
    }

    /** It is saved. */
    void renamed(String newId) {
        renamed.remove(newId);
    }

    /**
     * Stores what changed. A session that ended meanwhile is not brought back, and one that got another id meanwhile takes
     * no changes under the old one.
     *
     * @throws IllegalStateException if it ended, even if nothing changed; if it got another id, and something did
     * @throws AttributeFormatException if the codec cannot write a value
     */
    @Override
    public void save(SpringSession session) {
        boolean isThere;
        try {
            isThere = saver.save(session);
        } catch (SessionGoneException e) {
            throw new IllegalStateException("Session was invalidated", e);
        }
        if (!isThere) {
            throw new IllegalStateException("Session was invalidated");
        }
    }

    /** Called with each change. */
    void flush(SpringSession session) {
        if (flushMode == FlushMode.IMMEDIATE) {
            save(session);
        }
    }

    /**
     * A principal's sessions by their ids, newest first. Slides nothing.
     *
     * @return empty for another index than {@code PRINCIPAL_NAME_INDEX_NAME}
     * @throws IllegalStateException if no {@linkplain StoredSessionRepositoryBuilder#sealingKey sealing key} was given
     */
    @Override
    public Map<String, SpringSession> findByIndexNameAndIndexValue(String indexName, String indexValue) {
        if (!PRINCIPAL_NAME_INDEX_NAME.equals(indexName) || indexValue.isEmpty()) {
            return Map.of();
        }
        if (sealing == null) {
            throw new IllegalStateException(
                    "to find sessions by principal the repository needs a sealingKey: the service's lists carry no ids");
        }
        Map<String, SpringSession> found = new LinkedHashMap<>();
        try (Stream<StoredSession> all = client.sessionsOf(indexValue, true)) {
            all.forEach(stored -> {
                Optional<String> id = sealing.open(stored);
                if (id.isEmpty()) {
                    LOG.warn("session {} holds no id sealed with this application's key: not found", stored.handle());
                    return;
                }
                SpringSession session = read(stored, id.get(), false);
                if (session != null) {
                    found.put(session.getId(), session);
                }
            });
        }
        return found;
    }

    private @Nullable SpringSession read(StoredSession stored, String id, boolean slid) {
        if (stored.isExpired()) {
            return null;
        }
        String sealedId = sealing == null ? null : sealing.open(stored).orElse(null);
        SpringSession session = new SpringSession(this, id, stored, slid, sealedId);
        for (String name : stored.names()) {
            byte @Nullable [] json = stored.json(name);
            if (json == null || name.equals(SealedId.NAME)) {
                continue;
            }
            Object value;
            try {
                value = codec.decode(name, json, Object.class);
            } catch (RuntimeException e) {
                // What codecs say themselves holds no values; what a value's own class says may.
                String why = e instanceof AttributeFormatException
                        ? e.getMessage()
                        : e.getClass().getName();
                LOG.warn("session {} cannot be read and counts as absent: {}", stored.handle(), why);
                return null;
            }
            if (value != null) {
                session.load(name, value, json);
            }
        }
        return session;
    }

    /** Null: nobody's. */
    @Nullable String principalOf(Session session) {
        String name = indexResolver.resolveIndexesFor(session).get(PRINCIPAL_NAME_INDEX_NAME);
        return name == null || name.isEmpty() ? null : name;
    }
}
