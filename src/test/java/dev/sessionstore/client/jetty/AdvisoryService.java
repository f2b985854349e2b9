package dev.sessionstore.client.jetty;

import dev.sessionstore.client.Sealing;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.SessionPatch;
import dev.sessionstore.client.StoredSession;
import dev.sessionstore.server.Clocks;
import dev.sessionstore.server.SessionServer;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.testing.PatientClient;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real service by the system's clock, as Jetty goes by it, with a client of a namespace for Jetty. */
final class AdvisoryService implements AutoCloseable {
    private static final String NAMESPACE = "jetty";
    // Jetty's tests begin with sessions that expired in 1970.
    private static final String YAML = """
            namespaces:
              jetty: {expiry: advisory, orphan-after: 36500d, tombstone: %s}
            """;

    final Sealing sealing = Sealing.withKeys("a key of just 32 bytes, no more.".getBytes());
    final SessionClient client;
    private final SessionServer server;

    AdvisoryService() {
        this("5m");
    }

    /** @param tombstone how long an ended session is known to have been there */
    AdvisoryService(String tombstone) {
        Map<String, String> settings = Map.of("port", "0", "drain-delay", "0s");
        server = new SessionServer(
                Settings.of(settings, YAML.formatted(tombstone)), Clocks.ofNode(InstantSource.system()));
        server.start();
        client = client(NAMESPACE);
    }

    SessionClient client(String namespace) {
        return PatientClient.builder(URI.create(server.uri()))
                .namespace(namespace)
                .build();
    }

    String idOf(String contextPath, String vhost, String hostId) {
        return HostIds.of(contextPath, vhost, sealing).toService(hostId);
    }

    /** Empty, too, if it has ended. */
    Optional<StoredSession> peek(String id) {
        try {
            return client.peek(id);
        } catch (SessionGoneException gone) {
            return Optional.empty();
        }
    }

    /** All that Jetty keeps, but for what never ends. */
    List<StoredSession> all() {
        try (var all = client.expiredBefore(Instant.parse("2200-01-01T00:00:00Z"))) {
            return all.toList();
        }
    }

    /** Lets time pass for one session. */
    void setExpiry(String id, Instant end) {
        JettyFields was = JettyFields.of(client.peek(id).orElseThrow());
        JettyFields fields = new JettyFields(
                was.contextPath(),
                was.vhost(),
                was.lastNode(),
                was.created(),
                was.cookieSet(),
                was.accessed(),
                was.lastAccessed(),
                was.lastSaved(),
                end.toEpochMilli(),
                was.maxInactiveMs());
        client.patch(
                id,
                SessionPatch.builder()
                        .endsAt(end)
                        .attributeJson(Reserved.FIELDS, Reserved.write(fields))
                        .build());
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
