package dev.sessionstore.store.redis;

import dev.sessionstore.core.SessionKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What things are called in Redis: {@code PREFIX HANDLE} a cell, {@code PREFIX p: OWNER} an owner's listing. */
final class RedisNames {
    private static final String LISTING = "p:";

    private final byte[] prefix;

    RedisNames(String prefix) {
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    }

    byte[] cell(SessionKey key) {
        return prefixed(key.handleBytes());
    }

    byte[] listing(String owner) {
        return prefixed((LISTING + owner).getBytes(StandardCharsets.US_ASCII));
    }

    private byte[] prefixed(byte[] rest) {
        byte[] name = Arrays.copyOf(prefix, prefix.length + rest.length);
        System.arraycopy(rest, 0, name, prefix.length, rest.length);
        return name;
    }

    /** The key of the cell that is called so. */
    Optional<SessionKey> keyOf(byte[] name) {
        return name.length == prefix.length + SessionKey.HANDLE_LENGTH && Arrays.mismatch(prefix, name) == prefix.length
                ? SessionKey.parseHandle(
                        new String(name, prefix.length, SessionKey.HANDLE_LENGTH, StandardCharsets.ISO_8859_1))
                : Optional.empty();
    }

    /** A glob that all cells' names match, and next to nothing else. */
    byte[] glob() {
        StringBuilder glob = new StringBuilder();
        for (byte each : prefix) {
            char letter = (char) (each & 0xff);
            if ("*?[]\\^-".indexOf(letter) >= 0) {
                glob.append('\\');
            }
            glob.append(letter);
        }
        return glob.append("?".repeat(SessionKey.HANDLE_LENGTH)).toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
