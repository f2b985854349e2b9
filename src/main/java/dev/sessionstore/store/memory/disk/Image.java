package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import org.jspecify.annotations.Nullable;

/**
 * What recovery fills: first from the snapshot, by several threads at once and each key once; then from the journal, by
 * one thread and in its order.
 *
 * <p>The snapshot was taken while changes went on, so the journal may tell what an image knows already: of one
 * incarnation's accesses the latest counts.
 */
public interface Image {
    /** A thread's share of a snapshot. */
    interface Share extends AutoCloseable {
        void load(Session session);

        void load(Tombstone tombstone);

        /** When all of it is loaded. */
        @Override
        void close();
    }

    /** Before anything else: about how many there will be. */
    void expect(int about);

    /** For one thread. */
    Share share();

    void live(Session session);

    void gone(Tombstone tombstone);

    void removed(SessionKey key);

    /** If that very session is there. */
    void evicted(SessionKey key, long incarnation, long version);

    /** If that session is there, and was not accessed later. */
    void touched(SessionKey key, long incarnation, long at);

    /** The session as the journal tells it, with the latest access that is known of it. */
    static Session latest(@Nullable Object held, Session told) {
        return held instanceof Session known && known.incarnation() == told.incarnation()
                ? told.accessed(known.lastAccessedAt())
                : told;
    }

    /** Whether this is the session that was evicted, and not a later one under its key. */
    static boolean isThatVery(@Nullable Object held, long incarnation, long version) {
        return held instanceof Session known && known.incarnation() == incarnation && known.version() == version;
    }
}
