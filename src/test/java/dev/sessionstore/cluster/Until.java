package dev.sessionstore.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waiting for what must come to pass. */
final class Until {
    private static final long PAUSE_NANOS = 2_000_000;

    interface Question {
        boolean ask() throws Exception;
    }

    private Until() {}

    /** @throws AssertionError with the complaint, if it does not hold in time */
    static void holds(Duration patience, Supplier<String> complaint, Question question) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (!question.ask()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(complaint.get() + " after " + patience);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(complaint.get(), e);
        }
    }
}
