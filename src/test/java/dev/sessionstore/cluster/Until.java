package dev.sessionstore.cluster;

import dev.sessionstore.testing.Metronome;
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

    /** @throws AssertionError with the complaint, if it does not hold in time, and the machine was not too busy for it */
    static void holds(Duration patience, Supplier<String> complaint, Question question) {
        long deadline = System.nanoTime() + patience.toNanos();
        try (Metronome metronome = new Metronome()) {
            while (!question.ask()) {
                if (System.nanoTime() - deadline > metronome.worstDelay().toNanos()) {
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
