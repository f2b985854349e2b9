package dev.sessionstore.client;

import dev.sessionstore.http.TestServer;
import dev.sessionstore.testing.PatientClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Sessions over a real server, whose clock is also theirs, with a probe before the client. */
abstract class StoredSessionsFixture {
    static TestServer server;
    static SessionClient client;

    ClientProbe probe;
    StoredSessions sessions;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        client = PatientClient.builder(server.uri()).namespace("shop").build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void probe() {
        probe = ClientProbe.before(client);
        sessions = builder().build();
    }

    StoredSessions.Builder builder() {
        return SessionFactory.over(probe.client()).clock(server.clock());
    }

    /** A session that an earlier request stored, with the attribute a = 1; its id. */
    String existing() {
        WebSession session = sessions.open(null);
        session.set("a", 1);
        session.save();
        probe.calls();
        return session.id();
    }

    /** A later request with that id; its opening is not counted. */
    WebSession opened(String id) {
        WebSession session = sessions.open(id);
        probe.calls();
        return session;
    }
}
