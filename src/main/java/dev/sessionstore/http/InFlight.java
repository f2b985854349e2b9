package dev.sessionstore.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.util.Callback;

/** Counts requests until their answers are out, so that a stop can wait for them. Thread-safe. */
final class InFlight {
    private final LongAdder count = new LongAdder();
    private final CompletableFuture<Void> none = new CompletableFuture<>();
    private volatile boolean stopping;

    /** False: it is too late. True: {@link #leaving} must follow. */
    boolean enter() {
        // Counted before the look: whoever stops either is seen here, or sees the count.
        count.increment();
        if (!stopping) {
            return true;
        }
        leave();
        return false;
    }

    /** The same callback, uncounted when it is called. */
    Callback leaving(Callback callback) {
        return new Callback.Nested(callback) {
            @Override
            public void completed() {
                leave();
            }
        };
    }

    private void leave() {
        count.decrement();
        if (stopping && count.sum() == 0) {
            none.complete(null);
        }
    }

    /** Lets nobody in any more; done when all have left. */
    CompletableFuture<Void> stop() {
        stopping = true;
        if (count.sum() == 0) {
            none.complete(null);
        }
        return none;
    }
}
