package dev.sessionstore.store.memcached;

import dev.sessionstore.store.Cell;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Memcached's {@code exptime}: seconds from now up to 30 days, a Unix time beyond that, 0 for never.
 *
 * <p>Always too long rather than too short: readers judge by the clock, but what memcached dropped is gone.
 */
final class Lifetime {
    static final int NEVER = 0;

    static final long LONGEST_SPAN = Duration.ofDays(30).toSeconds();
    /** What is written with it is gone at once: a day in 1970. The driver miscounts the length of negative numbers. */
    static final int OVER = (int) LONGEST_SPAN + 1;

    /** Its clock ticks once a second: what is stored late in one has lost most of it. */
    private static final long TICK = 1;
    /** What memcached's clock may be ahead of the node's. */
    private static final long SKEW = Duration.ofDays(1).toSeconds();

    private Lifetime() {}

    /**
     * @param now by the clock that the cell's times are told by
     * @param wall the time of day, as memcached knows it, too; null: nobody here knows it
     */
    static int of(Cell cell, long now, @Nullable InstantSource wall) {
        long droppedAt = cell.droppedAt();
        if (droppedAt >= Cell.NEVER) {
            return NEVER;
        }
        long span = droppedAt - now;
        if (span <= 0) {
            return OVER;
        }
        long seconds = (span + 999) / 1000 + TICK;
        if (seconds <= LONGEST_SPAN) {
            return (int) seconds;
        }
        // After January 2038 the number has no room.
        long at = wall == null ? Long.MAX_VALUE : wall.millis() / 1000 + seconds + SKEW;
        return at <= Integer.MAX_VALUE ? (int) at : NEVER;
    }
}
