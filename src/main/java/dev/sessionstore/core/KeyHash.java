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
 * <p>Thread-safe: each thread reuses its own digest and buffers.
 */
public final class KeyHash {
    private static final int HASH_BYTES = 32;
    /** A namespace, a zero byte and an id of the longest kind. */
    private static final int USUAL_MESSAGE = 63 + 1 + SessionId.MAX_LENGTH;

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
        Hasher hasher = hashers.get();
        int length = namespace.length() + 1 + text.length();
        byte[] message = hasher.message(length);
        copyAscii(namespace, message, 0);
        message[namespace.length()] = 0;
        copyAscii(text, message, namespace.length() + 1);
        hasher.hash(message, length, hasher.hash);
        return SessionKey.ofHash(hasher.hash);
    }

    /** A hash of any other secret text, for comparing without keeping it. */
    public byte[] fingerprint(String text) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        byte[] hash = new byte[HASH_BYTES];
        hashers.get().hash(message, message.length, hash);
        return hash;
    }

    /** Namespaces and ids are ASCII by their grammar. */
    @SuppressWarnings("deprecation")
    private static void copyAscii(String from, byte[] to, int at) {
        from.getBytes(0, from.length(), to, at);
    }

    private interface Digest {
        /** Hashes so many bytes of the message. */
        void hash(byte[] message, int length, byte[] into) throws GeneralSecurityException;
    }

    /** One thread's digest, and room for what goes in and comes out. */
    private static final class Hasher {
        private final Digest digest;
        private final byte[] hash = new byte[HASH_BYTES];
        private byte[] message = new byte[USUAL_MESSAGE];

        Hasher(Digest digest) {
            this.digest = digest;
        }

        byte[] message(int length) {
            if (message.length < length) {
                message = new byte[length];
            }
            return message;
        }

        void hash(byte[] bytes, int length, byte[] into) {
            try {
                digest.hash(bytes, length, into);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the hash does not fit", e);
            }
        }
    }

    private static Hasher sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return new Hasher((message, length, into) -> {
                digest.update(message, 0, length);
                digest.digest(into, 0, into.length);
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Hasher hmac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return new Hasher((message, length, into) -> {
                mac.update(message, 0, length);
                mac.doFinal(into, 0);
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
