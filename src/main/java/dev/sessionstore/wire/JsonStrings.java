package dev.sessionstore.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Strings in JSON text: reading them from checked bytes, and writing them, UTF-8 kept and only what must be escaped. */
final class JsonStrings {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** The first byte is the lowest. */
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long TOP_BITS = 0x8080_8080_8080_8080L;

    private JsonStrings() {}

    /**
     * Where from there on, within a string, the first byte is that is not plain ASCII: a quote, a backslash, a control
     * character, a byte of a longer character; the text's length if there is none. Eight bytes at a time, as most of a body
     * is this.
     */
    static int plainEnd(byte[] text, int from) {
        int i = from;
        for (; i <= text.length - 8; i += 8) {
            long eight = (long) EIGHT.get(text, i);
            // Where a byte is not plain, one of these subtractions sets its top bit, or it is set.
            // A borrow disturbs only bytes above one that is found.
            long found = eight | (eight - ' ' * EACH) | ((eight ^ '"' * EACH) - EACH) | ((eight ^ '\\' * EACH) - EACH);
            found &= TOP_BITS;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >> 3);
            }
        }
        while (i < text.length && text[i] >= ' ' && text[i] != '"' && text[i] != '\\') {
            i++;
        }
        return i;
    }

    /** Where the string ends that begins there with its quote, in checked text. */
    static int end(byte[] json, int from) {
        int i = plainEnd(json, from + 1);
        while (json[i] != '"') {
            i = plainEnd(json, i + (json[i] == '\\' ? 2 : 1));
        }
        return i + 1;
    }

    /** The four hexadecimal digits from there on. */
    static char hex(byte[] text, int from) {
        int unit = 0;
        for (int i = from; i < from + 4; i++) {
            unit = unit << 4 | Character.digit(text[i], 16);
        }
        return (char) unit;
    }

    /** The string whose quotes are the first and the last byte of the range. */
    static String decode(byte[] json, int from, int to) {
        String raw = new String(json, from + 1, to - from - 2, StandardCharsets.UTF_8);
        int escape = raw.indexOf('\\');
        if (escape < 0) {
            return raw;
        }
        StringBuilder text = new StringBuilder(raw.length());
        int start = 0;
        while (escape >= 0) {
            text.append(raw, start, escape);
            char kind = raw.charAt(escape + 1);
            start = escape + 2;
            switch (kind) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(raw, start, start + 4, 16));
                    start += 4;
                }
                default -> text.append(kind);
            }
            escape = raw.indexOf('\\', start);
        }
        return text.append(raw, start, raw.length()).toString();
    }

    /** Whether every surrogate has its other half, so that UTF-8 can hold it. */
    static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!isPair(text, i)) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static boolean isPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }

    /** How many bytes {@link #write} takes, quotes included. */
    static int length(String text) {
        int length = 2;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                length += c >= ' ' ? (c == '"' || c == '\\' ? 2 : 1) : (shortEscape(c) != 0 ? 2 : 6);
            } else if (c < 0x800) {
                length += 2;
            } else if (Character.isSurrogate(c) && isPair(text, i)) {
                length += 4;
                i++;
            } else {
                length += 3;
            }
        }
        return length;
    }

    /** Writes the string with its quotes and returns the offset after it. A lone surrogate becomes U+FFFD. */
    static int write(String text, byte[] to, int at) {
        to[at++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                at = writeAscii(c, to, at);
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | c >> 6);
                to[at++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isSurrogate(c) && isPair(text, i)) {
                int point = text.codePointAt(i++);
                to[at++] = (byte) (0xF0 | point >> 18);
                to[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                to[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                to[at++] = (byte) (0x80 | point & 0x3F);
            } else {
                char whole = Character.isSurrogate(c) ? '\uFFFD' : c;
                to[at++] = (byte) (0xE0 | whole >> 12);
                to[at++] = (byte) (0x80 | whole >> 6 & 0x3F);
                to[at++] = (byte) (0x80 | whole & 0x3F);
            }
        }
        to[at++] = '"';
        return at;
    }

    private static int writeAscii(char c, byte[] to, int at) {
        if (c == '"' || c == '\\') {
            to[at++] = '\\';
            to[at++] = (byte) c;
        } else if (c >= ' ') {
            to[at++] = (byte) c;
        } else if (shortEscape(c) != 0) {
            to[at++] = '\\';
            to[at++] = shortEscape(c);
        } else {
            to[at++] = '\\';
            to[at++] = 'u';
            to[at++] = '0';
            to[at++] = '0';
            to[at++] = HEX[c >> 4];
            to[at++] = HEX[c & 0xF];
        }
        return at;
    }

    private static byte shortEscape(char c) {
        return switch (c) {
            case '\b' -> 'b';
            case '\f' -> 'f';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
    }

    /** The string as JSON text. */
    static byte[] quote(String text) {
        byte[] quoted = new byte[length(text)];
        write(text, quoted, 0);
        return quoted;
    }
}
