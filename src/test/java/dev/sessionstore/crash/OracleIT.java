package dev.sessionstore.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.ServerProcess;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The oracle itself: content with a server that forgot nothing, and not with one that did. */
class OracleIT {
    private static final Map<String, String> MEMORY_ALONE =
            Map.of("SESSION_STORE_IDLE_TIMEOUT", "24h", "SESSION_STORE_ABSOLUTE_TIMEOUT", "48h");

    private static final int WRITES = 500;

    private final Oracle oracle = new Oracle(false);
    private final Random random = new Random(3);

    private void write(ServerProcess server) throws Exception {
        Traffic traffic = new Traffic(server, oracle, 16, 3);
        traffic.awaitWrites(WRITES);
        traffic.stop();
        System.out.printf("%d writes acknowledged%n", traffic.acknowledged());
    }

    @Test
    void aServerThatForgotNothingIsAsItMayBe() throws Exception {
        try (ServerProcess server = ServerProcess.start(MEMORY_ALONE)) {
            write(server);
            Oracle.Verdict verdict = oracle.look(server, Life.PENDING, Oracle.Look.ALL, random);
            assertThat(verdict.faults()).isEmpty();
            assertThat(verdict.looked()).isGreaterThan(50);
            write(server);
            assertThat(oracle.look(server, Life.PENDING, Oracle.Look.QUICK, random)
                            .faults())
                    .isEmpty();
        }
    }

    @Test
    void oneWriteThatWasNotToldIsFound() throws Exception {
        try (ServerProcess server = ServerProcess.start(MEMORY_ALONE);
                Connection connection = server.connect()) {
            write(server);
            assertThat(oracle.look(server, Life.PENDING, Oracle.Look.ALL, random)
                            .faults())
                    .isEmpty();
            Life life = oracle.lives().iterator().next();
            connection.send("PUT", Oracle.SESSIONS + "/" + life.id() + "/attributes/a0", "1");
            assertThat(oracle.look(server, Life.PENDING, Oracle.Look.ALL, random)
                            .faults())
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("not what it may be", life.id());
            connection.send("DELETE", Oracle.SESSIONS + "/" + life.id(), null);
            assertThat(oracle.look(server, Life.PENDING, Oracle.Look.ALL, random)
                            .faults())
                    .hasSize(1);
        }
    }

    @Test
    void aSessionThatNobodyBeganShowsInTheSum() throws Exception {
        try (ServerProcess server = ServerProcess.start(MEMORY_ALONE);
                Connection connection = server.connect()) {
            write(server);
            connection.send("POST", Oracle.SESSIONS, null);
            assertThat(oracle.look(server, Life.PENDING, Oracle.Look.ALL, random)
                            .faults())
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("there are ");
        }
    }

    @Test
    void anEmptyServerHasLostEverything() throws Exception {
        try (ServerProcess server = ServerProcess.start(MEMORY_ALONE);
                ServerProcess empty = ServerProcess.start(MEMORY_ALONE)) {
            write(server);
            assertThat(oracle.look(empty, Life.PENDING, Oracle.Look.ALL, random).faults())
                    .isNotEmpty();
        }
    }
}
