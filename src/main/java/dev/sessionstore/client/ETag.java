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
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("an entity tag is visible ASCII characters in double quotes");
        }
    }

    /** Every answer is asked: so no regular expression. */
    static boolean isWellFormed(String value) {
        int last = value.length() - 1;
        if (last < 1 || value.charAt(0) != '"' || value.charAt(last) != '"') {
            return false;
        }
        for (int i = 1; i < last; i++) {
            char c = value.charAt(i);
            if (c < '!' || c == '"' || c > '~') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return value;
    }
}
