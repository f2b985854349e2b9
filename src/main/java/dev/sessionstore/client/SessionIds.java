package dev.sessionstore.client;

import java.security.SecureRandom;
import java.util.Base64;

/** Session ids: secrets of the contract's shape. Thread-safe. */
final class SessionIds {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;
    private static final int SHORTEST = 32;
    private static final int LONGEST = 128;

    private SessionIds() {}

    /** 32 random bytes as base64url: 43 characters. */
    static String random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Whether the service could know it. One that it could not is not sent: it may be anything that a cookie held. */
    static boolean isWellFormed(String id) {
        if (id.length() < SHORTEST || id.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean fits =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "._~-".indexOf(c) >= 0;
            if (!fits) {
                return false;
            }
        }
        return true;
    }
}
