package dev.sessionstore.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessionstore.wire.JsonEdit;
import dev.sessionstore.wire.JsonText;
import dev.sessionstore.wire.SessionDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a cookie holds of a session, as short JSON: {@code {"c": created, "p": principal, "l": label, "m": permanent,
 * "i": idle seconds, "a": {attributes}}}, the time in epoch seconds; p, l and m only where there is such.
 */
final class CookieDocument {
    private static final int MAX_DEPTH = 64;
    private static final ObjectMapper SCALARS = new ObjectMapper();
    private static final byte[] EMPTY = {'{', '}'};

    private CookieDocument() {}

    /** Attributes keep their order and text, but for the changes. */
    static byte[] attributes(byte @Nullable [] before, SessionAttributes.Changes changes) {
        Map<String, byte[]> set = new LinkedHashMap<>();
        changes.set().forEach((name, json) -> set.put(name, JsonText.compact(json, MAX_DEPTH)));
        return JsonEdit.apply(before == null ? EMPTY : before, set, changes.remove());
    }

    static byte[] write(PendingSettings settings, Instant createdAt, Duration idleTimeout, byte[] attributes) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("c", json(createdAt.getEpochSecond()));
        settings.principal().ifPresent(value -> members.put("p", json(value)));
        settings.label().ifPresent(value -> members.put("l", json(value)));
        if (settings.isPermanent()) {
            members.put("m", json(true));
        }
        members.put("i", json(idleTimeout.toSeconds()));
        members.put("a", attributes);
        return JsonEdit.apply(EMPTY, members, Set.of());
    }

    /** @throws RuntimeException if it is nothing that {@link #write} writes */
    static SessionDocument read(byte[] json, Instant sealedAt) {
        byte[] compact = JsonText.compact(json, MAX_DEPTH);
        byte[] attributes = JsonEdit.get(compact, "a");
        Long createdAt = value(compact, "c", Long.class);
        Long seconds = value(compact, "i", Long.class);
        if (attributes == null || attributes[0] != '{' || createdAt == null || seconds == null) {
            throw new IllegalArgumentException("a field is missing");
        }
        return new SessionDocument(
                null,
                new byte[0],
                "",
                value(compact, "p", String.class),
                value(compact, "l", String.class),
                Boolean.TRUE.equals(value(compact, "m", Boolean.class)),
                1,
                Instant.ofEpochSecond(createdAt).toEpochMilli(),
                sealedAt.toEpochMilli(),
                sealedAt.plusSeconds(seconds).toEpochMilli(),
                seconds,
                0,
                SessionDocument.NEVER,
                attributes);
    }

    private static byte[] json(Object scalar) {
        try {
            return SCALARS.writeValueAsBytes(scalar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> @Nullable T value(byte[] object, String name, Class<T> type) {
        byte[] json = JsonEdit.get(object, name);
        try {
            return json == null ? null : SCALARS.readValue(new String(json, StandardCharsets.UTF_8), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
