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
        int from = nameFrom + 1;
        int to = value.from() - 2;
        for (int i = from; i < to; i++) {
            if (json[i] == '\\') {
                return name().equals(name);
            }
        }
        return Arrays.equals(json, from, to, utf8, 0, utf8.length);
    }
}
