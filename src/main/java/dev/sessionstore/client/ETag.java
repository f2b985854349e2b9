package dev.sessionstore.client;

import java.util.Objects;

/**
 * The entity tag of a session (RFC 9110, section 8.8.3): opaque, to be compared and sent back, never read. It changes
 * with each write that changes something, and differs between two sessions that had the same id one after the other.
 *
 * @param value as the header has it, quotes included
 */
public record ETag(String value) {
    public ETag {
        Objects.requireNonNull(value, "value");
        if (!value.matches("\"[\\x21\\x23-\\x7e]*\"")) {
            throw new IllegalArgumentException("an entity tag is visible ASCII characters in double quotes");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
