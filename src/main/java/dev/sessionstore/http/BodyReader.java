package dev.sessionstore.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body within its limits of size, memory and patience. Jetty cuts off a connection that is silent; one that sends a
 * byte now and then would hold a thread for ever.
 */
final class BodyReader {
    /** How far a body may fall behind the rate: a hiccup on the way is no attack. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int CHUNK = 8192;

    private final InputStream in;
    private final BodyBudget.Share share;
    private final long minRate;
    private final LongSupplier nanoTime;
    private final long began;
    /** Written by the reading thread alone. */
    private volatile int received;

    /** @param minRate bytes a second on average; 0: any */
    BodyReader(InputStream in, BodyBudget.Share share, long minRate) {
        this(in, share, minRate, System::nanoTime);
    }

    BodyReader(InputStream in, BodyBudget.Share share, long minRate, LongSupplier nanoTime) {
        this.in = in;
        this.share = share;
        this.minRate = minRate;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /**
     * The whole body, or null if it has more bytes than the limit.
     *
     * @param announced its length; -1 if that is not known
     * @throws BodyBudget.ExhaustedException if too many bodies are in the works
     * @throws IOException caused by a {@link TimeoutException} if the body comes too slowly
     */
    byte @Nullable [] read(long announced, long limit) throws IOException {
        if (announced > limit) {
            return null;
        }
        // What is announced may never come: the buffer grows with what does.
        byte[] body = new byte[announced < 0 ? CHUNK : (int) Math.min(announced, CHUNK)];
        while (announced < 0 || received < announced) {
            if (received == body.length) {
                long most = announced < 0 ? limit + 1 : announced;
                int larger = (int) Math.min(most, 2L * body.length + CHUNK);
                share.take(larger - body.length);
                body = Arrays.copyOf(body, larger);
            }
            int count = in.read(body, received, body.length - received);
            if (count < 0) {
                if (announced >= 0) {
                    throw new IOException("the body ended after " + received + " of " + announced + " bytes");
                }
                return Arrays.copyOf(body, received);
            }
            received = received + count;
            if (received > limit) {
                return null;
            }
            checkRate();
        }
        return body;
    }

    private void checkRate() throws IOException {
        if (isLate()) {
            throw new IOException(new TimeoutException("the body comes too slowly"));
        }
    }

    /** Whether the body has fallen behind the rate by now. From any thread. */
    boolean isLate() {
        if (minRate <= 0) {
            return false;
        }
        long late = nanoTime.getAsLong() - began - PATIENCE_NANOS;
        return late > 0 && received < minRate * (late / 1e9);
    }
}
