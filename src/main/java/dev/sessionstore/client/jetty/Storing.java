package dev.sessionstore.client.jetty;

import dev.sessionstore.client.AttributeCodec;
import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.NewSession;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.SessionPatch;
import dev.sessionstore.client.StoredSession;
import dev.sessionstore.client.VersionConflictException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.session.SessionData;
import org.jspecify.annotations.Nullable;

/** From Jetty's session to the service's: whole at first, then what changed. */
final class Storing {
    private final SessionClient client;
    private final HostIds ids;
    private final AttributeCodec codec;

    Storing(SessionClient client, HostIds ids, AttributeCodec codec) {
        this.client = client;
        this.ids = ids;
        this.codec = codec;
    }

    /**
     * @param isNew whether Jetty never saved it under this id
     * @return false if it was ended elsewhere, and stays so
     * @throws VersionConflictException if it is new, and another session has its id
     * @throws AttributeFormatException if an attribute cannot be written
     */
    boolean store(String hostId, SessionData data, boolean isNew) {
        Map<String, byte[]> attributes = encoded(data);
        if (!(data instanceof TrackedSessionData tracked)) {
            return isNew ? create(hostId, data, attributes) : replace(hostId, data, attributes);
        }
        Change change = isNew ? null : Change.of(tracked, attributes);
        // Until the answer is there: one that is lost may have changed all or nothing.
        tracked.unsure();
        boolean stored = isNew
                ? create(hostId, data, attributes)
                : change == null ? replace(hostId, data, attributes) : patch(hostId, data, change);
        if (stored) {
            tracked.sent(attributes);
        }
        return stored;
    }

    private Map<String, byte[]> encoded(SessionData data) {
        Map<String, byte[]> attributes = new LinkedHashMap<>();
        data.getAllAttributes().forEach((name, value) -> {
            if (Reserved.isReserved(name)) {
                throw new AttributeFormatException(
                        "attribute \"" + name + "\" has a name that is kept for Jetty's own fields", null);
            }
            attributes.put(name, codec.encode(name, value));
        });
        return attributes;
    }

    private boolean create(String hostId, SessionData data, Map<String, byte[]> attributes) {
        JettyFields fields = JettyFields.of(data);
        byte[] written = Reserved.write(fields);
        NewSession.Builder session = NewSession.builder()
                .id(ids.toService(hostId))
                .idleTimeout(null)
                .absoluteTimeout(null)
                .endsAt(fields.end())
                .attributeJson(Reserved.FIELDS, written)
                .attributeJson(Reserved.ID, Reserved.write(ids.seal(hostId)));
        attributes.forEach(session::attributeJson);
        try {
            StoredSession there = client.create(session.build());
            return Arrays.equals(written, there.json(Reserved.FIELDS)) || replace(hostId, data, attributes);
        } catch (VersionConflictException exists) {
            if (!isSavedBefore(hostId, fields)) {
                throw exists;
            }
            return replace(hostId, data, attributes);
        } catch (SessionGoneException gone) {
            return false;
        }
    }

    /**
     * Whether it is this very session that has the id, saved though Jetty was told that it failed. It may be one that could
     * not be loaded while the service was away, and whose id Jetty gave to a new one.
     */
    private boolean isSavedBefore(String hostId, JettyFields fields) {
        return client.peek(ids.toService(hostId))
                .filter(there -> JettyFields.of(there).created() == fields.created())
                .isPresent();
    }

    /** All attributes, and none but these. */
    private boolean replace(String hostId, SessionData data, Map<String, byte[]> attributes) {
        try {
            Optional<StoredSession> there = client.peek(ids.toService(hostId));
            if (there.isEmpty()) {
                return false;
            }
            Set<String> removed = new HashSet<>(there.get().names());
            removed.removeIf(Reserved::isReserved);
            removed.removeAll(attributes.keySet());
            return patch(hostId, data, new Change(attributes, removed));
        } catch (SessionGoneException gone) {
            return false;
        }
    }

    private boolean patch(String hostId, SessionData data, Change change) {
        JettyFields fields = JettyFields.of(data);
        SessionPatch.Builder patch =
                SessionPatch.builder().endsAt(fields.end()).attributeJson(Reserved.FIELDS, Reserved.write(fields));
        change.set().forEach(patch::attributeJson);
        change.removed().forEach(patch::remove);
        try {
            return client.patch(ids.toService(hostId), patch.build()).isPresent();
        } catch (SessionGoneException gone) {
            return false;
        }
    }

    private record Change(Map<String, byte[]> set, Set<String> removed) {
        /** Null if it is not known what the service has. */
        static @Nullable Change of(TrackedSessionData data, Map<String, byte[]> attributes) {
            Set<String> known = data.sentNames();
            if (known == null) {
                return null;
            }
            Map<String, byte[]> set = new LinkedHashMap<>(attributes);
            set.entrySet().removeIf(entry -> data.isSent(entry.getKey(), entry.getValue()));
            Set<String> removed = new HashSet<>(known);
            removed.removeAll(attributes.keySet());
            return new Change(set, removed);
        }
    }
}
