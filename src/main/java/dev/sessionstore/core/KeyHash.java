package dev.sessionstore.core;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns an id into the key that stores see: SHA-256, or HMAC-SHA-256 where the operator gave a secret, over the
 * namespace, a zero byte and the id's ASCII text. One id in two namespaces is two sessions.
 *
 * <p>Thread-safe: each thread reuses its own digest.
 */
public final class KeyHash {
    private final ThreadLocal<Hasher> hashers;

    private KeyHash(ThreadLocal<Hasher> hashers) {
        this.hashers = hashers;
    }

    /** Plain SHA-256: an id cannot be found from its key, having at least 192 bits if it is random. */
    public static KeyHash plain() {
        return new KeyHash(ThreadLocal.withInitial(KeyHash::sha256));
    }

    /**
     * HMAC-SHA-256: whoever reads a store cannot even test a guessed id.
     *
     * @param secret at least one byte; copied
     */
    public static KeyHash keyed(byte[] secret) {
        SecretKeySpec key = new SecretKeySpec(secret, "HmacSHA256");
        return new KeyHash(ThreadLocal.withInitial(() -> hmac(key)));
    }

    public SessionKey keyOf(String namespace, SessionId id) {
        String text = id.reveal();
        byte[] message = new byte[namespace.length() + 1 + text.length()];
        copyAscii(namespace, message, 0);
        copyAscii(text, message, namespace.length() + 1);
        return SessionKey.ofHash(hashers.get().hash(message));
    }

    /** A hash of any other secret text, for comparing without keeping it. */
    public byte[] fingerprint(String text) {
        return hashers.get().hash(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Namespaces and ids are ASCII by their grammar. */
    @SuppressWarnings("deprecation")
    private static void copyAscii(String from, byte[] to, int at) {
        from.getBytes(0, from.length(), to, at);
    }

    private interface Hasher {
        byte[] hash(byte[] message);
    }

    private static Hasher sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return digest::digest;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Hasher hmac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac::doFinal;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
