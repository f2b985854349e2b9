package dev.sessionstore.client.jetty;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.StoredSession;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The attributes that are this adapter's own, beside the application's. Plain JSON, whatever the application's codec. */
final class Reserved {
    private static final String PREFIX = "dev.sessionstore.jetty.";

    /** {@link JettyFields}. */
    static final String FIELDS = PREFIX + "fields";
    /** Jetty's id, sealed. */
    static final String ID = PREFIX + "id";
    /** {@link Claims.Claim}. */
    static final String CLAIM = PREFIX + "claim";

    /** Servers of the next version may write fields that this one does not know. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Reserved() {}

    static boolean isReserved(String name) {
        return name.startsWith(PREFIX);
    }

    static byte[] write(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text and numbers can always be written", e);
        }
    }

    /** Null if it is absent. Failures do not repeat what is stored. */
    static <T> @Nullable T read(StoredSession stored, String name, Class<T> type) {
        byte[] json = stored.json(name);
        if (json == null) {
            return null;
        }
        try {
            return JSON.readValue(json, type);
        } catch (IOException e) {
            throw new AttributeFormatException(
                    "attribute \"" + name + "\" is not what this adapter writes ("
                            + e.getClass().getSimpleName() + ")",
                    null);
        }
    }
}
