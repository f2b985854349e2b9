package dev.sessionstore.store;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import org.jspecify.annotations.Nullable;

/**
 * What stands under a key in an engine: a session, a marker of one that is gone, or the reservation of a rotation under
 * way. An engine compares stamps, keeps the later access and reckons ends by the numbers here; the body it leaves alone.
 *
 * <p>All times are epoch milliseconds and all spans milliseconds, {@link #NEVER} at most. Immutable, but for the arrays,
 * which nobody changes.
 *
 * @param namespace whose scan shows it
 * @param owner the name of the listing that shows it (see {@link Owner}); null: none
 * @param createdAt its place in that listing
 * @param accessedAt the last access, which an engine moves forward by itself
 * @param endsAt its end whatever the accesses
 * @param idleMillis its life after an access; 0: accesses do not matter
 * @param holdMillis how long it stands after its end as if it lived, where expiry is advisory
 * @param tombstoneMillis how long an engine keeps it after that
 * @param body see {@link CellBody}
 */
public record Cell(
        SessionKey key,
        String namespace,
        @Nullable String owner,
        Stamp stamp,
        long createdAt,
        long accessedAt,
        long endsAt,
        long idleMillis,
        long holdMillis,
        long tombstoneMillis,
        byte[] body) {

    /** The largest number of 48 bits, in the year 10889: sums with it do not overflow, and it is exact as a double. */
    public static final long NEVER = (1L << 48) - 1;

    /**
     * What a compare-and-set compares. Accesses leave it alone.
     *
     * @param incarnation of the session
     * @param revision the session's version, or one of the negative numbers here
     */
    public record Stamp(long incarnation, long revision) {
        /** Of a rotated session whose successor may not stand yet. */
        public static final long LEAVING = -1;
        /** Of one that is gone. */
        public static final long GONE = -2;
        /** Of a key that a rotation took for a successor. */
        public static final long RESERVED = -3;

        public static Stamp of(Session session) {
            return new Stamp(session.incarnation(), session.version());
        }

        public boolean isOfSession() {
            return revision > 0;
        }
    }

    public boolean isSession() {
        return stamp.isOfSession();
    }

    /** From this instant on it is over. */
    public long overAt() {
        return overAt(accessedAt);
    }

    private long overAt(long accessedAt) {
        long end = idleMillis == 0 ? endsAt : Math.min(endsAt, accessedAt + idleMillis);
        return Math.min(NEVER, end + holdMillis);
    }

    /** From this instant on an engine may drop it. */
    public long droppedAt() {
        return Math.min(NEVER, overAt() + tombstoneMillis);
    }

    public boolean isOver(long now) {
        long at = overAt();
        return at < NEVER && now >= at;
    }

    public boolean isDropped(long now) {
        long at = droppedAt();
        return at < NEVER && now >= at;
    }

    /** With the later of two accesses. */
    public Cell accessed(long at) {
        return at <= accessedAt
                ? this
                : new Cell(
                        key,
                        namespace,
                        owner,
                        stamp,
                        createdAt,
                        at,
                        endsAt,
                        idleMillis,
                        holdMillis,
                        tombstoneMillis,
                        body);
    }

    /** Nothing of what it holds. */
    @Override
    public String toString() {
        return "Cell[" + key + " " + stamp.revision() + "]";
    }
}
