package dev.sessionstore.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.ServerProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The engine goes away under load and comes back. Meanwhile each call is refused soon, and the service neither grows
 * nor dies; afterwards it serves at once and all that was acknowledged is there.
 *
 * <p>{@code -Dcluster.seconds=60} makes each outage that long.
 */
class OutageIT {
    private static final int CALLERS = 16;
    private static final int LEAST_SECONDS = Integer.getInteger("cluster.seconds", 0);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration BACK = Duration.ofSeconds(5);
    private static final int ROOM_MEGABYTES = 24;

    @Test
    void redis() throws Exception {
        outagesOf(EngineProcess.redis());
    }

    @Test
    void postgresql() throws Exception {
        outagesOf(new PostgresEngine());
    }

    @Test
    @Needs(value = "memcached", remedy = "apt-get install memcached")
    void memcached() throws Exception {
        outagesOf(EngineProcess.memcached());
    }

    @Test
    void mongodb() throws Exception {
        outagesOf(new MongoStandIn());
    }

    @Test
    void file() throws Exception {
        outagesOf(new FileDirectory());
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void outagesOf(FailingEngine engine) throws Exception {
        try (engine) {
            engine.start();
            Map<String, String> settings = new HashMap<>(engine.settings());
            settings.put("SESSION_STORE_TOMBSTONE", "1h");
            try (ServerProcess server = ServerProcess.start(settings)) {
                outage(server, "frozen", engine::freeze, engine::thaw, true);
                outage(server, "killed", engine::kill, engine::start, engine.survivesKills());
            }
        }
    }

    private static void outage(ServerProcess server, String name, Step begin, Step end, boolean survives)
            throws Exception {
        try (Load load = new Load(CALLERS, server.uri())) {
            if (!survives) {
                load.mayForget();
            }
            Vitals before = Vitals.of(server);
            begin.run();
            long beganAt = System.nanoTime();
            load.awaitRefusals(CALLERS * 20L);
            Until.holds(BACK, () -> "still ready", () -> server.health("ready") == 503);
            assertThat(server.health("live")).isEqualTo(200);
            load.awaitRefusals(CALLERS * 80L);
            while (System.nanoTime() - beganAt
                    < Duration.ofSeconds(LEAST_SECONDS).toNanos()) {
                load.awaitRefusals(CALLERS);
            }
            Vitals late = Vitals.of(server);
            double seconds = (System.nanoTime() - beganAt) / 1e9;

            end.run();
            Duration back = load.awaitSuccess();
            load.awaitWrites(CALLERS * 4L);
            Until.holds(BACK, () -> "not ready", () -> server.health("ready") == 200);
            load.stop();
            if (survives) {
                load.compare(server.uri());
            }
            System.out.printf(
                    "%s %s for %.1f s: %s; back after %d ms; before %s, late %s; this machine held up for %d ms%n",
                    server.pid(),
                    name,
                    seconds,
                    load.figures(),
                    back.toMillis(),
                    before,
                    late,
                    load.worstDelay().toMillis());

            assertThat(load.figures().faults()).as("%s", name).isEmpty();
            assertThat(load.figures().broken.sum()).as("answers that broke off").isZero();
            // A call is not late if the machine let nobody run.
            assertThat(Duration.ofNanos(load.figures().worstRefusalNanos.get()))
                    .isLessThanOrEqualTo(SOON.plus(load.worstDelay()));
            assertThat(back).isLessThanOrEqualTo(BACK.plus(load.worstDelay()));
            // A thread or two for each call that waits, and none for the thousands that are over.
            assertThat(late.threads()).isLessThanOrEqualTo(before.threads() + 2 * CALLERS);
            assertThat(late.heapMegabytes()).isLessThanOrEqualTo(before.heapMegabytes() + ROOM_MEGABYTES);
        }
    }
}
