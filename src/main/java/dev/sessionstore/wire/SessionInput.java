package dev.sessionstore.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for in a body about a session. What is wrong with it is collected, not thrown: a server reports it
 * only after it looked at the session. A field with a fault reads as absent.
 *
 * @param attributes a compact object: the whole attributes at {@link Kind#CREATE} and {@link Kind#PUT}, the merge patch at
 *     {@link Kind#MERGE}; null if they were not mentioned. Not a copy: for reading only.
 * @param set attributes to set at {@link Kind#PATCH}, as compact JSON by name, in the caller's order
 * @param remove names of attributes to remove at {@link Kind#PATCH}
 * @param permanent null if it was not mentioned
 * @param endsAt in epoch milliseconds
 */
public record SessionInput(
        byte @Nullable [] attributes,
        Map<String, byte[]> set,
        Set<String> remove,
        Field<String> principal,
        Field<String> label,
        Field<String> binding,
        @Nullable Boolean permanent,
        Field<Long> idleTimeoutSeconds,
        Field<Long> absoluteTimeoutSeconds,
        Field<Long> endsAt,
        List<FieldFault> faults) {

    /** Asks for nothing, as an absent body does. */
    public static final SessionInput EMPTY = new Reader(Kind.CREATE, "", new Faults()).done();

    /** Which call the body belongs to: they take different fields. */
    public enum Kind {
        CREATE,
        PUT,
        PATCH,
        MERGE
    }

    /** Reads a body that {@link JsonText#compact} made. */
    public static SessionInput parse(byte[] compactBody, Kind kind) {
        return read(Slice.of(compactBody), kind, "", new Faults());
    }

    /** Reads an object within a body; pointers begin with the prefix. */
    static SessionInput read(Slice body, Kind kind, String prefix, Faults faults) {
        Reader reader = new Reader(kind, prefix, faults);
        if (faults.expectObject(body, prefix)) {
            reader.read(body);
        }
        return reader.done();
    }

    /** No values: a principal, a binding and attributes are nobody else's business. */
    @Override
    public String toString() {
        return "SessionInput[" + faults.size() + " faults]";
    }

    private static final class Reader {
        private static final Set<String> SERVERS_OWN =
                Set.of("id", "handle", "namespace", "version", "createdAt", "lastAccessedAt", "expiresAt");

        /** What a body may have in it, found without decoding, and without building a pointer that no fault needs. */
        private static final String[] NAMES = {
            "attributes",
            "principal",
            "label",
            "binding",
            "permanent",
            "idleTimeoutSeconds",
            "absoluteTimeoutSeconds",
            "endsAt",
            "set",
            "remove"
        };

        private static final byte[][] UTF_8 = Arrays.stream(NAMES)
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        private static final String[] POINTERS =
                Arrays.stream(NAMES).map(FieldFault::step).toArray(String[]::new);

        private final Kind kind;
        private final String prefix;
        private final Faults faults;
        private final FieldReader fields;

        private byte @Nullable [] attributes;
        private Map<String, byte[]> set = Map.of();
        private Set<String> remove = Set.of();
        private Field<String> principal = Field.absent();
        private Field<String> label = Field.absent();
        private Field<String> binding = Field.absent();
        private @Nullable Boolean permanent;
        private Field<Long> idleTimeoutSeconds = Field.absent();
        private Field<Long> absoluteTimeoutSeconds = Field.absent();
        private Field<Long> endsAt = Field.absent();

        Reader(Kind kind, String prefix, Faults faults) {
            this.kind = kind;
            this.prefix = prefix;
            this.faults = faults;
            fields = new FieldReader(faults);
        }

        void read(Slice body) {
            boolean hasAttributes = false;
            Members members = new Members(body);
            while (members.next()) {
                int known = members.spelledLike(UTF_8);
                String name = known < 0 ? members.name() : NAMES[known];
                boolean isPlain = known >= 0 && prefix.isEmpty();
                hasAttributes |= name.equals("attributes");
                readField(name, members.value(), isPlain ? POINTERS[known] : prefix + FieldFault.step(name));
            }
            if (kind == Kind.PUT && !hasAttributes) {
                faults.add(prefix + "/attributes", "is missing; PUT replaces the attributes");
            }
            for (String name : remove) {
                if (set.containsKey(name)) {
                    faults.add(prefix + "/set" + FieldFault.step(name), "is in remove too");
                }
            }
        }

        private void readField(String name, Slice value, String pointer) {
            switch (name) {
                case "attributes" -> readAttributes(value, pointer);
                case "principal" -> principal = fields.text(value, pointer, 256);
                case "label" -> label = fields.text(value, pointer, 256);
                case "binding" -> binding = fields.binding(value, pointer);
                case "permanent" -> permanent = fields.flag(value, pointer);
                case "idleTimeoutSeconds" -> idleTimeoutSeconds = fields.timeout(value, pointer);
                case "absoluteTimeoutSeconds" -> absoluteTimeoutSeconds = fields.timeout(value, pointer);
                case "endsAt" -> endsAt = fields.timeOrNull(value, pointer);
                case "set" -> readSet(value, pointer);
                case "remove" -> readRemove(value, pointer);
                default -> {
                    if (!SERVERS_OWN.contains(name)) {
                        faults.unknown(pointer);
                    } else if (kind != Kind.PUT) {
                        faults.add(pointer, "is the server's own field and cannot be set");
                    }
                }
            }
        }

        private void readAttributes(Slice value, String pointer) {
            if (kind == Kind.PATCH) {
                faults.add(pointer, "is not a field of this document; attributes are changed by set and remove");
            } else if (faults.expectObject(value, pointer)) {
                attributes = value.bytes();
            }
        }

        private void readSet(Slice value, String pointer) {
            if (kind != Kind.PATCH) {
                faults.unknown(pointer);
            } else if (faults.expectObject(value, pointer)) {
                Map<String, byte[]> given = new LinkedHashMap<>();
                Members members = new Members(value);
                while (members.next()) {
                    given.put(members.name(), members.value().bytes());
                }
                set = Collections.unmodifiableMap(given);
            }
        }

        private void readRemove(Slice value, String pointer) {
            if (kind != Kind.PATCH) {
                faults.unknown(pointer);
            } else if (!value.isArray()) {
                faults.add(pointer, "must be an array of strings");
            } else {
                Set<String> given = new LinkedHashSet<>();
                Members elements = new Members(value);
                for (int i = 0; elements.next(); i++) {
                    if (elements.value().isString()) {
                        given.add(elements.value().text());
                    } else {
                        faults.add(pointer + "/" + i, "must be a string");
                    }
                }
                remove = Collections.unmodifiableSet(given);
            }
        }

        SessionInput done() {
            return new SessionInput(
                    attributes,
                    set,
                    remove,
                    principal,
                    label,
                    binding,
                    permanent,
                    idleTimeoutSeconds,
                    absoluteTimeoutSeconds,
                    endsAt,
                    faults.list());
        }
    }
}
