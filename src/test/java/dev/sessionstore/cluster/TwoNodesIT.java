package dev.sessionstore.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.Connection.Reply;
import dev.sessionstore.testing.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two servers on one Redis: what one does the other knows at once. */
class TwoNodesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ONE = Caller.SESSIONS + "/-";
    private static final int ROUNDS = 50;
    private static final int LOGOUTS = 15;
    private static final int LOGINS = 4;
    private static final int MOST_LOGINS = 100;

    private static EngineProcess redis;
    private static ServerProcess first;
    private static ServerProcess second;

    private Connection here;
    private Connection there;

    @BeforeAll
    static void start() throws Exception {
        redis = EngineProcess.redis();
        redis.start();
        first = ServerProcess.launch(redis.patientSettings());
        second = ServerProcess.launch(redis.patientSettings());
        first.awaitReady();
        second.awaitReady();
    }

    @AfterAll
    static void end() throws Exception {
        first.close();
        second.close();
        redis.close();
    }

    @BeforeEach
    void connect() throws IOException {
        here = first.connect();
        there = second.connect();
    }

    @AfterEach
    void disconnect() throws IOException {
        here.close();
        there.close();
    }

    private static String create(Connection node, String body) throws IOException {
        Reply reply = node.send("POST", Caller.SESSIONS, body);
        assertThat(reply.status()).isEqualTo(201);
        return JSON.readTree(reply.body()).path("id").asText();
    }

    private static Reply get(Connection node, String id) throws IOException {
        return node.send("GET", ONE, null, "Session-Id", id);
    }

    private static void assertGone(Connection node, String id, String reason) throws IOException {
        Reply reply = get(node, id);
        assertThat(reply.status()).isEqualTo(410);
        assertThat(JSON.readTree(reply.body()).path("reason").asText()).isEqualTo(reason);
    }

    @Test
    void whatOneWritesTheOtherReadsAtOnce() throws Exception {
        String id = create(here, null);
        for (int i = 0; i < ROUNDS; i++) {
            Connection writer = i % 2 == 0 ? here : there;
            Connection reader = i % 2 == 0 ? there : here;
            Reply written = writer.send("PATCH", ONE, "{\"set\":{\"n\":" + i + "}}", "Session-Id", id);

            Reply read = get(reader, id);

            assertThat(read.status()).isEqualTo(200);
            assertThat(read.etag()).isEqualTo(written.etag());
            assertThat(JSON.readTree(read.body()).at("/attributes/n").asInt()).isEqualTo(i);
        }
    }

    @Test
    void deletesAndRotationsAreSeenAtOnce() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            String old = create(here, null);
            assertThat(get(there, old).status()).isEqualTo(200);
            String id = UUID.randomUUID().toString();
            assertThat(here.send("POST", ONE + "/rotate", "{\"newId\":\"" + id + "\"}", "Session-Id", old)
                            .status())
                    .isEqualTo(200);
            assertGone(there, old, "rotated");
            assertThat(get(there, id).status()).isEqualTo(200);
            assertThat(here.send("DELETE", ONE, null, "Session-Id", id).status())
                    .isEqualTo(204);
            assertGone(there, id, "deleted");
        }
    }

    @Test
    void parallelPatchesThroughBothLoseNothing() throws Exception {
        try (Load load = new Load(8, first.uri(), second.uri())) {
            load.awaitWrites(2_000);
            load.stop();
            load.compare(first.uri());
            load.compare(second.uri());
            System.out.println("two nodes: " + load.figures());

            assertThat(load.figures().faults()).isEmpty();
            assertThat(load.figures().lost.sum()).isZero();
        }
    }

    /** People log in at one node, and rotate, while "log out everywhere" runs at the other. */
    @Test
    void logOutEverywhereMissesNoLoginThatWasAcknowledged() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(LOGINS);
        try {
            for (int i = 0; i < LOGOUTS; i++) {
                logOutWhileOthersLogIn(threads, "user-" + i);
            }
        } finally {
            threads.shutdown();
        }
    }

    private void logOutWhileOthersLogIn(ExecutorService threads, String principal) throws Exception {
        List<String> before = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            before.add(create(here, "{\"principal\":\"" + principal + "\"}"));
        }
        AtomicBoolean over = new AtomicBoolean();
        List<Future<String>> rotating = new ArrayList<>();
        for (String id : before) {
            rotating.add(threads.submit(() -> rotateUntilRefused(id)));
        }
        Future<Integer> more = threads.submit(() -> logInUntil(over, principal));

        Reply revoked = there.send("DELETE", Caller.SESSIONS, null, "Session-Principal", principal);

        assertThat(revoked.status()).isEqualTo(200);
        over.set(true);
        for (Future<String> each : rotating) {
            assertGone(here, each.get(), "revoked");
            assertGone(there, each.get(), "revoked");
        }
        more.get();
        assertThat(there.send("DELETE", Caller.SESSIONS, null, "Session-Principal", principal)
                        .status())
                .isEqualTo(200);
        Reply left = here.send("GET", Caller.SESSIONS, null, "Session-Principal", principal);
        assertThat(JSON.readTree(left.body()).path("sessions")).isEmpty();
    }

    /** @return the last id; a session that was not revoked would go on for ever */
    private static String rotateUntilRefused(String id) throws IOException {
        try (Connection connection = first.connect()) {
            String last = id;
            for (int i = 0; i < 10_000; i++) {
                String next = UUID.randomUUID().toString();
                Reply reply =
                        connection.send("POST", ONE + "/rotate", "{\"newId\":\"" + next + "\"}", "Session-Id", last);
                if (reply.status() != 200) {
                    assertThat(reply.status()).isEqualTo(410);
                    return last;
                }
                last = next;
            }
            throw new AssertionError("a session outlived its revocation");
        }
    }

    private static int logInUntil(AtomicBoolean over, String principal) throws IOException {
        try (Connection connection = first.connect()) {
            int logins = 0;
            while (!over.get() && logins < MOST_LOGINS) {
                create(connection, "{\"principal\":\"" + principal + "\"}");
                logins++;
            }
            return logins;
        }
    }
}
