package dev.sessionstore.client.spring;

import dev.sessionstore.client.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.session.MapSession;
import org.springframework.session.SaveMode;
import org.springframework.session.Session;

/**
 * A session as one request sees it, with what it changed since it was read or saved. Made by a
 * {@link StoredSessionRepository} and saved by the same. Not thread-safe.
 *
 * <p>{@code getCreationTime} and {@code getLastAccessedTime} of a session that was found are by the service's clock.
 */
public final class SpringSession implements Session {
    private static final Duration FOR_EVER = Duration.ofSeconds(-1);

    private static final Duration LONGEST_SLACK = Duration.ofMinutes(1);

    /** For how long this copy is good, no more: when a session ends is the service's to say. */
    private static final InstantSource CLOCK = InstantSource.system();

    private final StoredSessionRepository repository;
    /** What the application sees. */
    private final MapSession values;

    private final Set<String> written = new LinkedHashSet<>();
    private final Set<String> read = new LinkedHashSet<>();
    /** By name, what was loaded or sent: what was not set is written only if it became something else. */
    private final Map<String, byte[]> known = new HashMap<>();

    /** Under which the service has it; null: it is new. */
    private @Nullable String storedId;

    private @Nullable String storedPrincipal;
    /** Which id it holds sealed; null: none. */
    private @Nullable String sealedId;
    /** To which id a create or rotate was sent that failed, perhaps only its answer. */
    private @Nullable String attemptedId;

    private Instant accessedAt = CLOCK.instant();
    /** Whether the application said so. */
    private boolean accessed;
    /** When the service last slid its idle timeout, as far as is known here. */
    private Instant slidAt = accessedAt;

    private boolean intervalChanged;
    /** Whether the last save found it there, and nothing was done to it since. */
    private boolean settled;
    /** Whether the application's own times end it. */
    private boolean over;

    /** A new one. */
    SpringSession(StoredSessionRepository repository, String id, Duration maxInactiveInterval) {
        this.repository = repository;
        values = new MapSession(id);
        values.setMaxInactiveInterval(maxInactiveInterval);
    }

    /** One that the service has; its attributes are yet to be {@link #load}ed. */
    SpringSession(
            StoredSessionRepository repository,
            String id,
            StoredSession stored,
            boolean slid,
            @Nullable String sealedId) {
        this(repository, id, stored.idleTimeout().orElse(FOR_EVER));
        slidAt = slid ? accessedAt : Instant.EPOCH;
        storedId = id;
        storedPrincipal = stored.principal().orElse(null);
        this.sealedId = sealedId;
        values.setCreationTime(stored.createdAt());
        values.setLastAccessedTime(stored.lastAccessedAt());
    }

    void load(String name, Object value, byte[] json) {
        values.setAttribute(name, value);
        known.put(name, json);
    }

    @Override
    public String getId() {
        return values.getId();
    }

    @Override
    public String changeSessionId() {
        String id = repository.ids.generate();
        values.setId(id);
        settled = false;
        if (storedId != null) {
            repository.renaming(storedId, id);
        }
        repository.flush(this);
        return id;
    }

    @Override
    public <T> @Nullable T getAttribute(String attributeName) {
        T value = values.getAttribute(attributeName);
        if (value != null && repository.saveMode == SaveMode.ON_GET_ATTRIBUTE) {
            read.add(attributeName);
        }
        return value;
    }

    @Override
    public Set<String> getAttributeNames() {
        return values.getAttributeNames();
    }

    /** @param attributeValue null removes it */
    @Override
    public void setAttribute(String attributeName, @Nullable Object attributeValue) {
        if (attributeName.equals(SealedId.NAME)) {
            throw new IllegalArgumentException("the attribute " + SealedId.NAME + " is reserved");
        }
        values.setAttribute(attributeName, attributeValue);
        written.add(attributeName);
        settled = false;
        repository.flush(this);
    }

    @Override
    public void removeAttribute(String attributeName) {
        setAttribute(attributeName, null);
    }

    @Override
    public Instant getCreationTime() {
        return values.getCreationTime();
    }

