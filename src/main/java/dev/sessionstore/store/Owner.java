package dev.sessionstore.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The name of a principal's listing: base64url of the first 16 bytes of SHA-256 over namespace, a zero byte and the
 * principal in UTF-8, 22 characters. Of one length and one alphabet, so that no engine's collation, key syntax or limit
 * of lengths matters, and no key name in an engine tells who its users are.
 */
final class Owner {
    private static final int BYTES = 16;

    private Owner() {}

    static @Nullable String of(String namespace, @Nullable String principal) {
        if (principal == null) {
            return null;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(namespace.getBytes(StandardCharsets.US_ASCII));
            digest.update((byte) 0);
            byte[] hash = digest.digest(principal.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
