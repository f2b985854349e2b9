package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.MutableClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listing names too many at times, never too few, and keeps nothing for good. */
class OwnerIndexTest {
    private static final String OTHER = "BAAAAAAAAAAAAAAAAAAAAA";
    private static final long IDLE = 1_800_000;

    private final Room room = new Room();
    private final MutableClock clock = new MutableClock();
    private final RedisEngine engine = room.engine(clock);

    @AfterEach
    void close() {
        room.close();
    }

    private List<SessionKey> listed(Engine engine, String owner) {
        return engine.listing().orElseThrow().cells(owner, null, 1000).stream()
                .map(Cell::key)
                .toList();
    }

    private Cell created(@org.jspecify.annotations.Nullable String owner) {
        Cell cell = Room.session(Room.newKey(), owner, 1, clock.millis(), IDLE);
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        return cell;
    }

    private static Cell next(Cell cell, @org.jspecify.annotations.Nullable String owner, long accessedAt) {
        Stamp stamp = new Stamp(cell.stamp().incarnation(), cell.stamp().revision() + 1);
        return new Cell(
                cell.key(),
                cell.namespace(),
                owner,
                stamp,
                cell.createdAt(),
                accessedAt,
                cell.endsAt(),
                cell.idleMillis(),
                0,
                0,
                cell.body());
    }

    /** What the record says must hold of the set. */
    private void assertCovered(SessionKey key, String owner) throws Exception {
        byte[] value = room.redis.get(room.nameOf(key));
        Cell cell = RedisValue.read(key, value);
        long covered = ByteBuffer.wrap(value).getLong();
        assertThat(covered).isGreaterThanOrEqualTo(cell.droppedAt());
        assertThat(room.redis.zscore(room.prefix + "p:" + owner, OwnerIndex.member(cell)))
                .isGreaterThanOrEqualTo(covered);
    }

    @Test
    void aListingGoesByItselfAfterItsLastSession() {
        RedisEngine real = room.engine(null);
        Cell cell = Room.session(Room.newKey(), Room.OWNER, 1, room.now(), 300);
        assertThat(real.put(null, cell)).isEqualTo(Put.DONE);
        assertThat(listed(real, Room.OWNER)).containsExactly(cell.key());
        Room.await(() -> room.redis.exists(room.nameOf(cell.key())) == 0);
        Room.await(() -> room.redis.exists(room.listing()) == 0);
    }

    @Test
    void membersWhoseTimeIsOverGoWhenAnotherComes() {
        Cell early = created(Room.OWNER);
        clock.advance(Duration.ofMillis(2 * IDLE));
        Cell late = created(Room.OWNER);
        assertThat(room.redis.zrange(room.listing(), 0, -1)).containsExactly(OwnerIndex.member(late));
        assertThat(early.isDropped(clock.millis())).isTrue();
    }

    @Test
    void whatIsNoListingGivesWay() {
        room.redis.set(room.listing(), new byte[] {1});
        assertThat(listed(engine, Room.OWNER)).isEmpty();
        Cell cell = created(Room.OWNER);
        assertThat(listed(engine, Room.OWNER)).containsExactly(cell.key());
    }

    @Test
    void aCoverWhoseTimeHasPassedIsNoFault() {
        clock.advance(Duration.ofDays(2));
        Cell ended = Room.session(Room.newKey(), Room.OWNER, 1, 0, 1000);
        assertThat(engine.put(null, ended)).isEqualTo(Put.DONE);
        assertThat(listed(engine, Room.OWNER)).isEmpty();
    }

    @Test
    void touchesAndWritesMoveTheCover() throws Exception {
        Cell cell = created(Room.OWNER);
        assertCovered(cell.key(), Room.OWNER);
        for (int i = 0; i < 4; i++) {
            clock.advance(Duration.ofMillis(IDLE / 2));
            engine.touch(cell.key(), clock.millis());
            assertThat(engine.find(cell.key()).accessedAt()).isEqualTo(clock.millis());
            assertCovered(cell.key(), Room.OWNER);

            clock.advance(Duration.ofMillis(IDLE / 2));
            engine.touchLater(cell.key(), clock.millis());
            assertThat(engine.find(cell.key()).accessedAt()).isEqualTo(clock.millis());
            assertCovered(cell.key(), Room.OWNER);

            clock.advance(Duration.ofMillis(IDLE / 2));
            Cell next = next(cell, Room.OWNER, clock.millis());
            assertThat(engine.put(cell.stamp(), next)).isEqualTo(Put.DONE);
            assertCovered(cell.key(), Room.OWNER);
            cell = next;
        }
        assertThat(listed(engine, Room.OWNER)).containsExactly(cell.key());
        assertThat(room.redis.pttl(room.listing())).isBetween(IDLE, 2 * IDLE);
    }

