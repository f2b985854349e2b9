package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import dev.sessionstore.testing.engines.TestRedis;
import io.lettuce.core.KillArgs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes that keep cells at hand. */
class NearCacheTest {
    private final TestRedis server = TestRedis.another();
    private final Room room = new Room(server.url());
    private final RedisEngine here = node();
    private final RedisEngine there = node();

    @AfterEach
    void close() {
        room.close();
        server.stop();
    }

    private RedisEngine node() {
        RedisEngine engine = room.engine(null, 1000, BackendObserver.NONE);
        engine.ping();
        Room.await(() -> engine.near().stands());
        return engine;
    }

    private Cell created() {
        Cell cell = Room.session(Room.newKey(), Room.OWNER, 1, room.now(), 1_800_000);
        assertThat(here.put(null, cell)).isEqualTo(Put.DONE);
        return cell;
    }

    private static Cell version(Cell cell, long version) {
        return new Cell(
                cell.key(),
                cell.namespace(),
                cell.owner(),
                new Stamp(1, version),
                cell.createdAt(),
                cell.accessedAt(),
                cell.endsAt(),
                cell.idleMillis(),
                0,
                0,
                cell.body());
    }

    private static long versionIn(RedisEngine engine, SessionKey key) {
        try {
            Cell cell = engine.find(key);
            return cell == null ? 0 : cell.stamp().revision();
        } catch (UnreadableCellException e) {
            throw new IllegalStateException(e);
        }
    }

    private long gets() {
        return room.redis
                .info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_get:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^:]*:calls=([0-9]+),.*", "$1")))
                .sum();
    }

    @Test
    void whatWasReadIsReadAgainWithoutRedis() {
        Cell cell = created();
        room.redis.configResetstat();
        for (int i = 0; i < 10; i++) {
            assertThat(versionIn(there, cell.key())).isEqualTo(1);
        }
        assertThat(gets()).isEqualTo(1);
    }

    @Test
    void aNodeSeesItsOwnWritesAtOnce() throws Exception {
        Cell cell = created();
        for (int version = 1; version < 50; version++) {
            assertThat(versionIn(here, cell.key())).isEqualTo(version);
            assertThat(here.put(new Stamp(1, version), version(cell, version + 1)))
                    .isEqualTo(Put.DONE);
        }
        here.find(cell.key());
        here.touchLater(cell.key(), cell.accessedAt() + 7);
        assertThat(here.find(cell.key()).accessedAt()).isEqualTo(cell.accessedAt() + 7);
        here.clear(version(cell, 50));
        assertThat(here.find(cell.key())).isNull();
    }

    @Test
    void aNodeSeesWhatAnotherWrites() throws Exception {
        Cell cell = created();
        assertThat(versionIn(there, cell.key())).isEqualTo(1);
        here.put(cell.stamp(), version(cell, 2));
        Room.await(() -> versionIn(there, cell.key()) == 2);

        here.touch(cell.key(), cell.accessedAt() + 7);
        Room.await(() -> {
            try {
                return there.find(cell.key()).accessedAt() == cell.accessedAt() + 7;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        here.clear(version(cell, 2));
        Room.await(() -> versionIn(there, cell.key()) == 0);
    }

    @Test
    void readersNeverKeepWhatAnotherNodeReplaced() throws Exception {
        Cell cell = created();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<?>> readers = new ArrayList<>();
        AtomicLong reads = new AtomicLong();
        for (int i = 0; i < 3; i++) {
            readers.add(threads.submit(() -> {
                long last = 0;
                while (!stop.get()) {
                    // One reader's view goes forward only, whoever fills the cache.
                    long now = versionIn(there, cell.key());
                    assertThat(now).isGreaterThanOrEqualTo(last);
                    last = now;
                    reads.incrementAndGet();
                }
                return null;
            }));
        }
        for (long version = 1; version < 500; version++) {
            assertThat(here.put(new Stamp(1, version), version(cell, version + 1)))
                    .isEqualTo(Put.DONE);
            if (version % 10 == 0) {
                // Were an old value kept, nothing would ever take it away.
                long written = version + 1;
                Room.await(() -> versionIn(there, cell.key()) == written);
            }
        }
        stop.set(true);
        for (Future<?> each : readers) {
            each.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(reads.get()).isPositive();
        assertThat(versionIn(there, cell.key())).isEqualTo(500);
    }

    @Test
    void aLostConnectionEmptiesTheCache() {
        Cell cell = created();
        assertThat(versionIn(there, cell.key())).isEqualTo(1);
        room.redis.clientKill(KillArgs.Builder.skipme());
        Room.await(() -> !there.near().stands());
        // No word of this can come.
        room.redis.del(room.nameOf(cell.key()));
        Room.await(() -> {
            try {
                return versionIn(there, cell.key()) == 0;
            } catch (StoreUnavailableException reconnecting) {
                return false;
            }
        });
        there.ping();
        Room.await(() -> there.near().stands());
        Room.await(() -> {
            try {
                return here.put(null, cell) == Put.DONE;
            } catch (StoreUnavailableException reconnecting) {
                return false;
            }
        });
        Room.await(() -> versionIn(there, cell.key()) == 1);
        room.redis.configResetstat();
        assertThat(versionIn(there, cell.key())).isEqualTo(1);
        assertThat(gets()).as("it keeps cells again").isLessThanOrEqualTo(1);
    }

    @Test
    void allIsDroppedWhenRedisIsFlushed() {
        Cell cell = created();
        assertThat(versionIn(there, cell.key())).isEqualTo(1);
        room.redis.flushall();
        Room.await(() -> versionIn(there, cell.key()) == 0);
    }
}
