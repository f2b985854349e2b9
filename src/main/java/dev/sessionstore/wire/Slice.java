package dev.sessionstore.wire;

import java.util.Arrays;

/** One value within compact JSON that {@link JsonText} checked; what it holds is trusted to be well formed. */
record Slice(byte[] json, int from, int to) {

    static Slice of(byte[] json) {
        return new Slice(json, 0, json.length);
    }

    /** The value that begins there. */
    static Slice at(byte[] json, int from) {
        return new Slice(json, from, end(json, from));
    }

    boolean isObject() {
        return json[from] == '{';
    }

    boolean isArray() {
        return json[from] == '[';
    }

    boolean isString() {
        return json[from] == '"';
    }

    boolean isNull() {
        return json[from] == 'n';
    }

    boolean isTrue() {
        return json[from] == 't';
    }

    boolean isFalse() {
        return json[from] == 'f';
    }

    boolean isNumber() {
        return json[from] == '-' || (json[from] >= '0' && json[from] <= '9');
    }

    int length() {
        return to - from;
    }

    /** Of a string: what it says. */
    String text() {
        return JsonStrings.decode(json, from, to);
    }

    /** A copy of its own. */
    byte[] bytes() {
        return Arrays.copyOfRange(json, from, to);
    }

    boolean sameBytes(byte[] other) {
        return Arrays.equals(json, from, to, other, 0, other.length);
    }

    /** The size only: it may hold anything. */
    @Override
    public String toString() {
        return "Slice[" + length() + " bytes]";
    }

    private static int end(byte[] json, int from) {
        return switch (json[from]) {
            case '"' -> JsonStrings.end(json, from);
            case '{', '[' -> containerEnd(json, from);
            default -> {
                int i = from;
                while (i < json.length && json[i] != ',' && json[i] != '}' && json[i] != ']') {
                    i++;
                }
                yield i;
            }
        };
    }

    /** Counts brackets instead of recursing: the depth is the caller's affair. */
    private static int containerEnd(byte[] json, int from) {
        int depth = 0;
        int i = from;
        do {
            switch (json[i]) {
                case '"' -> i = JsonStrings.end(json, i);
                case '{', '[' -> {
                    depth++;
                    i++;
                }
                case '}', ']' -> {
                    depth--;
                    i++;
                }
                default -> i++;
            }
        } while (depth > 0);
        return i;
    }
}
