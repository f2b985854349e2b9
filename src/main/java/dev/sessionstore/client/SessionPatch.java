package dev.sessionstore.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes to a session. What is not named stays as it is, so that patches of different attributes from parallel requests
 * all survive. A value replaces the one before whole. Immutable, as far as its values are.
 *
 * <pre>{@code
 * SessionPatch.builder().attribute("step", 2).remove("coupon").build()
 * }</pre>
 */
public final class SessionPatch {
    private final Values values;
    private final @Nullable ETag expected;

    private SessionPatch(Builder from) {
        values = from.values.copy();
        expected = from.expected;
    }

    /** Nothing changed yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether it changes nothing. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    Values values() {
        return values;
    }

    @Nullable ETag expected() {
        return expected;
    }

    /** No values: they are nobody else's business. */
    @Override
    public String toString() {
        return "SessionPatch[" + values.set().size() + " set, "
                + values.remove().size() + " removed]";
    }

    /** Not thread-safe. */
    public static final class Builder {
        private final Values values = new Values();
        private @Nullable ETag expected;

        private Builder() {}

        /** Only if the session is at that version still; else {@link VersionConflictException}. */
        public Builder expecting(ETag etag) {
            expected = etag;
            return this;
        }

        /** Whose session it is: 1 to 256 code points without control characters; null: nobody's. */
        public Builder principal(@Nullable String value) {
            values.principal(value);
            return this;
        }

        /** For people, in a list of one's devices: 1 to 256 code points; null: none. */
        public Builder label(@Nullable String value) {
            values.label(value);
            return this;
        }

        /** Calls by id must repeat this string from now on: see {@link SessionClient#bound}; null: no longer. */
        public Builder binding(@Nullable String value) {
            values.binding(value);
            return this;
        }

        /** Resets both timeouts to the namespace's for such sessions, unless they are named here, too. */
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

        /** An explicit end, in milliseconds' precision, brought down to the absolute timeout; null: none. */
        public Builder endsAt(@Nullable Instant value) {
            values.endsAt(value);
            return this;
        }

        /**
         * Sets one attribute. The last word on a name counts.
         *
         * @param value anything the client's {@code ObjectMapper} can write; null is the value {@code null}
         */
        public Builder attribute(String name, @Nullable Object value) {
            values.set(name, value);
            return this;
        }

        /** Each entry as {@link #attribute}. */
        public Builder attributes(Map<String, ?> all) {
            all.forEach(this::attribute);
            return this;
        }

        /** Sets an attribute that is JSON text in UTF-8 already. The array is not copied. */
        public Builder attributeJson(String name, byte[] json) {
            values.set(name, new JsonBytes(json));
            return this;
        }

        /** Removes one attribute; removing what is not there is no error. The last word on a name counts. */
        public Builder remove(String name) {
            values.remove(name);
            return this;
        }

        /** What was said so far; the builder can go on. */
        public SessionPatch build() {
            return new SessionPatch(this);
        }
    }
}
