package dev.sessionstore.store.redis;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.store.SessionStoreListings;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.engines.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Three masters. */
class RedisClusterTest extends SessionStoreListings {
    private static final int SLOTS = 16384;
    private static final int MASTERS = 3;

    @TempDir
    static Path directory;

    private static final List<TestRedis> SERVERS = new ArrayList<>();

    @BeforeAll
    static void startCluster() throws IOException {
        QuietLogging.install();
        for (int i = 0; i < MASTERS; i++) {
            Path own = Files.createDirectory(directory.resolve("node" + i));
            SERVERS.add(TestRedis.another("cluster-enabled yes", "cluster-node-timeout 2000", "dir " + own));
        }
        List<RedisClient> clients =
                SERVERS.stream().map(server -> RedisClient.create(server.url())).toList();
        List<RedisCommands<String, String>> nodes =
                clients.stream().map(client -> client.connect().sync()).toList();
        for (int i = 0; i < MASTERS; i++) {
            int from = SLOTS * i / MASTERS;
            int to = SLOTS * (i + 1) / MASTERS;
            nodes.get(i)
                    .clusterAddSlots(java.util.stream.IntStream.range(from, to).toArray());
            if (i > 0) {
                nodes.get(i).clusterMeet("127.0.0.1", SERVERS.get(0).port());
            }
        }
        Room.await(() -> nodes.stream().allMatch(RedisClusterTest::isWhole));
        clients.forEach(RedisClient::shutdown);
    }

    private static boolean isWhole(RedisCommands<String, String> node) {
        return node.clusterInfo().contains("cluster_state:ok")
                && node.clusterNodes()
                                .lines()
                                .filter(line -> line.contains("connected"))
                                .count()
                        == MASTERS;
    }

    @AfterAll
    static void stopCluster() {
        SERVERS.forEach(TestRedis::stop);
    }

    @Override
    protected SessionStore newStore(Policies policies, MutableClock clock) {
        RedisOptions options =
                new RedisOptions(SERVERS.get(1).url(), TestRedis.newPrefix(), Duration.ofSeconds(10), null, 0);
        return new EngineStore(
                new RedisEngine(options, clock, clock, BackendObserver.NONE),
                policies,
                SessionObserver.NONE,
                BackendObserver.NONE);
    }

    /** SCAN repeats itself while a server moves its keys to a larger table. */
    @Override
    protected boolean scansShowOnce() {
        return false;
    }

    @Override
    protected int repetitions() {
        return 50;
    }
}
