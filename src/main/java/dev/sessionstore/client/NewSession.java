package dev.sessionstore.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session shall begin with. What is not named takes the namespace's default. Immutable, as far as its values are.
 *
 * <pre>{@code
 * NewSession.builder().principal("user-42").attribute("cart", cart).build()
 * }</pre>
 */
public final class NewSession {
    /** Nothing named: no attributes, all by the namespace's defaults. */
    public static final NewSession EMPTY = builder().build();

    private final @Nullable String id;
    private final Values values;

    private NewSession(Builder from) {
        id = from.id;
        values = from.values.copy();
    }

    /** Nothing named yet. */
    public static Builder builder() {
        return new Builder();
    }

    @Nullable String id() {
        return id;
    }

    Values values() {
        return values;
    }

    /** No values: they are nobody else's business. */
    @Override
    public String toString() {
        return "NewSession[" + values.set().size() + " attributes]";
    }

    /** Not thread-safe. */
    public static final class Builder {
        private @Nullable String id;
        private final Values values = new Values();

        private Builder() {}

        /**
         * The application's own id instead of one that the client makes: 32 to 128 characters of
         * {@code A-Z a-z 0-9 . _ ~ -}, with at least 128 bits that nobody can guess.
         */
        public Builder id(String value) {
            id = value;
            return this;
        }

        /** Whose session it is: 1 to 256 code points without control characters. */
        public Builder principal(String value) {
            values.principal(value);
            return this;
        }

        /** For people, in a list of one's devices: 1 to 256 code points. */
        public Builder label(String value) {
            values.label(value);
            return this;
        }

        /** Calls by id must repeat this string from now on: see {@link SessionClient#bound}. Kept only as a hash. */
        public Builder binding(String value) {
            values.binding(value);
            return this;
        }

        /** Whether its cookie outlives the browser; decides which default timeouts it gets. */
        public Builder permanent(boolean value) {
            values.permanent(value);
            return this;
        }

        /** How long it lives after its last access; whole seconds, 1 s to 100 years; null: for ever. */
        public Builder idleTimeout(@Nullable Duration value) {
            values.idleTimeout(value);
            return this;
        }

        /** How long it lives after its creation; whole seconds, 1 s to 100 years; null: for ever. */
        public Builder absoluteTimeout(@Nullable Duration value) {
            values.absoluteTimeout(value);
            return this;
        }

        /** An explicit end, in milliseconds' precision; null: none. */
        public Builder endsAt(@Nullable Instant value) {
            values.endsAt(value);
            return this;
        }

        /** @param value anything the client's {@code ObjectMapper} can write; null is the value {@code null} */
        public Builder attribute(String name, @Nullable Object value) {
            values.set(name, value);
            return this;
        }

        /** Each entry as {@link #attribute}. */
        public Builder attributes(Map<String, ?> all) {
            all.forEach(this::attribute);
            return this;
        }

        /** An attribute that is JSON text in UTF-8 already. The array is not copied. */
        public Builder attributeJson(String name, byte[] json) {
            values.set(name, new JsonBytes(json));
            return this;
        }

        /** Takes back an attribute that was named before; none is no error. The last word on a name counts. */
        public Builder remove(String name) {
            values.remove(name);
            return this;
        }

        /** What was said so far; the builder can go on. */
        public NewSession build() {
            return new NewSession(this);
        }
    }
}
