package dev.sessionstore.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a session shall get a new id. Immutable. */
public final class Rotation {
    /** Nothing said: an id that the client makes, no grace, no changes. */
    public static final Rotation NOW = builder().build();

    private final @Nullable String newId;
    private final int graceSeconds;
    private final @Nullable SessionPatch changes;

    private Rotation(Builder from) {
        newId = from.newId;
        graceSeconds = from.graceSeconds;
        changes = from.changes;
    }

    /** Nothing said yet: as {@link #NOW}. */
    public static Builder builder() {
        return new Builder();
    }

    @Nullable String newId() {
        return newId;
    }

    int graceSeconds() {
        return graceSeconds;
    }

    @Nullable SessionPatch changes() {
        return changes;
    }

    /** Without the id. */
    @Override
    public String toString() {
        return "Rotation[graceSeconds=" + graceSeconds + ", changes=" + changes + "]";
    }

    /** Not thread-safe. */
    public static final class Builder {
        private @Nullable String newId;
        private int graceSeconds;
        private @Nullable SessionPatch changes;

        private Builder() {}

        /** An id of the application's own, fresh and as hard to guess as {@link NewSession.Builder#id} says. */
        public Builder newId(String value) {
            newId = value;
            return this;
        }

        /** For how long the old id still reads the session as it was: 0 to 60 whole seconds. */
        public Builder grace(Duration value) {
            if (value.isNegative() || value.getNano() != 0 || value.getSeconds() > 60) {
                throw new IllegalArgumentException("the grace is " + value + "; it must be 0 to 60 whole seconds");
            }
            graceSeconds = (int) value.getSeconds();
            return this;
        }

        /** Made in the same step: all of it, or neither. */
        public Builder changes(SessionPatch value) {
            changes = value;
            return this;
        }

        /** What was said so far; the builder can go on. */
        public Rotation build() {
            return new Rotation(this);
        }
    }
}
