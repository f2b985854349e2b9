package dev.sessionstore.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body within its limits of size and of patience. Jetty cuts off a connection that is silent; one that sends a
 * byte now and then would hold a thread for ever.
 */
final class BodyReader {
    /** How far a body may fall behind the rate: a hiccup on the way is no attack. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int CHUNK = 8192;

    private final InputStream in;
    private final long minRate;
    private final LongSupplier nanoTime;
    private final long began;

    /** @param minRate bytes a second on average; 0: any */
    BodyReader(InputStream in, long minRate) {
        this(in, minRate, System::nanoTime);
    }

    BodyReader(InputStream in, long minRate, LongSupplier nanoTime) {
        this.in = in;
        this.minRate = minRate;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /**
     * The whole body, or null if it has more bytes than the limit.
     *
     * @param announced its length; -1 if that is not known
     * @throws IOException caused by a {@link TimeoutException} if the body comes too slowly
     */
    byte @Nullable [] read(long announced, long limit) throws IOException {
        if (announced > limit) {
            return null;
        }
        if (announced >= 0) {
            return readAnnounced((int) announced);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        int count = in.read(chunk);
        while (count >= 0) {
            body.write(chunk, 0, count);
            if (body.size() > limit) {
                return null;
            }
            checkRate(body.size());
            count = in.read(chunk);
        }
        return body.toByteArray();
    }

    private byte[] readAnnounced(int length) throws IOException {
        byte[] body = new byte[length];
        int received = 0;
        while (received < length) {
            int count = in.read(body, received, length - received);
            if (count < 0) {
                throw new IOException("the body ended after " + received + " of " + length + " bytes");
            }
            received += count;
            checkRate(received);
        }
        return body;
    }

    private void checkRate(long received) throws IOException {
        if (minRate <= 0) {
            return;
        }
        long late = nanoTime.getAsLong() - began - PATIENCE_NANOS;
        if (late > 0 && received < minRate * late / 1_000_000_000L) {
            throw new IOException(new TimeoutException("the body comes too slowly"));
        }
    }
}
