package dev.sessionstore.wire;

import java.util.Arrays;

/** Walks over the members of a compact object, or the elements of a compact array, once and in order. */
final class Members {
    private final byte[] json;
    private final boolean named;
    private int at;
    private int nameFrom;
    private Slice value;

    Members(Slice container) {
        json = container.json();
        named = container.isObject();
        at = container.from() + 1;
        value = container;
    }

    /** Moves to the next one; false at the end. */
    boolean next() {
        if (json[at] == ',') {
            at++;
        }
        if (json[at] == '}' || json[at] == ']') {
            return false;
        }
        nameFrom = at;
        int valueFrom = named ? Slice.at(json, at).to() + 1 : at;
        value = Slice.at(json, valueFrom);
        at = value.to();
        return true;
    }

    Slice value() {
        return value;
    }

    /** The name with its quotes and escapes, as it is spelled. */
    Slice spelledName() {
        return new Slice(json, nameFrom, value.from() - 1);
    }

    String name() {
        return spelledName().text();
    }

    /** Whether its name, unescaped, is the one given; also as UTF-8, to compare without decoding. */
    boolean isNamed(String name, byte[] utf8) {
        return hasEscape() ? name().equals(name) : isSpelled(utf8);
    }

    /** Which of these, in UTF-8, its name is spelled like; -1: none, though an escape may make it one. */
    int spelledLike(byte[][] names) {
        for (int i = 0; i < names.length; i++) {
            if (isSpelled(names[i])) {
                return i;
            }
        }
        return -1;
    }

    private boolean isSpelled(byte[] utf8) {
        return spelledLength() == utf8.length
                && Arrays.equals(json, nameFrom + 1, value.from() - 2, utf8, 0, utf8.length);
    }

    /** Whether its name may have one of these lengths in UTF-8, each noted as {@link #lengthBit}. */
    boolean mayHaveLength(long bits) {
        return (bits & lengthBit(spelledLength())) != 0 || hasEscape();
    }

    static long lengthBit(int utf8Length) {
        return 1L << (utf8Length & 63);
    }

    private int spelledLength() {
        return value.from() - nameFrom - 3;
    }

    private boolean hasEscape() {
        for (int i = nameFrom + 1; i < value.from() - 2; i++) {
            if (json[i] == '\\') {
                return true;
            }
        }
        return false;
    }
}
