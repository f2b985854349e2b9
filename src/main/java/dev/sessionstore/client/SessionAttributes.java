package dev.sessionstore.client;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request's view of a session's attributes: what is stored, and above it what was handed out, set or removed. Stored
 * values are decoded when they are asked for. Not thread-safe.
 */
final class SessionAttributes {
    /** What a save sends. */
    record Changes(Map<String, byte[]> set, Set<String> remove) {
        boolean isEmpty() {
            return set.isEmpty() && remove.isEmpty();
        }
    }

    private static final class Entry {
        @Nullable Object value;
        /** As what it was decoded; null: the application set it. */
        @Nullable Type type;
        /**
         * What the value was when it was handed out, in the codec's own words: what is stored may say the same in others,
         * 1.10 for 1.1. Null where that cannot change within, or was never so.
         */
        byte @Nullable [] before;

        boolean isSet;
        boolean isRemoved;
        /** Another request's value is stored by now. */
        boolean isOvertaken;
    }

    private final AttributeCodec codec;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private @Nullable StoredSession stored;

    SessionAttributes(AttributeCodec codec, @Nullable StoredSession stored) {
        this.codec = codec;
        this.stored = stored;
    }

    /** @throws AttributeFormatException if it is nothing of that type, or its changes could not be noticed */
    @Nullable Object get(String name, Type type) {
        Entry entry = entries.get(name);
        if (entry == null) {
            byte[] json = storedJson(name);
            if (json == null) {
                return null;
            }
            entry = decoded(name, json, type);
            entries.put(name, entry);
        } else if (!entry.isRemoved && entry.value != null && !fits(entry, entry.value, type)) {
            become(name, entry, type);
        }
        return entry.isRemoved ? null : entry.value;
    }

    private Entry decoded(String name, byte[] json, Type type) {
        Entry entry = new Entry();
        entry.value = codec.decode(name, json, type);
        entry.type = type;
        entry.before = isImmutable(entry.value) ? null : codec.encode(name, entry.value);
        return entry;
    }

    /** Another type of the present state, so that no change within the earlier object is lost. */
    private void become(String name, Entry entry, Type type) {
        byte[] changed = changed(name, entry);
        byte[] json = changed != null ? changed : storedJson(name);
        Entry other = decoded(name, json != null ? json : codec.encode(name, entry.value), type);
        entry.value = other.value;
        entry.type = type;
        entry.before = changed == null ? other.before : null;
        entry.isSet = changed != null;
    }

    private static boolean fits(Entry entry, Object value, Type type) {
        if (type == Object.class || type.equals(entry.type)) {
            return true;
        }
        if (type instanceof Class<?> wanted) {
            return JsonCodec.isA(wanted, value);
        }
        // What the application itself put in is taken at its word.
        return entry.type == null
                && type instanceof ParameterizedType wanted
                && wanted.getRawType() instanceof Class<?> raw
                && raw.isInstance(value);
    }

    private static boolean isImmutable(@Nullable Object value) {
        if (value == null || value instanceof Enum<?>) {
            return true;
        }
        String home = value.getClass().getPackageName();
        // An array has its elements' package.
        return home.equals("java.time") && !value.getClass().isArray()
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof java.util.UUID
                || value instanceof Number && (home.equals("java.lang") || home.equals("java.math"));
    }

    /** Whether what is read under that name is what was found stored, and not what this request made of it. */
    boolean isAsStored(String name) {
        Entry entry = entries.get(name);
        return entry == null || entry.type != null && changed(name, entry) == null;
    }

    boolean contains(String name) {
        Entry entry = entries.get(name);
        return entry == null ? stored != null && stored.contains(name) : !entry.isRemoved;
    }

    Set<String> names() {
        Set<String> names = stored == null ? new LinkedHashSet<>() : new LinkedHashSet<>(stored.names());
        entries.forEach((name, entry) -> {
            if (entry.isRemoved) {
                names.remove(name);
            } else {
                names.add(name);
            }
        });
        return names;
    }

    boolean isEmpty() {
        return entries.isEmpty() ? stored == null || stored.names().isEmpty() : names().isEmpty();
    }

    void set(String name, @Nullable Object value) {
        Entry entry = entries.computeIfAbsent(name, any -> new Entry());
        boolean isThere = entry.type != null && !entry.isRemoved && !entry.isOvertaken && isImmutable(value);
        if (isThere && Objects.equals(value, entry.value)) {
            return;
        }
        entry.value = value;
        entry.type = null;
        entry.isSet = true;
        entry.isRemoved = false;
    }

    boolean remove(String name) {
        if (!contains(name)) {
            return false;
        }
        // Kept, even if it is not stored: a save whose answer was lost may have stored it.
        Entry entry = entries.computeIfAbsent(name, any -> new Entry());
        entry.value = null;
        entry.isSet = false;
        entry.isRemoved = true;
        return true;
    }

    void clear() {
        names().forEach(this::remove);
    }

    boolean isChanged() {
        return !changes().isEmpty();
    }

    /** @throws AttributeFormatException if a value cannot be written */
    Changes changes() {
        Changes changes = new Changes(new LinkedHashMap<>(), new LinkedHashSet<>());
        entries.forEach((name, entry) -> {
            if (entry.isRemoved) {
                if (stored != null && stored.contains(name)) {
                    changes.remove.add(name);
                }
            } else {
                byte[] json = changed(name, entry);
                if (json != null) {
                    changes.set.put(name, json);
                }
            }
        });
        return changes;
    }

    /** What is to be stored; null if that is there already. */
    private byte @Nullable [] changed(String name, Entry entry) {
        if (!entry.isSet && isImmutable(entry.value)) {
            return null;
        }
        byte[] json = codec.encode(name, entry.value);
        // What was set counts, though it is what it was before another request changed it.
        boolean isAsBefore = Arrays.equals(json, entry.before) && !(entry.isSet && entry.isOvertaken);
        return isAsBefore || Arrays.equals(json, storedJson(name)) ? null : json;
    }

    private byte @Nullable [] storedJson(String name) {
        return stored == null ? null : stored.json(name);
    }

    /** These are stored now, and what else the session holds. Objects that were handed out stay. */
    void saved(Changes changes, @Nullable StoredSession now) {
        entries.values().removeIf(entry -> entry.isRemoved);
        entries.forEach((name, entry) -> {
            byte[] text = changes.set.getOrDefault(name, storedJson(name));
            byte[] same = entry.before == null ? storedJson(name) : entry.before;
            entry.before = changes.set.getOrDefault(name, same);
            entry.isSet = false;
            entry.isOvertaken = now != null && !Arrays.equals(text, now.json(name));
        });
        stored = now;
    }

    /** Another state is stored. What this request changed stays so; the rest is read anew. */
    void rebase(StoredSession now) {
        Changes changes = changes();
        stored = now;
        entries.entrySet().removeIf(each -> {
            Entry entry = each.getValue();
            entry.before = null;
            entry.isOvertaken = false;
            entry.isSet = changes.set.containsKey(each.getKey());
            return !entry.isSet && !entry.isRemoved;
        });
    }

    /** Nothing is stored. What the request set stays. */
    void forget() {
        stored = null;
        entries.values().removeIf(entry -> !entry.isSet);
        entries.values().forEach(entry -> entry.before = null);
    }

    /** The session has ended: it reads as empty. */
    void discard() {
        stored = null;
        entries.clear();
    }
}
