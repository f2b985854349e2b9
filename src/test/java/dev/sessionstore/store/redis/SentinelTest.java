package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.engines.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisSentinel;

/** A master, its replica, and who watches over them. */
class SentinelTest {
    private final TestRedis master = TestRedis.another();
    private final TestRedis replica =
            TestRedis.another("replicaof 127.0.0.1 " + master.port(), "repl-diskless-sync no");
    private final int port = TestRedis.freePort();
    private final RedisSentinel sentinel = RedisSentinel.newRedisSentinel()
            .bind("127.0.0.1")
            .port(port)
            .masterName("mymaster")
            .masterPort(master.port())
            .quorumSize(1)
            .downAfterMilliseconds(600_000)
            .failOverTimeout(2000)
            .build();
    private final Room room = new Room(master.url());
    private final Room afterwards = new Room(replica.url());

    @AfterEach
    void close() throws Exception {
        room.close();
        afterwards.close();
        sentinel.stop();
        replica.stop();
        master.stop();
    }

    @Test
    void afterTheMastersDeathTheReplicaServes() throws Exception {
        sentinel.start();
        for (String url : new String[] {
            "redis-sentinel://127.0.0.1:" + port + "?sentinelMasterId=mymaster",
            "redis-sentinel://127.0.0.1:" + port + "/0#mymaster"
        }) {
            try (RedisEngine each = engine(url)) {
                each.ping();
            }
        }
        try (RedisEngine engine = engine("redis-sentinel://127.0.0.1:" + port + "/0#mymaster")) {
            Cell cell = Room.session(Room.newKey(), Room.OWNER, 1, room.now(), 1_800_000);
            assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
            Room.await(() -> sentinelKnowsTheReplica() && afterwards.redis.exists(room.nameOf(cell.key())) == 1);
            missIt();
            master.kill();
            Room.await(() -> canWrite(engine));
            assertThat(engine.find(cell.key()).stamp()).isEqualTo(cell.stamp());
            assertThat(engine.listing().orElseThrow().cells(Room.OWNER, null, 10))
                    .hasSize(1);
            assertThat(afterwards.redis.info("replication")).contains("role:master");
        }
    }

    /** Not before, lest a busy machine make it miss a master that lives. */
    private void missIt() {
        try (RedisClient client = atSentinel();
                StatefulRedisSentinelConnection<String, String> connection = client.connectSentinel()) {
            connection.sync().set("mymaster", "down-after-milliseconds", "300");
        }
    }

    private RedisClient atSentinel() {
        return RedisClient.create(
                RedisURI.Builder.sentinel("127.0.0.1", port, "mymaster").build());
    }

    private RedisEngine engine(String url) {
        return new RedisEngine(
                new RedisOptions(url, room.prefix, Room.TIMEOUT, null, 0),
                InstantSource.system(),
                null,
                BackendObserver.NONE);
    }

    private boolean sentinelKnowsTheReplica() {
        try (RedisClient client = atSentinel();
                StatefulRedisSentinelConnection<String, String> connection = client.connectSentinel()) {
            return connection.sync().replicas("mymaster").stream()
                    .anyMatch(each -> "ok".equals(each.get("master-link-status")));
        }
    }

    private boolean canWrite(RedisEngine engine) {
        try {
            return engine.put(null, Room.session(Room.newKey(), null, 1, 0, 0)) == Put.DONE;
        } catch (StoreUnavailableException notYet) {
            return false;
        }
    }
}
