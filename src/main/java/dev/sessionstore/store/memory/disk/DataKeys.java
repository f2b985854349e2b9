package dev.sessionstore.store.memory.disk;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What files are encrypted with: the first key writes, all read. The word {@code plain} stands for no encryption, so
 * that a directory can be moved from plain to encrypted and back; without it a plain file is refused, for whoever can
 * write to the disk could have put it there.
 *
 * <p>Immutable and thread-safe.
 */
public final class DataKeys {
    /** Files are written and read plain. */
    public static final DataKeys PLAIN = new DataKeys(List.of(new Key(null, 0)));

    private static final int KEY_BYTES = 32;
    private static final String PLAIN_WORD = "plain";

    /** @param secret null: plain */
    private record Key(byte @Nullable [] secret, long id) {}

    private final List<Key> keys;

    private DataKeys(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * One key a line: 32 bytes as 64 hexadecimal digits or as base64, or {@code plain}. Blank lines and those that
     * begin with {@code #} do not count.
     *
     * @throws IllegalArgumentException with a message that names the line, not its content
     */
    public static DataKeys parse(String text) {
        List<Key> keys = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            String word = line.strip();
            if (word.equals(PLAIN_WORD)) {
                keys.add(new Key(null, 0));
            } else if (!word.isEmpty() && !word.startsWith("#")) {
                byte[] secret = secretOf(word);
                if (secret == null) {
                    throw new IllegalArgumentException("line " + number + " is no key; expected 64 hexadecimal digits"
                            + " or 44 characters of base64, as openssl rand -hex 32 prints, or the word plain");
                }
                keys.add(new Key(secret, idOf(secret)));
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("it has no key; openssl rand -hex 32 makes one");
        }
        return new DataKeys(keys);
    }

    private static byte @Nullable [] secretOf(String word) {
        try {
            if (word.length() == 2 * KEY_BYTES) {
                return HexFormat.of().parseHex(word);
            }
            byte[] secret = Base64.getDecoder().decode(word);
            return secret.length == KEY_BYTES ? secret : null;
        } catch (IllegalArgumentException neither) {
            return null;
        }
    }

    /** Whether what is written from now on is readable to anybody. */
    public boolean writesPlain() {
        return keys.get(0).secret == null;
    }

    /** The id of the key that writes; 0: plain. */
    long writingId() {
        return keys.get(0).id;
    }

    /** What frames of that file are opened and closed with; null: the key is not here. */
    @Nullable Sealing sealingOf(FileHeader file) {
        for (Key key : keys) {
            if (key.id == file.keyId()) {
                return key.secret == null ? Sealing.NONE : new GcmSealing(fileKey(key.secret, file), file.encode());
            }
        }
        return null;
    }

    /** What frames of a new file are closed with. */
    Sealing writingSealing(FileHeader file) {
        return Objects.requireNonNull(sealingOf(file), "the first key writes");
    }

    /** HKDF-SHA-256 (RFC 5869), one block: each file has a key of its own, so numbers can serve as nonces. */
    private static byte[] fileKey(byte[] secret, FileHeader file) {
        byte[] extracted = hmac(file.id(), secret);
        byte[] info = ("session-store " + file.kind().word + "\u0001").getBytes(StandardCharsets.US_ASCII);
        return hmac(extracted, info);
    }

    /** Tells keys apart without telling anything about them. */
    private static long idOf(byte[] secret) {
        byte[] hash = hmac(secret, "session-store data key".getBytes(StandardCharsets.US_ASCII));
        long id = (long) ByteWriter.LONG.get(hash, 0);
        return id == 0 ? 1 : id;
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** How many, and nothing of them. */
    @Override
    public String toString() {
        return "DataKeys[" + keys.size() + "]";
    }
}