    /** Says that it is in use; the service notes the time itself. A time so long ago that the session is over ends it. */
    @Override
    public void setLastAccessedTime(Instant lastAccessedTime) {
        values.setLastAccessedTime(lastAccessedTime);
        accessedAt = lastAccessedTime;
        accessed = true;
        settled = false;
        over = isIdleTooLong();
    }

    @Override
    public Instant getLastAccessedTime() {
        return values.getLastAccessedTime();
    }

    /** @param interval rounded up to whole seconds; zero ends the session at its save, negative: for ever */
    @Override
    public void setMaxInactiveInterval(Duration interval) {
        values.setMaxInactiveInterval(interval);
        intervalChanged = true;
        settled = false;
        over = isIdleTooLong();
        repository.flush(this);
    }

    @Override
    public Duration getMaxInactiveInterval() {
        return values.getMaxInactiveInterval();
    }

    @Override
    public boolean isExpired() {
        return over || isIdleTooLong();
    }

    private boolean isIdleTooLong() {
        Duration interval = values.getMaxInactiveInterval();
        Duration idle = Duration.between(accessedAt, CLOCK.instant());
        return !interval.isNegative() && idle.compareTo(interval) >= 0;
    }

    /** Under which the service has it; null: it is new. */
    @Nullable String storedId() {
        return storedId;
    }

    /** Whether the application set a time that ends it, rather than that time went by while it was held. */
    boolean isOver() {
        return over;
    }

    /** As the service does: an access within a hundredth of the interval, and a minute, of the last need not be noted. */
    boolean mustBeTouched() {
        Duration hundredth = values.getMaxInactiveInterval().dividedBy(100);
        Duration slack = hundredth.isNegative() || hundredth.compareTo(LONGEST_SLACK) > 0 ? LONGEST_SLACK : hundredth;
        return accessed && Duration.between(slidAt, accessedAt).compareTo(slack) > 0;
    }

    /** Whether it may be taken for alive: Spring saves twice, before a response commits and at the end of its request. */
    boolean isSettled() {
        return settled;
    }

    void slid() {
        slidAt = CLOCK.instant();
    }

    /** Notes that a create or rotate to its present id is tried. True: it was before, and is not known to have failed. */
    boolean attempt() {
        boolean again = getId().equals(attemptedId);
        attemptedId = getId();
        return again;
    }

    /** What the service does not know yet. */
    Changes changes() {
        Map<String, byte @Nullable []> attributes = new LinkedHashMap<>();
        for (String name : written) {
            attributes.put(name, json(name));
        }
        for (String name : repository.saveMode == SaveMode.ALWAYS ? values.getAttributeNames() : read) {
            if (!written.contains(name)) {
                byte @Nullable [] json = json(name);
                if (!Arrays.equals(json, known.get(name))) {
                    attributes.put(name, json);
                }
            }
        }
        boolean isNew = storedId == null;
        String principal = isNew || !attributes.isEmpty() ? repository.principalOf(values) : storedPrincipal;
        String idToSeal = principal == null ? null : getId();
        if (repository.sealing != null && !Objects.equals(idToSeal, sealedId)) {
            attributes.put(SealedId.NAME, idToSeal == null ? null : repository.sealing.seal(idToSeal));
        }
        return new Changes(
                attributes,
                isNew || !Objects.equals(principal, storedPrincipal),
                principal,
                isNew || intervalChanged,
                values.getMaxInactiveInterval());
    }

    private byte @Nullable [] json(String name) {
        Object value = values.getAttribute(name);
        return value == null ? null : repository.codec.encode(name, value);
    }

    /** The service took these. */
    void saved(Changes changes) {
        changes.attributes().forEach((name, json) -> {
            if (json == null) {
                known.remove(name);
            } else {
                known.put(name, json);
            }
        });
        if (changes.attributes().containsKey(SealedId.NAME)) {
            sealedId = changes.principal() == null ? null : getId();
        }
        if (changes.namesPrincipal()) {
            storedPrincipal = changes.principal();
        }
        written.clear();
        read.clear();
        if (!getId().equals(storedId)) {
            storedId = getId();
            repository.renamed(storedId);
        }
        attemptedId = null;
        intervalChanged = false;
        settled = true;
    }
}
