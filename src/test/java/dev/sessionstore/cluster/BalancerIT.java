package dev.sessionstore.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.ServerProcess;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Two servers on one Redis behind HAProxy; one is killed under load, and comes back. Nothing acknowledged is lost, and
 * only calls that the dead node was working on break off: one for each caller at the most.
 *
 * <p>{@code -Dcluster.seconds=60} kills one after the other for so long.
 */
@Needs(value = "haproxy", remedy = "apt-get install haproxy")
class BalancerIT {
    private static final int CALLERS = 12;
    private static final int SECONDS = Integer.getInteger("cluster.seconds", 0);

    @Test
    void aKilledNodeCostsNoMoreThanTheCallsItHad() throws Exception {
        try (FailingEngine redis = EngineProcess.redis()) {
            redis.start();
            Map<String, String> settings = redis.patientSettings();
            settings.put("SESSION_STORE_TOMBSTONE", "1h");
            ServerProcess[] nodes = {ServerProcess.launch(settings), ServerProcess.launch(settings)};
            try {
                nodes[0].awaitReady();
                nodes[1].awaitReady();
                killUnderLoad(nodes, settings);
            } finally {
                nodes[0].close();
                nodes[1].close();
            }
        }
    }

    private static void killUnderLoad(ServerProcess[] nodes, Map<String, String> settings) throws Exception {
        try (Balancer balancer = new Balancer(nodes[0].uri(), nodes[1].uri());
                Load load = new Load(CALLERS, balancer.uri())) {
            long beganAt = System.nanoTime();
            int kills = 0;
            do {
                killed(nodes, kills % 2, settings, balancer, load);
                kills++;
                assertThat(load.mostFailedOfOne()).isLessThanOrEqualTo(kills);
            } while (System.nanoTime() - beganAt < Duration.ofSeconds(SECONDS).toNanos());
            load.stop();
            load.compare(nodes[0].uri());
            load.compare(nodes[1].uri());
            System.out.printf(
                    "balancer, %d kills in %d s: %s; at most %d not acknowledged of one caller%n",
                    kills, (System.nanoTime() - beganAt) / 1_000_000_000, load.figures(), load.mostFailedOfOne());

            assertThat(load.figures().faults()).isEmpty();
            assertThat(load.figures().lost.sum()).isZero();
        }
    }

    private static void killed(
            ServerProcess[] nodes, int which, Map<String, String> settings, Balancer balancer, Load load)
            throws Exception {
        URI uri = nodes[which].uri();
        nodes[which].kill();
        load.awaitWrites(CALLERS * 20L);
        Map<String, String> again = new HashMap<>(settings);
        again.put("SESSION_STORE_PORT", String.valueOf(uri.getPort()));
        nodes[which] = ServerProcess.start(again);
        balancer.awaitAll();
        load.awaitWrites(CALLERS * 20L);
    }
}
