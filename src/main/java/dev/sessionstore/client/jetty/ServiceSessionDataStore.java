package dev.sessionstore.client.jetty;

import dev.sessionstore.client.AttributeCodec;
import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.Sealing;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.SessionStoreException;
import dev.sessionstore.client.StoredSession;
import dev.sessionstore.client.VersionConflictException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.eclipse.jetty.session.AbstractSessionDataStore;
import org.eclipse.jetty.session.SessionData;
import org.eclipse.jetty.session.UnreadableSessionDataException;
import org.eclipse.jetty.session.UnwriteableSessionDataException;
import org.eclipse.jetty.util.annotation.ManagedAttribute;
import org.eclipse.jetty.util.annotation.ManagedObject;
import org.jspecify.annotations.Nullable;

/**
 * One Jetty context's sessions, in the service. {@link ServiceSessionDataStoreFactory} makes it. Thread-safe, as Jetty
 * uses it: one session is stored by one thread at a time.
 *
 * <p>Each attribute is one of the stored session's, so that servers that change different ones lose nothing; what Jetty
 * knows besides is in attributes called {@code dev.sessionstore.jetty.…}. The session's end is Jetty's, and no timeout of
 * the service's ends it before.
 */
@ManagedObject("sessions in session-store")
public final class ServiceSessionDataStore extends AbstractSessionDataStore {
    /** Jetty's exceptions repeat the id that they are given, and end up in logs. */
    private static final String WITHHELD = "(id withheld)";

    private final SessionClient client;
    private final Sealing sealing;
    private final AttributeCodec codec;
    private final InstantSource clock;
    /** Jetty's ids whose sessions this store ended; weak, for as long as a session that had the id is in use. */
    private final Set<String> deleted = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private volatile @Nullable Parts parts;

    ServiceSessionDataStore(SessionClient client, Sealing sealing, AttributeCodec codec) {
        // Jetty's own: it goes by the system's.
        this(client, sealing, codec, InstantSource.system());
    }

    ServiceSessionDataStore(SessionClient client, Sealing sealing, AttributeCodec codec, InstantSource clock) {
        this.client = client;
        this.sealing = sealing;
        this.codec = codec;
        this.clock = clock;
    }

    /** What is known only when it starts. */
    private record Parts(
            HostIds ids, Claims claims, CachedCopies copies, Loading loading, Storing storing, Scavenging scavenging) {}

    /** @throws IllegalStateException if the namespace's expiry is not advisory */
    @Override
    protected void doStart() throws Exception {
        super.doStart();
        AdvisoryExpiry.require(client);
        HostIds ids = HostIds.of(_context, sealing);
        Claims claims = new Claims(client, _context.getWorkerName(), getGracePeriodSec());
        CachedCopies copies = new CachedCopies(_context.getSessionManager());
        parts = new Parts(
                ids,
                claims,
                copies,
                new Loading(codec),
                new Storing(client, ids, codec),
                new Scavenging(client, _context, ids, claims, copies));
    }

    private Parts parts() {
        return Objects.requireNonNull(parts, "not started");
    }

    /** Objects become JSON and back: listeners hear of passivation. */
    @Override
    @ManagedAttribute(value = "does this store serialize sessions", readonly = true)
    public boolean isPassivating() {
        return true;
    }

    @Override
    public SessionData newSessionData(String id, long created, long accessed, long lastAccessed, long maxInactiveMs) {
        return new TrackedSessionData(
                id,
                _context.getCanonicalContextPath(),
                _context.getVhost(),
                created,
                accessed,
                lastAccessed,
                maxInactiveMs);
    }

    /** Not so of one that cannot be read: Jetty would give its id to a new one, which could not be stored. */
    @Override
    public boolean doExists(String id) {
        StoredSession stored = find(id).orElse(null);
        if (stored == null) {
            return false;
        }
        try {
            JettyFields fields = JettyFields.of(stored);
            parts().loading().data(id, stored, fields);
            return !fields.isExpiredAt(clock.millis());
        } catch (AttributeFormatException e) {
            return false;
        }
    }

    /**
     * Expired ones, too, unless another server is ending it. Null if there is none.
     *
     * @throws UnreadableSessionDataException if what is stored cannot be read: Jetty begins a new session. A failure of the
     *     service is another exception, for Jetty would end the session.
     */
    @Override
    public @Nullable SessionData doLoad(String id) throws UnreadableSessionDataException {
        StoredSession stored = find(id).orElse(null);
        if (stored == null) {
            return null;
        }
        SessionData data;
        JettyFields fields;
        try {
            fields = JettyFields.of(stored);
            data = parts().loading().data(id, stored, fields);
        } catch (AttributeFormatException e) {
            throw new UnreadableSessionDataException(WITHHELD, _context, e);
        }
        long now = clock.millis();
        boolean isMine = !fields.isExpiredAt(now) || parts().claims().mayLoad(id, stored, fields, now);
        return isMine ? data : null;
    }

    private Optional<StoredSession> find(String id) {
        try {
            return client.peek(parts().ids().toService(id));
        } catch (SessionGoneException gone) {
            return Optional.empty();
        }
    }

    /**
     * One that was ended elsewhere stays so, and this server's copy of it goes.
     *
     * @throws UnwriteableSessionDataException if it was not stored; not where nothing is lost by it, for Jetty keeps no copy
     */
    @Override
    public void doStore(String id, SessionData data, long lastSaveTime) throws UnwriteableSessionDataException {
        try {
            boolean stored = isOursToStore(id, data) && parts().storing().store(id, data, lastSaveTime <= 0);
            // Jetty would put the copy back, were it told that all is well.
            if (!stored && parts().copies().areKept() && parts().copies().drop(id)) {
                throw unwriteable(new IllegalStateException("the session was ended elsewhere"));
            }
        } catch (VersionConflictException taken) {
            parts().copies().drop(id);
            throw unwriteable(taken);
        } catch (AttributeFormatException | SessionStoreException e) {
            throw unwriteable(e);
        }
    }

    /**
     * Jetty changes an id by a deletion and a store, and goes on where there was nothing to delete. What was ended elsewhere
     * would come to life again.
     */
    private boolean isOursToStore(String id, SessionData data) {
        String before = data instanceof TrackedSessionData tracked ? tracked.sentAs() : null;
        return before == null || before.equals(id) || deleted.contains(before) || delete(before);
    }

    private UnwriteableSessionDataException unwriteable(RuntimeException cause) {
        return new UnwriteableSessionDataException(WITHHELD, _context, cause);
    }

    @Override
    public boolean delete(String id) {
        parts().claims().deleted(id);
        boolean isOurs = client.delete(parts().ids().toService(id));
        if (isOurs) {
            deleted.add(id);
        }
        return isOurs;
    }

    @Override
    public Set<String> doCheckExpired(Set<String> candidates, long time) {
        return parts().scavenging().of(candidates, time);
    }

    @Override
    public Set<String> doGetExpired(long before) {
        return parts().scavenging().expiredBefore(before, clock.millis());
    }

    @Override
    public void doCleanOrphans(long time) {
        parts().scavenging().cleanOrphans(time);
    }
}
