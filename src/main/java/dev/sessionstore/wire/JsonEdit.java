package dev.sessionstore.wire;

import java.io.ByteArrayOutputStream;
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
        ObjectWriter out = new ObjectWriter(object.length + 64);
        Members members = new Members(Slice.of(object));
        while (members.next()) {
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
        Members members = new Members(target);
        while (members.next()) {
            Member change = left.isEmpty() ? null : left.remove(members.name());
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
        private final ByteArrayOutputStream out;
        private boolean first = true;

        ObjectWriter(int size) {
            out = new ByteArrayOutputStream(size);
            out.write('{');
        }

        void member(Slice name, Slice value) {
            name(name);
            out.write(value.json(), value.from(), value.length());
        }

        /** Opens an object as a member. */
        void begin(Slice name) {
            name(name);
            out.write('{');
            first = true;
        }

        void end() {
            out.write('}');
            first = false;
        }

        private void name(Slice name) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.write(name.json(), name.from(), name.length());
            out.write(':');
        }

        byte[] end(byte[] before) {
            out.write('}');
            byte[] after = out.toByteArray();
            return Arrays.equals(before, after) ? before : after;
        }
    }
}
