package dev.sessionstore.store;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell.Stamp;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A cell as bytes, for engines that keep values. Format 1, big-endian:
 *
 * <pre>
 *  0 format            1   the number 1
 *  1 accessedAt        6   the one field that is written in place, by touches
 *  7 check             4   CRC-32C of the key's 16 bytes and of all that follows
 * 11 incarnation       8
 * 19 revision          8   two's complement: negative for markers
 * 27 endsAt            6   all bits set: never
 * 33 idleMillis        6
 * 39 holdMillis        6
 * 45 tombstoneMillis   6
 * 51 createdAt         6
 * 57 owner             1   16 if there is one, else 0
 * 58                  16   or none: the owner's bytes
 *    namespace         1   its length
 *                      n   ASCII
 *    body                  the rest
 * </pre>
 *
 * <p>A later version of this service reads this format, whatever it writes itself.
 */
public final class CellFormat {
    public static final int ACCESSED_AT = 1;
    public static final int INCARNATION = 11;
    public static final int REVISION = 19;
    public static final int ENDS_AT = 27;
    public static final int IDLE_MILLIS = 33;
    public static final int HOLD_MILLIS = 39;
    public static final int TOMBSTONE_MILLIS = 45;
    public static final int CREATED_AT = 51;
    public static final int OWNER = 57;

    private static final int FORMAT = 1;
    private static final int CHECK = 7;
    private static final int CHECKED_FROM = 11;
    private static final int OWNER_BYTES = 16;

    private CellFormat() {}

    public static byte[] write(Cell cell) {
        ByteSink out = new ByteSink();
        out.put(FORMAT);
        out.putTime(cell.accessedAt());
        out.put(0, 4);
        out.put(cell.stamp().incarnation(), 8);
        out.put(cell.stamp().revision(), 8);
        out.putTime(cell.endsAt());
        out.putTime(cell.idleMillis());
        out.putTime(cell.holdMillis());
        out.putTime(cell.tombstoneMillis());
        out.putTime(cell.createdAt());
        byte[] owner =
                cell.owner() == null ? new byte[0] : Base64.getUrlDecoder().decode(cell.owner());
        out.putSized(owner);
        out.putSized(cell.namespace().getBytes(StandardCharsets.US_ASCII));
        out.put(cell.body());
        byte[] bytes = out.bytes();
        long check = check(cell.key(), bytes);
        for (int i = 0; i < 4; i++) {
            bytes[CHECK + i] = (byte) (check >>> 8 * (3 - i));
        }
        return bytes;
    }

    /** @throws UnreadableCellException if these are not the bytes of a cell under that key */
    public static Cell read(SessionKey key, byte[] bytes) throws UnreadableCellException {
        ByteSource in = new ByteSource(bytes);
        int format = in.read();
        if (format != FORMAT) {
            throw in.unreadable("it is of format " + format + "; this version knows " + FORMAT);
        }
        long accessedAt = in.readTime();
        if (in.read(4) != check(key, bytes)) {
            throw in.unreadable("its check sum is wrong");
        }
        Stamp stamp = new Stamp(in.read(8), in.read(8));
        long endsAt = in.readTime();
        long idleMillis = in.readTime();
        long holdMillis = in.readTime();
        long tombstoneMillis = in.readTime();
        long createdAt = in.readTime();
        String owner = owner(in);
        // Interned: a million sessions share one name.
        String namespace = new String(in.readSized(), StandardCharsets.US_ASCII).intern();
        return new Cell(
                key,
                namespace,
                owner,
                stamp,
                createdAt,
                accessedAt,
                endsAt,
                idleMillis,
                holdMillis,
                tombstoneMillis,
                in.readRest());
    }

    private static @Nullable String owner(ByteSource in) throws UnreadableCellException {
        int length = in.read();
        if (length == 0) {
            return null;
        }
        if (length != OWNER_BYTES) {
            throw in.unreadable("its owner has " + length + " bytes, not " + OWNER_BYTES);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(in.readBytes(OWNER_BYTES));
    }

    /** A time as it stands in a cell: for who writes the access in place. */
    public static byte[] time(long millis) {
        ByteSink out = new ByteSink();
        out.putTime(millis);
        return out.bytes();
    }

    private static long check(SessionKey key, byte[] bytes) {
        CRC32C crc = new CRC32C();
        ByteSink name = new ByteSink();
        name.putKey(key);
        crc.update(name.bytes());
        if (bytes.length > CHECKED_FROM) {
            crc.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
        }
        return crc.getValue();
    }
}
