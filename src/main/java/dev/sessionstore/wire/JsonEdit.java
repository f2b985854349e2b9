package dev.sessionstore.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes compact objects, as {@link JsonText#compact} makes them, on their bytes: what is not changed keeps its place and
 * every byte, numbers and escapes included. Names are compared unescaped. Arrays given are read only, never changed.
 */
public final class JsonEdit {
    private static final Slice EMPTY = Slice.of(new byte[] {'{', '}'});

    private JsonEdit() {}

    /** The value of that member as compact JSON, or null if there is none. */
    public static byte @Nullable [] get(byte[] object, String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        Members members = new Members(Slice.of(object));
        while (members.next()) {
            if (members.isNamed(name, utf8)) {
                return members.value().bytes();
            }
        }
        return null;
    }

    /**
     * Sets and removes members. One that is replaced keeps its place and the spelling of its name; new ones follow in the
     * map's order; removing what is absent is no error; a name in both is set.
     *
     * @param set compact JSON values by name
     * @return the same array if nothing changed
     * @throws IllegalArgumentException if a name to set has a lone surrogate
     */
    public static byte[] apply(byte[] object, Map<String, byte[]> set, Set<String> remove) {
        if (set.isEmpty() && remove.isEmpty()) {
            return object;
        }
        Map<String, byte[]> left = new LinkedHashMap<>(set);
        long lengths = lengthBits(set.keySet()) | lengthBits(remove);
        ObjectWriter out = new ObjectWriter(object.length + 64);
        Members members = new Members(Slice.of(object));
        while (members.next()) {
            // Most names need not be decoded to see that they are none of those.
            if (!members.mayHaveLength(lengths)) {
                out.member(members.spelledName(), members.value());
                continue;
            }
            String name = members.name();
            byte[] replacement = left.remove(name);
            if (replacement != null) {
                out.member(members.spelledName(), Slice.of(replacement));
            } else if (!remove.contains(name)) {
                out.member(members.spelledName(), members.value());
            }
        }
        for (Map.Entry<String, byte[]> each : left.entrySet()) {
            if (!JsonStrings.isWellFormed(each.getKey())) {
                throw new IllegalArgumentException("a member name has a lone surrogate");
            }
            out.member(Slice.of(JsonStrings.quote(each.getKey())), Slice.of(each.getValue()));
        }
        return out.end(object);
    }

    private static long lengthBits(Set<String> names) {
        long bits = 0;
        for (String name : names) {
            bits |= Members.lengthBit(name.getBytes(StandardCharsets.UTF_8).length);
        }
        return bits;
    }

    /**
     * Merges as RFC 7396 says, recursively: null removes, an object is merged, anything else replaces. What stays keeps its
     * place; new members follow in the patch's order and spelling.
     *
     * @return the same array if nothing changed
     */
    public static byte[] merge(byte[] target, byte[] patch) {
        ObjectWriter out = new ObjectWriter(target.length + patch.length);
        merge(Slice.of(target), Slice.of(patch), out);
        return out.end(target);
    }

    /** Writes the members of the merged object, without its closing bracket. */
    private static void merge(Slice target, Slice patch, ObjectWriter out) {
        Map<String, Member> left = new LinkedHashMap<>();
        Members patched = new Members(patch);
        while (patched.next()) {
            left.put(patched.name(), new Member(patched.spelledName(), patched.value()));
        }
        long lengths = lengthBits(left.keySet());
        Members members = new Members(target);
        while (members.next()) {
            Member change = members.mayHaveLength(lengths) ? left.remove(members.name()) : null;
            if (change == null) {
                out.member(members.spelledName(), members.value());
            } else {
                mergeMember(members.spelledName(), members.value(), change.value(), out);
            }
        }
        for (Member each : left.values()) {
            // Into an empty object, as the RFC says: the nulls within a new one go too.
            mergeMember(each.spelledName(), EMPTY, each.value(), out);
        }
    }

    private static void mergeMember(Slice name, Slice old, Slice change, ObjectWriter out) {
        if (change.isObject()) {
            out.begin(name);
            merge(old.isObject() ? old : EMPTY, change, out);
            out.end();
        } else if (!change.isNull()) {
            out.member(name, change);
        }
    }

    private record Member(Slice spelledName, Slice value) {}

    private static final class ObjectWriter {
        private byte[] bytes;
        private int length;
        private boolean first = true;

        /** @param size about how long it will be */
        ObjectWriter(int size) {
            bytes = new byte[size];
            put('{');
        }

        void member(Slice name, Slice value) {
            name(name);
            put(value);
        }

        /** Opens an object as a member. */
        void begin(Slice name) {
            name(name);
            put('{');
            first = true;
        }

        void end() {
            put('}');
            first = false;
        }

        private void name(Slice name) {
            if (!first) {
                put(',');
            }
            first = false;
            put(name);
            put(':');
        }

        private void put(char ascii) {
            ensure(1);
            bytes[length++] = (byte) ascii;
        }

        private void put(Slice part) {
            ensure(part.length());
            System.arraycopy(part.json(), part.from(), bytes, length, part.length());
            length += part.length();
        }

        private void ensure(int count) {
            if (bytes.length - length < count) {
                bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), 2 * bytes.length));
            }
        }

        byte[] end(byte[] before) {
            put('}');
            return Arrays.equals(bytes, 0, length, before, 0, before.length) ? before : Arrays.copyOf(bytes, length);
        }
    }
}
