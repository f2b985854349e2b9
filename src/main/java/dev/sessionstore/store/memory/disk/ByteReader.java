package dev.sessionstore.store.memory.disk;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote, and nothing beyond its end. Not thread-safe. */
final class ByteReader {
    /** The bytes are no record. Without a stack trace: a search for whole records throws it often. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    private byte[] bytes = {};
    private int at;
    private int end;

    void on(byte[] from, int offset, int length) {
        bytes = from;
        at = offset;
        end = offset + length;
    }

    boolean hasMore() {
        return at < end;
    }

    int readByte() throws MalformedException {
        need(1);
        return bytes[at++] & 0xff;
    }

    int readInt() throws MalformedException {
        need(4);
        int value = (int) ByteWriter.INT.get(bytes, at);
        at += 4;
        return value;
    }

    long readLong() throws MalformedException {
        need(8);
        long value = (long) ByteWriter.LONG.get(bytes, at);
        at += 8;
        return value;
    }

    /** A copy. Nothing is allocated before it is known that so much is there. */
    byte[] read(int length) throws MalformedException {
        need(length);
        byte[] copy = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return copy;
    }

    String readUtf8(int length) throws MalformedException {
        need(length);
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    /** Whether the next bytes are these; then they are read. */
    boolean skipIf(byte[] expected) {
        if (end - at < expected.length
                || !Arrays.equals(bytes, at, at + expected.length, expected, 0, expected.length)) {
            return false;
        }
        at += expected.length;
        return true;
    }

    private void need(int count) throws MalformedException {
        if (count < 0 || count > end - at) {
            throw new MalformedException("a field ends beyond its record");
        }
    }
}
