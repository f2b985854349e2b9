package dev.sessionstore.core;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;

/**
 * What everything below the HTTP layer knows a session by: the first 16 bytes of a one-way hash of its namespace and
 * id (see {@link KeyHash}). Its written form is the session's handle.
 *
 * @param hi bytes 0 to 7, big-endian
 * @param lo bytes 8 to 15, big-endian
 */
public record SessionKey(long hi, long lo) implements Comparable<SessionKey> {
    /** As people sort handles: by their text, which is another order than that of the bytes. */
    public static final Comparator<SessionKey> BY_HANDLE = Comparator.comparing(SessionKey::handle);

    /** The number of characters of a handle. */
    public static final int HANDLE_LENGTH = 22;

    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);

    /** The handle: 22 characters of base64url without padding. */
    public String handle() {
        return new String(handleBytes(), StandardCharsets.ISO_8859_1);
    }

    /** The handle's characters as ASCII. */
    public byte[] handleBytes() {
        byte[] text = new byte[HANDLE_LENGTH];
        // 128 bits are read six at a time. One character has bits of both halves, the last has two bits alone.
        for (int i = 0; i < 10; i++) {
            text[i] = character(hi >>> (58 - 6 * i));
        }
        text[10] = character(hi << 2 | lo >>> 62);
        for (int i = 11; i < 21; i++) {
            text[i] = character(lo >>> (122 - 6 * i));
        }
        text[21] = character(lo << 4);
        return text;
    }

    private static byte character(long bits) {
        return ALPHABET[(int) bits & 0x3f];
    }

    /** The key that this handle writes out, or empty if no key is written so. */
    public static Optional<SessionKey> parseHandle(String handle) {
        if (handle.length() != HANDLE_LENGTH) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(handle);
            SessionKey key = ofHash(bytes);
            // The last character has four unused bits: only one of its sixteen spellings is the handle.
            return key.handle().equals(handle) ? Optional.of(key) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** The key made of a hash's first 16 bytes. */
    static SessionKey ofHash(byte[] hash) {
        return new SessionKey(bigEndian(hash, 0), bigEndian(hash, 8));
    }

    private static long bigEndian(byte[] bytes, int from) {
        long value = 0;
        for (int i = from; i < from + 8; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /** In the order of the hash's bytes. */
    @Override
    public int compareTo(SessionKey other) {
        int first = Long.compareUnsigned(hi, other.hi);
        return first != 0 ? first : Long.compareUnsigned(lo, other.lo);
    }

    /** By hand, as every read compares keys: a record's own goes through method handles. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SessionKey that && lo == that.lo && hi == that.hi;
    }

    /** Both halves are uniform already: no mixing is needed. */
    @Override
    public int hashCode() {
        return (int) lo;
    }

    @Override
    public String toString() {
        return handle();
    }
}
