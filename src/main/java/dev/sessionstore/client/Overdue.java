package dev.sessionstore.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * Breaks off exchanges whose time is over, up to 50 ms late. A socket's own timeout sees only a peer that says nothing, not
 * one that says a byte now and then. Thread-safe.
 */
final class Overdue implements AutoCloseable {
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Set<Watch> running = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Thread thread;
    /** Whether the thread waits for somebody to wake it. */
    private volatile boolean asleep;

    private volatile boolean closed;

    /**
     * Must be called before the endpoint connects.
     *
     * @param deadline on the scale of {@link System#nanoTime}
     * @return null after the end of this
     */
    @Nullable Watch watch(ConnectionEndpoint endpoint, long deadline) {
        Watch watch = new Watch(endpoint, deadline);
        running.add(watch);
        // Looked at after that: the thread ends only once it was closed and nobody is running.
        if (closed) {
            running.remove(watch);
            return null;
        }
        if (thread == null) {
            start();
        }
        if (asleep) {
            LockSupport.unpark(thread);
        }
        return watch;
    }

    private synchronized void start() {
        if (thread == null && !closed) {
            Thread watcher = new Thread(this::run, "session-store-client-overdue");
            watcher.setDaemon(true);
            thread = watcher;
            watcher.start();
        }
    }

    private void run() {
        while (!closed || !running.isEmpty()) {
            if (running.isEmpty()) {
                asleep = true;
                // Looked at again: whoever came before that may not have seen it.
                if (running.isEmpty() && !closed) {
                    LockSupport.park(this);
                }
                asleep = false;
            } else {
                LockSupport.parkNanos(this, round(System.nanoTime()));
            }
        }
    }

    /** Looks at all; says how long it is until it should again. */
    private long round(long now) {
        long pause = ROUND_NANOS;
        for (Watch watch : running) {
            pause = Math.min(pause, watch.look(now));
        }
        return pause;
    }

    /** Breaks off whatever is under way, and returns before that has ended. */
    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private enum State {
        RUNNING,
        ENDED,
        LATE
    }

    /** Of one exchange. */
    final class Watch {
        private final ConnectionEndpoint endpoint;
        private final long deadline;
        /** Who leaves {@code RUNNING} decides: the exchange, that it ended in time, or the watcher, that it did not. */
        private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

        private Watch(ConnectionEndpoint endpoint, long deadline) {
            this.endpoint = endpoint;
            this.deadline = deadline;
        }

        /** Says how long it has still. */
        private long look(long now) {
            long left = deadline - now;
            if (left > 0 && !closed) {
                return left;
            }
            if (state.compareAndExchange(State.RUNNING, State.LATE) != State.ENDED) {
                // In each round anew until the exchange has noticed: one that connects may have no socket yet to close.
                endpoint.close(CloseMode.IMMEDIATE);
            }
            return ROUND_NANOS;
        }

        /** Before the connection is given back. False: it was broken off; so it is at a second call. */
        boolean end() {
            running.remove(this);
            return state.compareAndSet(State.RUNNING, State.ENDED);
        }
    }
}
