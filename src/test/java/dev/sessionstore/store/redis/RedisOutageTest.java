package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import dev.sessionstore.testing.Metronome;
import dev.sessionstore.testing.engines.TestRedis;
import io.lettuce.core.KillArgs;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Redis stands still, is full, goes away, comes back. */
class RedisOutageTest {
    /** Longer than a busy machine holds a call up. */
    private static final Duration PATIENT = Duration.ofSeconds(10);

    private static final Duration SHORT = Duration.ofMillis(400);
    /** A busy machine may take longer than the timeout; a call that waits for a server that stands still takes for ever. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final String PASSWORD = "very-secret-word";

    private final TestRedis server = TestRedis.another();
    private final Room room = new Room(server.url());
    private final RedisEngine engine = engineOn(server.url(), PATIENT);
    /** For a server that does not answer: each call waits for so long. */
    private final RedisEngine hasty = engineOn(server.url(), SHORT);

    @AfterEach
    void close() {
        engine.close();
        hasty.close();
        room.close();
        server.stop();
    }

    private RedisEngine engineOn(String url, Duration timeout) {
        return new RedisEngine(
                new RedisOptions(url, room.prefix, timeout, null, 0),
                InstantSource.system(),
                null,
                BackendObserver.NONE);
    }

    private Cell created() {
        Cell cell = Room.session(Room.newKey(), null, 1, room.now(), 1_800_000);
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        return cell;
    }

    @Test
    void aServerThatStandsStillIsUnavailableInTimeAndThenAtOnceThere() throws Exception {
        Cell cell = created();
        Room.await(() -> answers(hasty, cell));
        int threads = Thread.activeCount();
        server.signal("STOP");
        try (Metronome metronome = new Metronome()) {
            for (int i = 0; i < 12; i++) {
                long began = System.nanoTime();
                assertThatThrownBy(() -> hasty.find(cell.key())).isInstanceOf(StoreUnavailableException.class);
                hasty.touchLater(cell.key(), cell.accessedAt() + i);
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON.plus(metronome.worstDelay()));
            }
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 5);
        } finally {
            server.signal("CONT");
        }
        Room.await(() -> answers(hasty, cell));
        assertThat(engine.find(cell.key()).stamp()).isEqualTo(cell.stamp());
    }

    private static boolean answers(RedisEngine engine, Cell cell) {
        try {
            return engine.find(cell.key()) != null;
        } catch (StoreUnavailableException | UnreadableCellException e) {
            return false;
        }
    }

    @Test
    void aServerThatNeverWasIsUnavailableAndItsPasswordUntold() {
        try (RedisEngine nowhere = engineOn("redis://user:" + PASSWORD + "@127.0.0.1:1", SHORT)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(nowhere::ping)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageNotContaining(PASSWORD);
            }
        }
        try (RedisEngine refused = engineOn("redis://user:" + PASSWORD + "@127.0.0.1:" + server.port(), PATIENT)) {
            // Lettuce closes such a connection, and now and then tells of that instead.
            Room.await(() -> {
                Throwable refusal = catchThrowable(refused::ping);
                assertThat(refusal)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageNotContaining(PASSWORD);
                return refusal.getMessage().contains("WRONGPASS");
            });
        }
        for (String nonsense : List.of("redis://user:" + PASSWORD + "@", "redis:::" + PASSWORD, "redis-sentinel://h")) {
            assertThatThrownBy(() -> engineOn(nonsense, PATIENT).close())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining(PASSWORD);
        }
    }

    @Test
    void aConnectionThatBreaksComesBackByItself() {
        Cell cell = created();
        for (int i = 0; i < 5; i++) {
            room.redis.clientKill(KillArgs.Builder.skipme());
            Room.await(() -> answers(engine, cell));
        }
    }

    @Test
    void whatWasInFlightWhenAConnectionBrokeIsNotSentAgain() {
        Cell standing = created();
        Cell cell = Room.session(Room.newKey(), null, 1, room.now(), 1_800_000);
        // The server holds writes back, so that none is done when it closes their connection.
        tellClients(new CommandArgs<>(Room.CODEC).add("PAUSE").add(600_000).add("WRITE"));
        CompletableFuture<?> write = CompletableFuture.runAsync(() -> engine.put(null, cell));
        Room.await(() -> room.redis.info("clients").contains("blocked_clients:1"));
        room.redis.clientKill(KillArgs.Builder.skipme());
        assertThatThrownBy(write::join).hasCauseInstanceOf(StoreUnavailableException.class);
        tellClients(new CommandArgs<>(Room.CODEC).add("UNPAUSE"));
        Room.await(() -> answers(engine, standing));
        assertThat(room.redis.exists(room.nameOf(cell.key()))).isZero();
    }

    private void tellClients(CommandArgs<String, byte[]> what) {
        room.redis.dispatch(CommandType.CLIENT, new StatusOutput<>(Room.CODEC), what);
    }

    @Test
    void aTouchThatWasLostKeepsNoReaderWaiting() throws Exception {
        Cell cell = created();
        server.signal("STOP");
        engine.touchLater(cell.key(), cell.accessedAt() + 1);
        server.kill();
        assertThatThrownBy(() -> engine.find(cell.key())).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void aFullServerRefusesSessionsAndTakesTheirEnd() throws Exception {
        Cell cell = created();
        room.redis.configSet("maxmemory", "1");
        Cell other = Room.session(Room.newKey(), Room.OWNER, 1, room.now(), 1_800_000);
        assertThatThrownBy(() -> engine.put(null, other)).isInstanceOf(StoreFullException.class);
        Cell unowned = Room.session(Room.newKey(), null, 1, room.now(), 1_800_000);
        assertThatThrownBy(() -> engine.put(null, unowned)).isInstanceOf(StoreFullException.class);
        engine.touch(cell.key(), cell.accessedAt() + 1);
        assertThat(engine.find(cell.key()).accessedAt()).isEqualTo(cell.accessedAt() + 1);
        Cell gone = new Cell(
                cell.key(),
                cell.namespace(),
                null,
                new Stamp(1, Stamp.GONE),
                cell.createdAt(),
                cell.accessedAt(),
                cell.createdAt() + 300_000,
                0,
                0,
                0,
                new byte[] {1});
        assertThat(engine.put(cell.stamp(), gone)).isEqualTo(Put.DONE);
        assertThat(engine.find(cell.key()).isSession()).isFalse();
        room.redis.configSet("maxmemory", "0");
    }

    @Test
    void aReplicaIsNoPlaceForWritesUntilItIsTheMaster() {
        Cell cell = created();
        room.redis.replicaof("127.0.0.1", 1);
        assertThatThrownBy(() -> engine.clear(cell))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("READONLY");
        room.redis.replicaofNoOne();
        engine.clear(cell);
        assertThat(answers(engine, cell)).isFalse();
    }
}
