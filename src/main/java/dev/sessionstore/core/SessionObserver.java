package dev.sessionstore.core;

/**
 * Hears what happens to sessions, once for each event, after it happened. Called on the thread that caused it: be
 * quick, throw nothing.
 */
public interface SessionObserver {
    SessionObserver NONE = new SessionObserver() {};

    default void created(Session session) {}

    default void changed(Session session) {}

    /** @param last the last state it had */
    default void removed(Session last, Reason why) {}

    /** A full store forgot a tombstone before its time. */
    default void tombstoneDropped(Tombstone tombstone) {}
}
