package dev.sessionstore.core;

import org.jspecify.annotations.Nullable;

/**
 * What remains of a session that is gone, so that a late write cannot revive it and its holder learns why. Kept for the
 * namespace's tombstone time.
 *
 * @param goneAt when it went, in epoch milliseconds
 * @param keepUntil from this instant on the key counts as never seen; epoch milliseconds
 * @param rotation where it went and what its old id may still read; only with {@link Reason#ROTATED}
 */
public record Tombstone(
        SessionKey key,
        String namespace,
        Reason reason,
        long goneAt,
        long keepUntil,
        @Nullable Rotation rotation) implements Lookup {

    /**
     * @param successor the key under which the session lives on
     * @param before the session as it was; its attributes are dropped where there is no grace
     * @param graceUntil until then the old id reads {@code before}, as long as the successor lives; epoch milliseconds
     * @param order counts the rotations of this store, so that a listing can tell those that came after it began
     */
    public record Rotation(SessionKey successor, Session before, long graceUntil, long order) {
        /** Whether the grace is running, the lives of the successor and of the frozen session apart. */
        public boolean isInGrace(long now) {
            return now < graceUntil;
        }
    }

    public boolean isForgotten(long now) {
        return now >= keepUntil;
    }

    /** The mark that a session leaves when its own time runs out. */
    public static Tombstone ofExpired(Session session, NamespacePolicy policy) {
        long at = policy.goesAt(session);
        long keepUntil = at + policy.tombstone().toMillis();
        return new Tombstone(session.key(), session.namespace(), Reason.EXPIRED, at, keepUntil, null);
    }

    /** The mark that a session leaves when it is taken away. */
    public static Tombstone ofRemoved(Session session, Reason why, long now, NamespacePolicy policy) {
        long keepUntil = now + policy.tombstone().toMillis();
        return new Tombstone(session.key(), session.namespace(), why, now, keepUntil, null);
    }

    /**
     * The mark that a session leaves under the key that it moves away from.
     *
     * @param graceUntil until then its old id reads it; now or earlier: it does not, and the mark holds no attributes
     * @param order see {@link Rotation}
     */
    public static Tombstone ofRotated(
            Session was, SessionKey successor, long graceUntil, long now, long order, NamespacePolicy policy) {
        boolean grace = graceUntil > now;
        Session before = grace ? was : was.with().attributes(Attributes.NONE).build();
        long keepUntil = now + policy.tombstone().toMillis();
        return new Tombstone(
                was.key(),
                was.namespace(),
                Reason.ROTATED,
                now,
                grace ? Math.max(keepUntil, graceUntil) : keepUntil,
                new Rotation(successor, before, graceUntil, order));
    }
}
