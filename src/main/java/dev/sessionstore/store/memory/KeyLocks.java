package dev.sessionstore.store.memory;

import dev.sessionstore.core.SessionKey;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One writer at a time for each key. Readers take none of these.
 *
 * <p>Lock order: the sweep, then stripes (several at once in ascending order), then a map's own lock for one entry, then
 * one of what calls nothing further: an index set, a count, a wheel slot, the line of tombstones, the order of
 * rotations, the journal's queue.
 */
final class KeyLocks {
    static final int STRIPES = 1024;

    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    KeyLocks() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    void lock(SessionKey key) {
        stripes[stripe(key)].lock();
    }

    void unlock(SessionKey key) {
        stripes[stripe(key)].unlock();
    }

    void lockBoth(SessionKey one, SessionKey other) {
        // Two keys of one stripe take it twice, which a reentrant lock allows.
        stripes[Math.min(stripe(one), stripe(other))].lock();
        stripes[Math.max(stripe(one), stripe(other))].lock();
    }

    /** Waits until nobody changes anything, and keeps it so. */
    void lockAll() {
        for (ReentrantLock stripe : stripes) {
            stripe.lock();
        }
    }

    void unlockAll() {
        for (ReentrantLock stripe : stripes) {
            stripe.unlock();
        }
    }

    void lockStripe(int stripe) {
        stripes[stripe].lock();
    }

    void unlockStripe(int stripe) {
        stripes[stripe].unlock();
    }

    void unlockBoth(SessionKey one, SessionKey other) {
        unlock(one);
        unlock(other);
    }

    /** Which lock is this key's. */
    static int stripe(SessionKey key) {
        return (int) key.hi() & (STRIPES - 1);
    }
}
