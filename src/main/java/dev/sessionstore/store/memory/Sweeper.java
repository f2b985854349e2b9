package dev.sessionstore.store.memory;

import dev.sessionstore.core.SessionKey;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees what expired and forgets tombstones, in steps: a million sessions that end in one second are no reason for
 * anybody to wait. Nothing depends on its speed but memory, because readers look at the time themselves.
 *
 * <p>Thread-safe.
 */
final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final int STEP = 1000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long RETRY_MILLIS = 1000;

    private final Holdings holdings;
    /** One step at a time: who counts after a step does not count what another thread still has in its hands. */
    private final ReentrantLock sweeping = new ReentrantLock();

    /** The next shard that the wheel is to be told of; under the lock. */
    private int unscheduled = Integer.MAX_VALUE;

    private volatile boolean closed;
    private @Nullable Thread thread;

    Sweeper(Holdings holdings) {
        this.holdings = holdings;
    }

    /**
     * After loading: the wheel is told of everything, shard by shard, before the next sweeps. Not while loading, since
     * whoever reads looks at the time, and the service need not wait for it.
     */
    void scheduleAll() {
        sweeping.lock();
        try {
            unscheduled = 0;
        } finally {
            sweeping.unlock();
        }
    }

    /** Looks at no more than that many keys, or at a shard; returns at how many. */
    int sweep(int most) {
        sweeping.lock();
        try {
            while (unscheduled < holdings.entries.shards()) {
                int looked = holdings.schedule(unscheduled++);
                if (looked > 0) {
                    return looked;
                }
            }
            long now = holdings.clock.millis();
            List<SessionKey> keys = holdings.wheel.take(now, most);
            for (SessionKey key : keys) {
                visit(key, now);
            }
            return keys.size();
        } finally {
            sweeping.unlock();
        }
    }

    /** Up to that many keys, in steps, so that other sweeps get their turn. */
    void sweepWhatIsDue(int most) {
        for (int left = most; left > 0; ) {
            int looked = sweep(Math.min(left, STEP));
            if (looked == 0) {
                return;
            }
            left -= looked;
        }
    }

    private void visit(SessionKey key, long now) {
        try {
            holdings.visit(key, now);
        } catch (RuntimeException e) {
            // One entry's trouble must not stop the others, nor be forgotten.
            LOG.error("could not sweep the entry of {}", key, e);
            holdings.wheel.schedule(key, now + RETRY_MILLIS);
        }
    }

    synchronized void start() {
        if (thread == null && !closed) {
            thread = new Thread(this::run, "session-store-sweeper");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void run() {
        while (!closed) {
            long pause = IDLE_NANOS;
            try {
                if (sweep(STEP) >= STEP) {
                    pause = PAUSE_NANOS;
                }
            } catch (RuntimeException e) {
                LOG.error("a sweep failed; the next one goes on", e);
            }
            LockSupport.parkNanos(this, pause);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
