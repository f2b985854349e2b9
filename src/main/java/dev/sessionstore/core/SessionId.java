package dev.sessionstore.core;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The secret by which a browser or an application owns a session. Whoever holds it holds the session, so it never
 * leaves the HTTP layer: stores, logs, metrics and errors work with its {@link SessionKey}.
 *
 * <p>Immutable and thread-safe.
 */
public final class SessionId {
    /** An id has at least this many characters: at 6 bits each, 192 bits if they are random. */
    public static final int MIN_LENGTH = 32;

    public static final int MAX_LENGTH = 128;

    private static final int GENERATED_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String text;

    private SessionId(String text) {
        this.text = text;
    }

    /** A new id of 32 random bytes, 43 characters of base64url without padding (RFC 4648, section 5). */
    public static SessionId generate() {
        byte[] random = new byte[GENERATED_BYTES];
        RANDOM.nextBytes(random);
        return new SessionId(Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    /** The id that this text is, or empty if it is not 32 to 128 characters of {@code A-Z a-z 0-9 . _ ~ -}. */
    public static Optional<SessionId> parse(String text) {
        return isWellFormed(text) ? Optional.of(new SessionId(text)) : Optional.empty();
    }

    private static boolean isWellFormed(String text) {
        if (text.length() < MIN_LENGTH || text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean allowed = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == '_'
                    || c == '.'
                    || c == '~';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    /** The secret itself, for the one answer that may carry it. */
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionId that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Redacted, so that no log or exception can spell it by accident. */
    @Override
    public String toString() {
        return "SessionId[redacted]";
    }
}
