package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessionstore.http.TestServer;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.PatientClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RestSessionClientTest extends SessionClientContract {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    SessionClient client(AttributeCodec codec) {
        return PatientClient.builder(server.uri()).codec(codec).build();
    }

    @Override
    MutableClock clock() {
        return server.clock();
    }

    @Test
    void aBodyBeyondTheServersLimitIsToldAsSuch() {
        try (SessionClient client = client(new JsonCodec())) {
            StoredSession session = client.create(NewSession.EMPTY);
            for (int megabytes : new int[] {2, 20}) {
                String large = "x".repeat(megabytes << 20);
                assertThatExceptionOfType(LimitExceededException.class)
                        .isThrownBy(() -> client.setAttribute(session.id(), "large", large))
                        .matches(e -> e.code().orElseThrow().equals("body-too-large"));
            }
        }
    }
}
