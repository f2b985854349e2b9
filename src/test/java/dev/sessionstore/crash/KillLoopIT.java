package dev.sessionstore.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The server is killed again and again while it is written to, each time on the directory the last one left. Nothing
 * acknowledged may be lost, whatever fsync is: SIGKILL leaves the page cache alone.
 *
 * <p>Ten cycles, or {@code -Dcrash.cycles=1000}; {@code -Dcrash.seed=}
 * repeats what a failed run chose, though not its timing.
 */
class KillLoopIT {
    private static final int WRITERS = 16;
    /** With fewer before a kill it would prove little. */
    private static final int LEAST_WRITES = 100;

    private static final int PRELOADED = 5_000;
    private static final int PRELOADERS = 8;
    private static final long SEED = Long.getLong("crash.seed", System.nanoTime() & 0xFFFFFF);

    private final Oracle oracle = new Oracle(false);
    private int killedInSnapshot;
    private double trafficSeconds;
    private long trafficWrites;

    private static int cycles() {
        return Integer.getInteger("crash.cycles", 10);
    }

    @ParameterizedTest(name = "encrypted: {0}")
    @CsvSource({"false", "true"})
    void nothingAcknowledgedIsLostByAKill(boolean encrypted) throws Exception {
        Random random = new Random(SEED + (encrypted ? 1 : 0));
        DataDirectory data = DataDirectory.fresh(encrypted ? "kill-encrypted" : "kill-plain");
        if (encrypted) {
            data.addKey(random);
        }
        try {
            preload(data);
            int cycles = (cycles() + (encrypted ? 0 : 1)) / 2;
            for (int cycle = 0; cycle < cycles; cycle++) {
                cycle(data, cycle, encrypted, random);
            }
            endWell(data, random);
        } catch (Throwable e) {
            throw new AssertionError("seed " + SEED + ": repeat with -Dcrash.seed=" + SEED, e);
        }
        assertThat(data.shows(Value.MARKER)).isEqualTo(!encrypted);
        assertThat(data.shows("crash")).isEqualTo(!encrypted);
        System.out.printf(
                "seed %d, encrypted %s: %d writes acknowledged, %.0f a second, %d kills within a snapshot%n",
                SEED, encrypted, trafficWrites, trafficWrites / trafficSeconds, killedInSnapshot);
    }

    /** So much that a snapshot takes its time. */
    private void preload(DataDirectory data) throws Exception {
        try (ServerProcess server = data.start()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < PRELOADERS; i++) {
                int writer = -1 - i;
                Thread thread = new Thread(() -> preload(server, writer), "preload-" + i);
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            server.kill();
        }
    }

    private void preload(ServerProcess server, int writer) {
        try (Connection connection = server.connect()) {
            for (int i = 0; i < PRELOADED / PRELOADERS; i++) {
                State state = State.begun(Map.of("a", new Value(writer, i, 2048)), null);
                String body = "{\"attributes\":" + State.json(state.attributes()) + "}";
                Connection.Reply reply = connection.send("POST", Oracle.SESSIONS, body);
                String id = Oracle.parse(reply.body()).path("id").asText();
                oracle.beginningNameless();
                oracle.begun(writer, id, state, reply.etag());
            }
        } catch (IOException e) {
            oracle.fault("preloading: " + e);
        }
    }

    private void cycle(DataDirectory data, int cycle, boolean encrypted, Random random) throws Exception {
        String fsync = List.of("always", "everysec", "never").get(random.nextInt(3));
        data.with("SESSION_STORE_FSYNC", fsync);
        data.with("SESSION_STORE_SNAPSHOT_INTERVAL", random.nextInt(4) == 0 ? "1s" : "5m");
        if (encrypted && random.nextInt(4) == 0) {
            data.addKey(random);
        }
        boolean inSnapshot = cycle % 3 == 0;
        int trafficMillis = 150 + random.nextInt(750);
        int snapshotMillis = random.nextInt(31);
        String name = "cycle " + cycle + ", fsync " + fsync + ", " + trafficMillis + " ms"
                + (inSnapshot ? ", a snapshot for " + snapshotMillis + " ms" : "");
        long startedAt = System.nanoTime();
        try (ServerProcess server = data.start()) {
            long readyAt = System.nanoTime();
            holds(name + ": before it", server, Oracle.Look.QUICK, random);
            long lookedAt = System.nanoTime();
            Traffic traffic = new Traffic(server, oracle, WRITERS, random.nextLong());
            traffic.warmUp();
            Thread.sleep(trafficMillis);
            traffic.awaitWrites(LEAST_WRITES);
            if (inSnapshot) {
                try (Connection connection = server.connect()) {
                    assertThat(connection
                                    .send("POST", "/v1/admin/snapshot", null)
                                    .status())
                            .isEqualTo(202);
                }
                Thread.sleep(snapshotMillis);
            }
            assertThat(server.isAlive())
                    .as("%s: the server ended by itself\n%s", name, server.output())
                    .isTrue();
            double seconds = traffic.seconds();
            long written = traffic.acknowledged();
            traffic.expectDeath();
            server.kill();
            traffic.stop();
            killedInSnapshot += data.hasUnfinishedSnapshot() ? 1 : 0;
            System.out.printf(
                    "%s: start %d ms, look %d ms, %.0f writes/s%s%n",
                    name,
                    (readyAt - startedAt) / 1_000_000,
                    (lookedAt - readyAt) / 1_000_000,
                    written / seconds,
                    data.hasUnfinishedSnapshot() ? ", killed within a snapshot" : "");
            trafficSeconds += seconds;
            trafficWrites += written;
        }
    }

    /** What the last kill left is looked at, and so is what a clean end leaves. */
    private void endWell(DataDirectory data, Random random) throws Exception {
        try (ServerProcess server = data.start()) {
            holds("after the last kill", server, Oracle.Look.ALL, random);
            assertThat(server.terminate()).as(server.output()).isZero();
        }
        try (ServerProcess server = data.start()) {
            holds("after a clean end", server, Oracle.Look.QUICK, random);
        }
    }

    private void holds(String when, ServerProcess server, Oracle.Look look, Random random) throws Exception {
        Oracle.Verdict verdict = oracle.look(server, Life.PENDING, look, random);
        assertThat(verdict.faults())
                .as("%s\nthe server said:\n%s", when, server.output())
                .isEmpty();
    }
}
