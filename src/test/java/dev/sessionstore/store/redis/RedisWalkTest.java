package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Engine;
import dev.sessionstore.testing.MutableClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisWalkTest {
    private final Room room = new Room();
    private final MutableClock clock = new MutableClock();
    private final RedisEngine engine = room.engine(clock);

    @AfterEach
    void close() {
        room.close();
    }

    private Cell put(RedisEngine into) {
        Cell cell = Room.session(Room.newKey(), Room.OWNER, 1, clock.millis(), 1_800_000);
        into.put(null, cell);
        return cell;
    }

    private static List<SessionKey> walk(RedisEngine engine, int limit) {
        List<SessionKey> keys = new ArrayList<>();
        Page.Cursor after = null;
        do {
            Engine.Part part = engine.walk().orElseThrow().cells(null, after, limit);
            assertThat(part.cells()).hasSizeLessThanOrEqualTo(limit);
            part.cells().forEach(cell -> keys.add(cell.key()));
            after = part.next();
        } while (after != null);
        return keys;
    }

    @Test
    void aPrefixIsTakenByItsLetters() {
        String strange = room.prefix + "a*[b-c]?\\d^:";
        List<RedisEngine> neighbours = new ArrayList<>();
        for (String prefix : List.of(strange, room.prefix + "axyzb?\\d^:", room.prefix)) {
            neighbours.add(new RedisEngine(
                    new RedisOptions(room.url, prefix, Room.TIMEOUT, null, 0), clock, clock, BackendObserver.NONE));
        }
        for (RedisEngine each : neighbours) {
            Cell cell = put(each);
            assertThat(walk(each, 10)).containsExactly(cell.key());
        }
        neighbours.forEach(RedisEngine::close);
    }

    @Test
    void aFewAmongManyKeysOfOthersAreFoundInAFewPages() {
        RedisEngine others = new RedisEngine(
                new RedisOptions(room.url, room.prefix + "other:", Room.TIMEOUT, null, 0),
                clock,
                clock,
                BackendObserver.NONE);
        for (int i = 0; i < 2000; i++) {
            put(others);
        }
        others.close();
        Cell mine = put(engine);
        int pages = 0;
        List<SessionKey> found = new ArrayList<>();
        Page.Cursor after = null;
        do {
            Engine.Part part = engine.walk().orElseThrow().cells(null, after, 1);
            part.cells().forEach(cell -> found.add(cell.key()));
            after = part.next();
            pages++;
        } while (after != null);
        assertThat(found).containsExactly(mine.key());
        assertThat(pages).isLessThan(20);
    }

    @Test
    void whatStandsThroughoutIsShownWhateverComesAndGoes() {
        Set<SessionKey> standing = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            standing.add(put(engine).key());
        }
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<?> churn = CompletableFuture.runAsync(() -> {
            List<Cell> coming = new ArrayList<>();
            while (!stop.get()) {
                coming.add(put(engine));
                if (coming.size() > 300) {
                    coming.forEach(engine::clear);
                    coming.clear();
                }
            }
        });
        try {
            for (int limit : new int[] {3, 30, 1000}) {
                assertThat(walk(engine, limit)).containsAll(standing);
            }
        } finally {
            stop.set(true);
        }
        churn.join();
    }
}
