package dev.sessionstore.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of bodies may be in the works at once, so that many large ones together cannot exhaust the heap. A
 * body is charged as it arrives, and given back when it has been dealt with. Thread-safe.
 */
final class BodyBudget {
    /** A body is held about five times over while it is checked and stored. */
    private static final int SHARE_OF_HEAP = 20;

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    BodyBudget(long most) {
        this.most = most;
    }

    /** A twentieth of the heap, but always one whole body. */
    static BodyBudget ofHeap(long maxBodyBytes) {
        return new BodyBudget(Math.max(maxBodyBytes, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
    }

    /** The part of one request. For one thread. */
    final class Share implements AutoCloseable {
        private long bytes;

        /** @throws ExhaustedException if too many bodies are in the works */
        void take(long more) throws ExhaustedException {
            if (taken.addAndGet(more) > most) {
                taken.addAndGet(-more);
                throw new ExhaustedException();
            }
            bytes += more;
        }

        @Override
        public void close() {
            taken.addAndGet(-bytes);
            bytes = 0;
        }
    }

    Share open() {
        return new Share();
    }

    /** Too many bodies are in the works. */
    static final class ExhaustedException extends java.io.IOException {
        private static final long serialVersionUID = 1L;
    }
}
