package dev.sessionstore.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread does, for as long as a busy machine may take. */
public final class Waiting {
    private static final long FOR_EVER_NANOS = TimeUnit.SECONDS.toNanos(60);

    private Waiting() {}

    /** @throws AssertionError that names what it was waited for, if that does not come */
    public static void waitUntil(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + FOR_EVER_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for: " + what).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
