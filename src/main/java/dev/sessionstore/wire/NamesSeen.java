package dev.sessionstore.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The member names of the objects that are open while a text is scanned, those of inner objects last, to find
 * duplicates when an object closes. Each is one number: a hash of what it says, and where it begins.
 *
 * <p>Whatever names a caller chooses, it takes no more than time for sorting: equal hashes of different names end in
 * the standard set, which sorts what collides.
 */
final class NamesSeen {
    /** Up to so many, each is compared with each. */
    private static final int FEW = 16;

    private final byte[] text;
    private long[] seen = new long[FEW];
    private int size;

    NamesSeen(byte[] text) {
        this.text = text;
    }

    int size() {
        return size;
    }

    /** Notes a name that is well formed; from its first quote to behind its last. */
    void add(int from, int to) {
        if (size == seen.length) {
            seen = Arrays.copyOf(seen, 2 * size);
        }
        seen[size++] = (long) hash(from + 1, to - 1) << 32 | from;
    }

    private int hash(int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            if (text[i] == '\\') {
                // By what it says, not by how it is spelled.
                return hash(JsonStrings.decode(text, from - 1, to + 1).getBytes(StandardCharsets.UTF_8));
            }
            hash = 31 * hash + text[i];
        }
        return hash;
    }

    private static int hash(byte[] name) {
        int hash = 0;
        for (byte each : name) {
            hash = 31 * hash + each;
        }
        return hash;
    }

    /** Forgets an object's names, which begin with that one, unless two are the same. */
    void forget(int first) {
        if (size - first <= FEW) {
            compareAll(first);
        } else {
            compareNeighbours(first);
        }
        size = first;
    }

    private void compareAll(int first) {
        for (int i = first + 1; i < size; i++) {
            for (int j = first; j < i; j++) {
                if (seen[i] >> 32 == seen[j] >> 32 && name(i).equals(name(j))) {
                    throw duplicate(i);
                }
            }
        }
    }

    private void compareNeighbours(int first) {
        Arrays.sort(seen, first, size);
        Set<String> same = new HashSet<>();
        for (int i = first + 1; i < size; i++) {
            if (seen[i] >> 32 != seen[i - 1] >> 32) {
                same.clear();
                continue;
            }
            same.add(name(i - 1));
            if (!same.add(name(i))) {
                throw duplicate(i);
            }
        }
    }

    private String name(int index) {
        int from = (int) seen[index];
        return JsonStrings.decode(text, from, JsonStrings.end(text, from));
    }

    private MalformedJsonException duplicate(int index) {
        return new MalformedJsonException((int) seen[index], "a duplicate member name");
    }
}
