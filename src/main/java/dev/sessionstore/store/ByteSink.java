package dev.sessionstore.store;

import dev.sessionstore.core.SessionKey;
import java.util.Arrays;

/** Bytes that grow. Not thread-safe. */
final class ByteSink {
    private byte[] bytes = new byte[256];
    private int size;

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    /** The lowest eight bits. */
    void put(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void put(byte[] all) {
        reserve(all.length);
        System.arraycopy(all, 0, bytes, size, all.length);
        size += all.length;
    }

    /** The lowest bits, big-endian, in so many bytes. */
    void put(long value, int width) {
        reserve(width);
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** A time or span of 0 to {@link Cell#NEVER}. */
    void putTime(long millis) {
        put(millis, 6);
    }

    void putKey(SessionKey key) {
        put(key.hi(), 8);
        put(key.lo(), 8);
    }

    /** A number that is not negative, short if it is small. */
    void putNumber(long value) {
        long rest = value;
        while (rest > 0x7f) {
            put((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        put((int) rest);
    }

    void putSized(byte[] all) {
        putNumber(all.length);
        put(all);
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }
}
