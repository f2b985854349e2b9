package dev.sessionstore.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessionstore.server.Clocks;
import dev.sessionstore.server.SessionServer;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.Connection.Reply;
import dev.sessionstore.testing.Metronome;
import dev.sessionstore.testing.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Nodes whose clocks differ by an hour, on one engine: its clock counts, which is this machine's.
 */
class SkewedClocksIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ONE = Caller.SESSIONS + "/-";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Metronome metronome = new Metronome();

    @AfterEach
    void stopMetronome() {
        metronome.close();
    }

    @Test
    void redis() throws Exception {
        try (FailingEngine engine = EngineProcess.redis()) {
            engine.start();
            agree(engine.settings());
        }
    }

    @Test
    void postgresql() throws Exception {
        try (FailingEngine engine = new PostgresEngine()) {
            engine.start();
            agree(engine.settings());
        }
    }

    @Test
    void h2() throws Exception {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        try {
            agree(Map.of(
                    "SESSION_STORE_BACKEND",
                    "jdbc",
                    "SESSION_STORE_BACKEND_URL",
                    "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/mem:skewed;DB_CLOSE_DELAY=-1",
                    "SESSION_STORE_BACKEND_CREATE_TABLE",
                    "true"));
        } finally {
            server.stop();
        }
    }

    @Test
    void mongodb() throws Exception {
        try (FailingEngine engine = new MongoStandIn()) {
            engine.start();
            agree(engine.settings());
        }
    }

    private void agree(Map<String, String> ofEngine) throws Exception {
        Map<String, String> settings = FailingEngine.patient(ofEngine);
        try (ServerProcess ahead = SkewedServer.launch(Duration.ofHours(1), settings);
                SessionServer right = new SessionServer(
                        Settings.load(Map.of("port", "0"), settings), Clocks.ofNode(InstantSource.system()))) {
            right.start();
            ahead.awaitReady();
            try (Connection early = ahead.connect();
                    Connection late = new Connection(URI.create(right.uri()))) {
                timesAgree(early, late);
                timesAgree(late, early);
                endsAtItsTime(early, late);
                endsAtItsTime(late, early);
                tombstonesAgree(early, late);
                tombstonesAgree(late, early);
            }
        }
    }

    private static JsonNode document(Reply reply, int status) throws IOException {
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        return JSON.readTree(reply.body());
    }

    private static Instant time(JsonNode document, String field) {
        return Instant.parse(document.path(field).asText());
    }

    /** One creates, the other reads, and both times are the engine's. */
    private void timesAgree(Connection creator, Connection reader) throws IOException {
        Instant before = Instant.now();
        JsonNode created = document(creator.send("POST", Caller.SESSIONS, "{\"idleTimeoutSeconds\":100}"), 201);
        assertIsSince(before, time(created, "createdAt"));
        assertIsSince(before, time(created, "expiresAt").minusSeconds(100));

        before = Instant.now();
        Reply touched = reader.send(
                "POST", ONE + "/touch", null, "Session-Id", created.path("id").asText());

        assertThat(touched.status()).isEqualTo(204);
        assertIsSince(before, Instant.parse(touched.headers().get("session-last-accessed-at")));
        assertIsSince(
                before,
                Instant.parse(touched.headers().get("session-expires-at")).minusSeconds(100));
    }

    private void assertIsSince(Instant before, Instant time) {
        Duration slack = slack(Duration.ofSeconds(1));
        assertThat(time).isBetween(before.minus(slack), Instant.now().plus(slack));
    }

    /** Nodes know the engine's time to half a round trip, which may be as long as this machine was held up. */
    private Duration slack(Duration usual) {
        return usual.plus(metronome.worstDelay());
    }

    private void endsAtItsTime(Connection creator, Connection reader) throws IOException {
        // Who looks too late sees no life, and tries once more.
        while (!isSeenToEnd(creator, reader)) {
            System.out.println("this machine was too slow to look");
        }
    }

    /** Live until its end and not after it, on the other node; how long a look takes does not matter. */
    private boolean isSeenToEnd(Connection creator, Connection reader) throws IOException {
        JsonNode created = document(creator.send("POST", Caller.SESSIONS, "{\"idleTimeoutSeconds\":1}"), 201);
        String id = created.path("id").asText();
        Instant end = time(created, "expiresAt");
        Instant[] seenLive = {Instant.MIN};

        Until.holds(PATIENCE, () -> "it is still live", () -> {
            Instant before = Instant.now();
            Reply look = reader.send("GET", ONE + "?touch=false", null, "Session-Id", id);
            if (look.status() == 200) {
                seenLive[0] = before;
            }
            return look.status() != 200;
        });

        Duration slack = slack(Duration.ofMillis(100));
        assertThat(Instant.now()).isAfterOrEqualTo(end.minus(slack));
        assertThat(seenLive[0]).isBefore(end.plus(slack));
        JsonNode gone = document(reader.send("GET", ONE, null, "Session-Id", id), 410);
        assertThat(gone.path("reason").asText()).isEqualTo("expired");
        return seenLive[0].isAfter(Instant.MIN);
    }

    /** The namespace's tombstones are kept for minutes: an hour's error would drop them at once or keep them. */
    private static void tombstonesAgree(Connection remover, Connection reader) throws IOException {
        JsonNode created = document(remover.send("POST", Caller.SESSIONS, null), 201);
        String id = created.path("id").asText();
        assertThat(remover.send("DELETE", ONE, null, "Session-Id", id).status()).isEqualTo(204);
        assertThat(reader.send("GET", ONE, null, "Session-Id", id).status()).isEqualTo(410);
        assertThat(remover.send("GET", ONE, null, "Session-Id", id).status()).isEqualTo(410);
    }
}
