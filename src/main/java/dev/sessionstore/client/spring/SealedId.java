package dev.sessionstore.client.spring;

import dev.sessionstore.client.Sealing;
import dev.sessionstore.client.StoredSession;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session's own id among its attributes, under a key that the service does not have: lists carry no ids, and Spring's
 * lookup by principal must. Whoever reads lists learns nothing from it.
 */
final class SealedId {
    /** Reserved; the application sees no such attribute. */
    static final String NAME = "dev.sessionstore.spring.id";

    private static final byte[] CONTEXT = NAME.getBytes(StandardCharsets.US_ASCII);

    private final Sealing sealing;

    SealedId(Sealing sealing) {
        this.sealing = sealing;
    }

    /** The attribute's value: a JSON string of base64url. */
    byte[] seal(String id) {
        return ('"' + sealing.seal(id.getBytes(StandardCharsets.US_ASCII), CONTEXT) + '"')
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Empty: it has none, or none that this application sealed. */
    Optional<String> open(StoredSession stored) {
        byte @Nullable [] json = stored.json(NAME);
        if (json == null || json.length < 2 || json[0] != '"') {
            return Optional.empty();
        }
        String sealed = new String(json, 1, json.length - 2, StandardCharsets.US_ASCII);
        return sealing.open(sealed, CONTEXT).map(id -> new String(id, StandardCharsets.US_ASCII));
    }
}
