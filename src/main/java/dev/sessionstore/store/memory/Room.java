package dev.sessionstore.store.memory;

import dev.sessionstore.core.StoreFullException;

/**
 * Finds room in a full store without losing a session: first what expired goes, then the oldest tombstones, and then
 * the answer is that the store is full.
 *
 * <p>Thread-safe; not under a key's lock.
 */
final class Room {
    private static final int MOST_SWEPT = 10_000;

    private final Holdings holdings;
    private final Sweeper sweeper;

    Room(Holdings holdings, Sweeper sweeper) {
        this.holdings = holdings;
        this.sweeper = sweeper;
    }

    /** Returns when there was room for so much more. Somebody else may have it by now. */
    void make(long sessions, long bytes) {
        Usage usage = holdings.usage;
        if (!usage.hasRoomForSessions(sessions) || !usage.hasRoomForBytes(bytes)) {
            sweeper.sweepWhatIsDue(MOST_SWEPT);
        }
        if (!usage.hasRoomForSessions(sessions)) {
            throw new StoreFullException(usage.sessionsFull());
        }
        while (!usage.hasRoomForBytes(bytes)) {
            // Not one tombstone goes in vain.
            if (!usage.couldHaveRoomForBytes(bytes) || !holdings.dropOldestTombstone()) {
                throw new StoreFullException(usage.bytesFull());
            }
        }
    }

    /** After a write that goes through in a full store too: tombstones make way for it. */
    void settleDebt() {
        while (!holdings.usage.hasRoomForBytes(0) && holdings.dropOldestTombstone()) {
            // One less.
        }
    }
}
