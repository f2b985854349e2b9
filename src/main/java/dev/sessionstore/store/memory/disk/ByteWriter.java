package dev.sessionstore.store.memory.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that grow; numbers are big-endian. Not thread-safe. */
final class ByteWriter {
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final int usual;
    private byte[] bytes;
    private int length;

    /** @param usual how much it keeps ready when it is {@link #clear cleared} */
    ByteWriter(int usual) {
        this.usual = usual;
        bytes = new byte[usual];
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Empty again; gives back what one large record took. */
    void clear() {
        length = 0;
        if (bytes.length > 4 * usual) {
            bytes = new byte[usual];
        }
    }

    /** Room for so many bytes to be filled in later; returns where it begins. */
    int skip(int count) {
        ensure(count);
        int from = length;
        length += count;
        return from;
    }

    void putByte(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    void putInt(int value) {
        ensure(4);
        INT.set(bytes, length, value);
        length += 4;
    }

    void putLong(long value) {
        ensure(8);
        LONG.set(bytes, length, value);
        length += 8;
    }

    void put(byte[] from) {
        ensure(from.length);
        System.arraycopy(from, 0, bytes, length, from.length);
        length += from.length;
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private void ensure(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), 2 * bytes.length));
        }
    }
}
