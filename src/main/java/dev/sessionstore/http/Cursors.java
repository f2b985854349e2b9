package dev.sessionstore.http;

import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A page's end as an opaque text, which fits only the listing that it came from. */
final class Cursors {
    private static final int POSITION_BYTES = 4 * Long.BYTES;
    private static final int BYTES = POSITION_BYTES + Integer.BYTES;

    private Cursors() {}

    /** @param listing what is listed: the namespace and, if any, the principal */
    static String write(Page.Cursor cursor, String listing) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .putLong(cursor.createdAt())
                .putLong(cursor.key().hi())
                .putLong(cursor.key().lo())
                .putLong(cursor.since());
        bytes.putInt(check(bytes.array(), listing));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    static Page.@Nullable Cursor read(@Nullable String text, String listing) {
        if (text == null) {
            return null;
        }
        byte[] array = decode(text);
        if (array.length != BYTES) {
            throw bad();
        }
        ByteBuffer bytes = ByteBuffer.wrap(array);
        Page.Cursor cursor =
                new Page.Cursor(bytes.getLong(), new SessionKey(bytes.getLong(), bytes.getLong()), bytes.getLong());
        if (bytes.getInt() != check(array, listing)) {
            throw bad();
        }
        return cursor;
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw bad();
        }
    }

    private static int check(byte[] bytes, String listing) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, POSITION_BYTES);
        crc.update(listing.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    private static ApiProblem bad() {
        return ApiProblem.malformed("the cursor is not one that this listing gave");
    }
}
