package dev.sessionstore.client.jetty;

import dev.sessionstore.client.AttributeCodec;
import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.StoredSession;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.session.SessionData;

/** From the service's session to Jetty's. */
final class Loading {
    private final AttributeCodec codec;

    Loading(AttributeCodec codec) {
        this.codec = codec;
    }

    /** @throws AttributeFormatException if an attribute cannot be read */
    SessionData data(String hostId, StoredSession stored, JettyFields fields) {
        TrackedSessionData data = fields.newData(hostId);
        Map<String, byte[]> sent = new HashMap<>();
        Map<String, Object> attributes = new HashMap<>();
        for (String name : stored.names()) {
            if (!Reserved.isReserved(name)) {
                byte[] json = Objects.requireNonNull(stored.json(name), "json");
                Object value = codec.decode(name, json, Object.class);
                sent.put(name, json);
                // To Jetty, an attribute that is null is absent.
                if (value != null) {
                    attributes.put(name, value);
                }
            }
        }
        data.putAllAttributes(attributes);
        data.sent(sent);
        data.clean();
        return data;
    }
}