    @Test
    void aCellThatLeavesItsOwnerLeavesTheListing() {
        Cell cell = created(Room.OWNER);
        Cell moved = next(cell, OTHER, clock.millis());
        assertThat(engine.put(cell.stamp(), moved)).isEqualTo(Put.DONE);
        assertThat(listed(engine, Room.OWNER)).isEmpty();
        assertThat(room.redis.exists(room.listing())).isZero();
        assertThat(listed(engine, OTHER)).containsExactly(cell.key());
        engine.clear(moved);
        assertThat(listed(engine, OTHER)).isEmpty();
        Room.await(() -> room.redis.exists(room.prefix + "p:" + OTHER) == 0);
    }

    @Test
    void aRemovalThatComesLateLeavesWhatWasCoveredSince() throws Exception {
        Cell cell = created(Room.OWNER);
        long covered = ByteBuffer.wrap(room.redis.get(room.nameOf(cell.key()))).getLong();
        Cell without = next(cell, null, clock.millis());
        engine.put(cell.stamp(), without);
        // As if the removal were still on its way.
        Room.await(() -> room.redis.exists(room.listing()) == 0);
        room.redis.zadd(room.listing(), covered, OwnerIndex.member(cell));
        Cell again = next(without, Room.OWNER, clock.millis());
        engine.put(without.stamp(), again);

        RedisConnector connector = connector();
        RedisLink link = connector.open();
        RedisScripts.UNCOVER
                .run(
                        link,
                        new byte[][] {room.listing().getBytes()},
                        OwnerIndex.member(cell),
                        OwnerIndex.number(covered))
                .get(60, TimeUnit.SECONDS);
        link.close().whenComplete((done, failure) -> connector.close());
        assertThat(listed(engine, Room.OWNER)).containsExactly(cell.key());
        assertCovered(cell.key(), Room.OWNER);
    }

    private RedisConnector connector() {
        return new RedisConnector(new RedisOptions(room.url, room.prefix, Room.TIMEOUT, null, 0));
    }

    @Test
    void aCoverWhoseWriteNeverCameDoesNoHarm() throws Exception {
        Cell cell = Room.session(Room.newKey(), Room.OWNER, 1, clock.millis(), IDLE);
        RedisConnector connector = connector();
        RedisLink link = connector.open();
        new OwnerIndex(null, new RedisNames(room.prefix), null)
                .cover(
                        link,
                        OwnerIndex.number(clock.millis()),
                        Room.OWNER,
                        OwnerIndex.member(cell),
                        OwnerIndex.toCover(cell))
                .get(60, TimeUnit.SECONDS);
        link.close().whenComplete((done, failure) -> connector.close());
        assertThat(room.redis.zcard(room.listing())).isEqualTo(1);
        assertThat(room.redis.pttl(room.listing())).isPositive();
        assertThat(listed(engine, Room.OWNER)).isEmpty();
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        assertThat(listed(engine, Room.OWNER)).containsExactly(cell.key());
        assertCovered(cell.key(), Room.OWNER);
    }

    @Test
    void whatNeverEndsIsListedForEver() throws Exception {
        Cell cell = Room.session(Room.newKey(), Room.OWNER, 1, clock.millis(), 0);
        engine.put(null, cell);
        assertThat(room.redis.pttl(room.nameOf(cell.key()))).isEqualTo(-1);
        assertThat(room.redis.pttl(room.listing())).isEqualTo(-1);
        assertCovered(cell.key(), Room.OWNER);
        Cell gone = next(cell, null, clock.millis());
        engine.put(cell.stamp(), gone);
        assertThat(listed(engine, Room.OWNER)).isEmpty();
        assertThat(room.redis.exists(room.listing())).isZero();
    }

    @Test
    void parallelChangesOfOwnersLeaveEachCellListedWhereItIs() throws Exception {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            cells.add(created(null));
        }
        RedisEngine second = room.engine(clock);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            Random random = new Random(thread);
            RedisEngine mine = thread % 2 == 0 ? engine : second;
            running.add(threads.submit(() -> {
                for (int i = 0; i < 150; i++) {
                    Cell there = mine.find(cells.get(random.nextInt(8)).key());
                    String owner =
                            switch (random.nextInt(3)) {
                                case 0 -> null;
                                case 1 -> Room.OWNER;
                                default -> OTHER;
                            };
                    mine.put(there.stamp(), next(there, owner, clock.millis()));
                }
                return null;
            }));
        }
        for (Future<?> each : running) {
            each.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        for (Cell cell : cells) {
            Cell there = engine.find(cell.key());
            for (String owner : List.of(Room.OWNER, OTHER)) {
                assertThat(listed(engine, owner).contains(cell.key())).isEqualTo(owner.equals(there.owner()));
            }
            if (there.owner() != null) {
                assertCovered(cell.key(), there.owner());
            }
        }
    }
}
