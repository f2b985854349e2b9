package dev.sessionstore.client;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a call says of a session: attributes and settings, each named or not. Not thread-safe while it is filled. */
final class Values {
    private final Map<String, @Nullable Object> set = new LinkedHashMap<>();
    private final Set<String> remove = new LinkedHashSet<>();
    /** The contract's other fields, ready to be written: text, flags, whole seconds, times as text. */
    private final Map<String, @Nullable Object> settings = new LinkedHashMap<>();

    Values copy() {
        Values copy = new Values();
        copy.set.putAll(set);
        copy.remove.addAll(remove);
        copy.settings.putAll(settings);
        return copy;
    }

    boolean isEmpty() {
        return set.isEmpty() && remove.isEmpty() && settings.isEmpty();
    }

    Map<String, @Nullable Object> set() {
        return set;
    }

    Set<String> remove() {
        return remove;
    }

    Map<String, @Nullable Object> settings() {
        return settings;
    }

    void set(String name, @Nullable Object value) {
        Objects.requireNonNull(name, "name");
        remove.remove(name);
        set.put(name, value);
    }

    void remove(String name) {
        Objects.requireNonNull(name, "name");
        set.remove(name);
        remove.add(name);
    }

    void principal(@Nullable String value) {
        settings.put("principal", value);
    }

    void label(@Nullable String value) {
        settings.put("label", value);
    }

    void binding(@Nullable String value) {
        settings.put("binding", value);
    }

    void permanent(boolean value) {
        settings.put("permanent", value);
    }

    void idleTimeout(@Nullable Duration value) {
        settings.put("idleTimeoutSeconds", wholeSeconds("idle timeout", value));
    }

    void absoluteTimeout(@Nullable Duration value) {
        settings.put("absoluteTimeoutSeconds", wholeSeconds("absolute timeout", value));
    }

    void endsAt(@Nullable Instant value) {
        settings.put("endsAt", value == null ? null : value.toString());
    }

    private static @Nullable Long wholeSeconds(String what, @Nullable Duration value) {
        if (value == null) {
            return null;
        }
        if (value.getNano() != 0 || value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(
                    "the " + what + " is " + value + "; it must be whole seconds, at least 1 s");
        }
        return value.getSeconds();
    }
}
