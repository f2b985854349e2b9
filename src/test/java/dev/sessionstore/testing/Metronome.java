package dev.sessionstore.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that wants nothing but to go on every millisecond. What holds it up, a busy machine or a collector, holds up
 * everything here, so a bound on time may be exceeded by that without a fault of the service.
 */
public final class Metronome implements AutoCloseable {
    private static final long BEAT_NANOS = 1_000_000;

    private volatile boolean stopped;
    private volatile long worstNanos;

    public Metronome() {
        Thread thread = new Thread(this::beat, "metronome");
        thread.setDaemon(true);
        thread.start();
    }

    private void beat() {
        while (!stopped) {
            long before = System.nanoTime();
            LockSupport.parkNanos(BEAT_NANOS);
            worstNanos = Math.max(worstNanos, System.nanoTime() - before - BEAT_NANOS);
        }
    }

    /** The longest time for which it was held up so far. */
    public Duration worstDelay() {
        return Duration.ofNanos(worstNanos);
    }

    @Override
    public void close() {
        stopped = true;
    }
}
