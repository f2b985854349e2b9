package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.MutableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server forgets its scripts when it is told so, starts again, or takes over. */
class ScriptFlushTest {
    private final Room room = new Room();
    private final MutableClock clock = new MutableClock();
    private final RedisEngine engine = room.engine(clock);

    @AfterEach
    void close() {
        room.close();
    }

    @Test
    void forgottenScriptsAreSentAgain() throws Exception {
        Cell cell = Room.session(Room.newKey(), Room.OWNER, 1, clock.millis(), 1000);
        room.redis.scriptFlush();
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        room.redis.scriptFlush();
        engine.touch(cell.key(), clock.millis() + 5);
        assertThat(engine.find(cell.key()).accessedAt()).isEqualTo(clock.millis() + 5);
        room.redis.scriptFlush();
        engine.touchLater(cell.key(), clock.millis() + 9);
        Room.await(() -> accessedAt(cell) == clock.millis() + 9);
        room.redis.scriptFlush();
        engine.clear(cell);
        assertThat(engine.find(cell.key())).isNull();
    }

    private long accessedAt(Cell cell) {
        try {
            return engine.find(cell.key()).accessedAt();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
