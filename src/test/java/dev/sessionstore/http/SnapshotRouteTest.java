package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots when asked for, over HTTP. */
class SnapshotRouteTest {
    private static final String SNAPSHOT = "/v1/admin/snapshot";

    @TempDir
    Path directory;

    private TestServer onDisk() {
        return TestServer.start(Map.of("data-dir", directory.resolve("data").toString()));
    }

    private static JsonNode whenDone(Sessions sessions) {
        JsonNode status = sessions.send("GET", SNAPSHOT, null).is(200).json();
        while (status.path("running").asBoolean()) {
            Thread.onSpinWait();
            status = sessions.send("GET", SNAPSHOT, null).is(200).json();
        }
        return status;
    }

    @Test
    void aSnapshotIsTakenWhenAskedForAndToldOf() {
        try (TestServer server = onDisk()) {
            Sessions sessions = Sessions.in(server);
            sessions.create().is(201);
            sessions.create().is(201);
            sessions.delete(sessions.newId()).is(204);

            Answer accepted = sessions.send("POST", SNAPSHOT, null).is(202).keepsTheHouseRules();
            assertThat(accepted.json().path("running").isBoolean()).isTrue();

            JsonNode status = whenDone(sessions);
            assertThat(status.path("failure").isNull()).isTrue();
            assertThat(status.path("last").path("sessions").asLong()).isEqualTo(2);
            assertThat(status.path("last").path("tombstones").asLong()).isEqualTo(1);
            assertThat(status.path("last").path("bytes").asLong()).isPositive();
        }
    }

    @Test
    void theLastSnapshotOfAnEarlierRunIsToldOf() {
        try (TestServer server = onDisk()) {
            Sessions sessions = Sessions.in(server);
            sessions.create(json("{'principal': 'p'}")).is(201);
        }
        try (TestServer server = onDisk()) {
            Sessions sessions = Sessions.in(server);

            JsonNode status = sessions.send("GET", SNAPSHOT, null).is(200).json();
            assertThat(status.path("last").path("sessions").asLong()).isEqualTo(1);
        }
    }

    @Test
    void aBodyIsRefused() {
        try (TestServer server = TestServer.start()) {
            Sessions.in(server).send("POST", SNAPSHOT, new byte[] {'{', '}'}).problem(400, "malformed-request");
        }
    }

    @Test
    void withoutADiskItIsNotSupportedAndTheSettingIsNamed() {
        try (TestServer server = TestServer.start()) {
            Sessions sessions = Sessions.in(server);

            for (String verb : new String[] {"POST", "GET"}) {
                Answer answer = sessions.send(verb, SNAPSHOT, null).problem(501, "not-supported");
                assertThat(answer.json().path("detail").asText()).contains("SESSION_STORE_DATA_DIR");
            }
        }
    }

    @Test
    void onlyAnAdminKeyForAllNamespacesMayAsk() {
        try (TestServer server = TestServer.startWithKeys(Map.of())) {
            Sessions sessions = Sessions.in(server);
            Sessions writer = sessions.as(server.newKey("write", "*"));
            Sessions adminOfOne = sessions.as(server.newKey("admin", sessions.namespace()));
            Sessions admin = sessions.as(server.newKey("admin", "*"));

            for (String verb : new String[] {"POST", "GET"}) {
                sessions.send(verb, SNAPSHOT, null).problem(401, "unauthenticated");
                writer.send(verb, SNAPSHOT, null).problem(403, "forbidden");
                adminOfOne.send(verb, SNAPSHOT, null).problem(403, "forbidden");
                admin.send(verb, SNAPSHOT, null).problem(501, "not-supported");
            }
        }
    }
}
