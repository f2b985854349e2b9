package dev.sessionstore.client.jetty;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.session.SessionData;
import org.jspecify.annotations.Nullable;

/**
 * A session's data that knows what the service has of its attributes, so that only changes are sent. It knows digests, not
 * values: an attribute may be changed in place, and need not be held twice. Jetty stores under the session's lock.
 */
final class TrackedSessionData extends SessionData {
    private static final long serialVersionUID = 1L;

    /** By name; null while it is not known what the service has. */
    private transient @Nullable Map<String, byte[]> sent;
    /** Under which of Jetty's ids the service has it; null: under none, as far as is known. */
    private transient @Nullable String sentAs;

    TrackedSessionData(
            String id,
            String contextPath,
            String vhost,
            long created,
            long accessed,
            long lastAccessed,
            long maxInactiveMs) {
        super(id, contextPath, vhost, created, accessed, lastAccessed, maxInactiveMs);
    }

    /** The service has these attributes now. */
    void sent(Map<String, byte[]> attributes) {
        Map<String, byte[]> digests = new HashMap<>();
        attributes.forEach((name, json) -> digests.put(name, digest(json)));
        sent = digests;
        sentAs = getId();
    }

    /** The id that it had when it was last loaded or stored; null if it never was. */
    @Nullable String sentAs() {
        return sentAs;
    }

    /** Nobody knows what the service has, as while an answer is awaited. */
    void unsure() {
        sent = null;
    }

    /** The names of the attributes that the service has; null if that is not known. */
    @Nullable Set<String> sentNames() {
        return sent == null ? null : sent.keySet();
    }

    /** Whether the service has that attribute with this very value. */
    boolean isSent(String name, byte[] json) {
        return sent != null && Arrays.equals(sent.get(name), digest(json));
    }

    private static byte[] digest(byte[] json) {
        return HostIds.sha256().digest(json);
    }
}
