package dev.sessionstore.store;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * An engine's clock, as far as one can know it from here: each answer that tells the engine's time says that this was it
 * between the request and the answer. In between, this machine's monotonic clock goes on, which nobody sets; so nodes
 * agree about the time to half a round trip, whatever their own clocks say.
 *
 * <p>Thread-safe.
 */
public final class EngineClock implements InstantSource {
    private static final long OLD_NANOS = 10_000_000_000L;
    private static final long STEP_NANOS = 2_000_000;

    /**
     * @param offset the engine's time minus the monotonic one, in nanoseconds
     * @param error at most so far off
     * @param at when it was taken, monotonic
     */
    private record Sample(long offset, long error, long at) {}

    private final Runnable ask;
    private volatile @Nullable Sample sample;

    /** @param ask gets the engine's time and calls {@link #sample}, or throws; run when the time was never told */
    public EngineClock(Runnable ask) {
        this.ask = ask;
    }

    /**
     * What an answer told. The closest of recent ones counts; one that contradicts it means that the engine's clock was
     * set, or that another engine took over.
     *
     * @param engineMillis the engine's time, in epoch milliseconds
     * @param sent {@link System#nanoTime} before the request
     * @param received the same after the answer
     */
    public void sample(long engineMillis, long sent, long received) {
        long error = (received - sent) / 2;
        // The engine cut its time to milliseconds.
        long offset = engineMillis * 1_000_000 + 500_000 - (sent + error);
        Sample last = sample;
        if (last == null
                || received - last.at > OLD_NANOS
                || error <= last.error
                || Math.abs(offset - last.offset) > error + last.error + STEP_NANOS) {
            sample = new Sample(offset, error, received);
        }
    }

    /** @throws dev.sessionstore.core.StoreUnavailableException if the engine was never reached, and is not now */
    @Override
    public long millis() {
        Sample known = sample;
        if (known == null) {
            ask.run();
            known = sample;
            if (known == null) {
                throw new IllegalStateException("the engine was asked for its time and told none");
            }
        }
        return Math.floorDiv(System.nanoTime() + known.offset, 1_000_000L);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }
}
