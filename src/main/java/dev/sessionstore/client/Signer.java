package dev.sessionstore.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs text together with the time: {@code TEXT.TIME.SIGNATURE}, the time in seconds to the base 36, the signature
 * HMAC-SHA-256 in base64url. The key that signs is derived from the application's and a salt, so that what was signed for
 * one purpose is good for no other. The first key signs, all verify. Immutable, thread-safe.
 */
final class Signer {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST_KEY = 32;
    /** Clocks of an application's nodes may differ by so much. */
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

    /** What was signed, and when. */
    record Signed(String text, Instant at) {
        /** Whether it is neither too old nor of the future. */
        boolean isWithin(Duration lifetime, Instant now) {
            return now.isBefore(at.plus(lifetime)) && !at.isAfter(now.plus(CLOCK_SKEW));
        }
    }

    private final List<SecretKeySpec> derivedKeys;

    private Signer(List<SecretKeySpec> derivedKeys) {
        this.derivedKeys = derivedKeys;
    }

    /** @throws IllegalArgumentException if there is no key, or one is shorter than 32 bytes */
    static Signer of(String salt, byte[]... keys) {
        if (keys.length == 0) {
            throw new IllegalArgumentException("name at least one key of " + SHORTEST_KEY + " bytes or more");
        }
        List<SecretKeySpec> derived = new ArrayList<>();
        for (byte[] key : keys) {
            if (key.length < SHORTEST_KEY) {
                throw new IllegalArgumentException(
                        "a key is " + key.length + " bytes; it must be at least " + SHORTEST_KEY + " random ones");
            }
            derived.add(new SecretKeySpec(mac(new SecretKeySpec(key, ALGORITHM), "signer " + salt), ALGORITHM));
        }
        return new Signer(List.copyOf(derived));
    }

    String sign(String text, Instant at) {
        String timed = text + '.' + Long.toString(at.getEpochSecond(), 36);
        return timed + '.' + base64(mac(derivedKeys.get(0), timed));
    }

    /** Empty: none of the keys signed that. How old it may be, the caller decides. */
    Optional<Signed> verify(String signed) {
        int signature = signed.lastIndexOf('.');
        int time = signed.lastIndexOf('.', signature - 1);
        if (time < 0) {
            return Optional.empty();
        }
        String timed = signed.substring(0, signature);
        byte[] given = signed.substring(signature + 1).getBytes(StandardCharsets.UTF_8);
        boolean isGenuine = false;
        for (SecretKeySpec key : derivedKeys) {
            byte[] right = base64(mac(key, timed)).getBytes(StandardCharsets.UTF_8);
            isGenuine |= MessageDigest.isEqual(right, given);
        }
        return isGenuine ? Optional.of(signed(timed, time)) : Optional.empty();
    }

    private static Signed signed(String timed, int time) {
        long seconds = Long.parseLong(timed.substring(time + 1), 36);
        return new Signed(timed.substring(0, time), Instant.ofEpochSecond(seconds));
    }

    private static byte[] mac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "Signer[" + derivedKeys.size() + " keys]";
    }
}
