package dev.sessionstore.client;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts small secrets that are kept elsewhere, such as a host's own ids in an attribute, so that whoever reads them
 * there learns nothing and can change nothing. AES-256-GCM; several keys, so that they can be replaced one after the other:
 * the first seals, all open. Thread-safe.
 *
 * <p>What is sealed is base64url without padding of a random nonce (12 bytes), the ciphertext, and the tag (16 bytes).
 * Nonces are random: a key shall seal no more than four billion times.
 */
public final class Sealing {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final List<SecretKey> keys;

    private Sealing(List<SecretKey> keys) {
        this.keys = keys;
    }

    /**
     * @param keys each 32 bytes of a good random source; copied
     * @throws IllegalArgumentException if there is none, or one is of another length
     */
    public static Sealing withKeys(byte[]... keys) {
        if (keys.length == 0) {
            throw new IllegalArgumentException("name at least one key of " + KEY_BYTES + " bytes");
        }
        List<SecretKey> all = new ArrayList<>();
        for (byte[] key : keys) {
            if (key.length != KEY_BYTES) {
                throw new IllegalArgumentException(
                        "a key is " + key.length + " bytes; it must be " + KEY_BYTES + " random ones");
            }
            all.add(new SecretKeySpec(key, "AES"));
        }
        return new Sealing(List.copyOf(all));
    }

    /**
     * With the first key. The same text gives another result each time.
     *
     * @param context what the result shall be good for, such as a name; not part of the result
     */
    public String seal(byte[] plain, byte[] context) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.get(0), nonce, context);
            byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + plain.length + TAG_BYTES);
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no AES/GCM", e);
        }
    }

    /** Empty: none of the keys sealed that for this context, or somebody changed it. */
    public Optional<byte[]> open(String sealed, byte[] context) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(sealed);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length < NONCE_BYTES + TAG_BYTES) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(bytes, NONCE_BYTES);
        for (SecretKey key : keys) {
            try {
                Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, context);
                return Optional.of(cipher.doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES));
            } catch (AEADBadTagException e) {
                // Perhaps another key's.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JVM has no AES/GCM", e);
            }
        }
        return Optional.empty();
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] context)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(context);
        return cipher;
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "Sealing[" + keys.size() + " keys]";
    }
}
