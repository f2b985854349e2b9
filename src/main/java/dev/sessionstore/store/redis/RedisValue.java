package dev.sessionstore.store.redis;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.CellFormat;
import dev.sessionstore.store.UnreadableCellException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What stands under a cell's name: until when its owner's listing names it (8 bytes, epoch milliseconds; from {@link
 * Cell#NEVER} on: for ever), then the cell.
 */
final class RedisValue {
    /** In the place of a value that is no string. */
    static final byte[] NO_STRING = new byte[0];

    private static final int COVERED = 8;

    private RedisValue() {}

    static byte[] write(Cell cell, long covered) {
        byte[] bytes = CellFormat.write(cell);
        return ByteBuffer.allocate(COVERED + bytes.length)
                .putLong(covered)
                .put(bytes)
                .array();
    }

    static Cell read(SessionKey key, byte[] value) throws UnreadableCellException {
        if (value.length < COVERED) {
            throw new UnreadableCellException("it ends too early", value);
        }
        try {
            return CellFormat.read(key, Arrays.copyOfRange(value, COVERED, value.length));
        } catch (UnreadableCellException e) {
            throw new UnreadableCellException(String.valueOf(e.getMessage()), value);
        }
    }

    static byte[] stamp(Stamp stamp) {
        return ByteBuffer.allocate(16)
                .putLong(stamp.incarnation())
                .putLong(stamp.revision())
                .array();
    }
}
