package dev.sessionstore.store.file;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Engine.Place;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How files are called: by hexadecimal digits, which every file system tells apart.
 *
 * <pre>
 * lock                                              its bytes are locked, one for each first byte of a key
 * canary                                            a byte, written to see whether the disk answers
 * sessions/5ee/5ee1a0…                              the cell under the key 5ee1a0… (32 digits: the handle's 16 bytes)
 * sessions/5ee/5ee1a0….tmp                          the next one, while it is written
 * owners/c04/c04ff1…-019b76f3ac9f-5ee1a0…           a place in a listing: owner, createdAt, key; empty
 * </pre>
 */
final class Names {
    static final String LOCK = "lock";
    static final String CANARY = "canary";
    static final String SESSIONS = "sessions";
    static final String OWNERS = "owners";
    static final String UNFINISHED = ".tmp";

    private static final HexFormat HEX = HexFormat.of();
    private static final int FOLDER_DIGITS = 3;
    private static final int KEY_DIGITS = 32;
    private static final int TIME_DIGITS = 12;

    private Names() {}

    static String of(SessionKey key) {
        return HEX.toHexDigits(key.hi()) + HEX.toHexDigits(key.lo());
    }

    /** The key in a file's name, finished or not; null: nobody here gave that name. */
    static @Nullable SessionKey keyIn(String name) {
        String digits = isUnfinished(name) ? name.substring(0, name.length() - UNFINISHED.length()) : name;
        return digits.length() == KEY_DIGITS && isHex(digits) ? key(digits) : null;
    }

    private static SessionKey key(String digits) {
        int half = KEY_DIGITS / 2;
        return new SessionKey(
                HexFormat.fromHexDigitsToLong(digits, 0, half),
                HexFormat.fromHexDigitsToLong(digits, half, KEY_DIGITS));
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }

    static boolean isUnfinished(String name) {
        return name.endsWith(UNFINISHED);
    }

    /** The folder that a name belongs in. */
    static String folderOf(String name) {
        return name.substring(0, FOLDER_DIGITS);
    }

    static boolean isFolder(String name) {
        return name.length() == FOLDER_DIGITS && isHex(name);
    }

    /** The hexadecimal digits of an owner. */
    static String ofOwner(String owner) {
        return HEX.formatHex(Base64.getUrlDecoder().decode(owner));
    }

    /** The place of a cell in its owner's listing; null: it has no owner. */
    static @Nullable String placeOf(Cell cell) {
        String owner = cell.owner();
        return owner == null
                ? null
                : ofOwner(owner) + "-" + HEX.toHexDigits(cell.createdAt(), TIME_DIGITS) + "-" + of(cell.key());
    }

    /** The place that a name in a listing means; null: none. */
    static @Nullable Place place(String name) {
        if (name.length() != KEY_DIGITS + TIME_DIGITS + KEY_DIGITS + 2) {
            return null;
        }
        String time = name.substring(KEY_DIGITS + 1, KEY_DIGITS + 1 + TIME_DIGITS);
        SessionKey key = keyIn(name.substring(KEY_DIGITS + TIME_DIGITS + 2));
        return key == null || !isHex(time) ? null : new Place(HexFormat.fromHexDigitsToLong(time), key);
    }
}
