package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.engines.TestRedis;
import java.time.Duration;
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
            .downAfterMilliseconds(300)
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
            master.kill();
            Room.await(() -> canWrite(engine));
            assertThat(engine.find(cell.key()).stamp()).isEqualTo(cell.stamp());
            assertThat(engine.listing().orElseThrow().cells(Room.OWNER, null, 10))
                    .hasSize(1);
            assertThat(afterwards.redis.info("replication")).contains("role:master");
        }
    }

    private RedisEngine engine(String url) {
        return new RedisEngine(
                new RedisOptions(url, room.prefix, Duration.ofSeconds(1), null, 0),
                InstantSource.system(),
                null,
                BackendObserver.NONE);
    }

    private boolean sentinelKnowsTheReplica() {
        try (io.lettuce.core.RedisClient client = io.lettuce.core.RedisClient.create(
                io.lettuce.core.RedisURI.Builder.sentinel("127.0.0.1", port, "mymaster")
                        .build())) {
            return client.connectSentinel().sync().replicas("mymaster").stream()
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
