package dev.sessionstore.store.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.CellFormat;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.engines.TestMemcached;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(value = "memcached", remedy = "apt-get install memcached")
class MemcachedEngineTest {
    private final String prefix = TestMemcached.newPrefix();
    private MemcachedEngine engine;
    private RawMemcached raw;

    @BeforeEach
    void open() throws IOException {
        engine = engine(TestMemcached.shared().url(), prefix);
        raw = new RawMemcached(TestMemcached.shared().port());
    }

    static MemcachedEngine engine(String url, String prefix) {
        return new MemcachedEngine(
                new MemcachedOptions(url, prefix, Duration.ofSeconds(20)),
                InstantSource.system(),
                null,
                BackendObserver.NONE);
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
        raw.close();
    }

    private String nameOf(Cell cell) {
        return prefix + cell.key().handle();
    }

    private void isUnreadable(Cell cell, byte[] bytes) throws IOException {
        raw.set(nameOf(cell), bytes);
        assertThatThrownBy(() -> engine.find(cell.key()))
                .isInstanceOfSatisfying(
                        UnreadableCellException.class,
                        e -> assertThat(e.bytes()).isEqualTo(bytes));
        assertThat(engine.put(null, cell)).isEqualTo(Put.LOOK);
        assertThat(engine.put(cell.stamp(), cell)).isEqualTo(Put.LOOK);
        engine.touch(cell.key(), 1);
        engine.clear(cell);
        engine.discard(cell.key(), new byte[] {9});
        assertThat(raw.secondsLeft(nameOf(cell))).as("still there").isNotNull();
        engine.discard(cell.key(), bytes);
        assertThat(raw.secondsLeft(nameOf(cell))).isNull();
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
    }

    @Test
    void whatCannotBeReadIsToldAndDiscardedIfItIsStillThat() throws IOException {
        Cell cell = Cells.ending(Cell.NEVER);
        byte[] damaged = CellFormat.write(cell);
        damaged[damaged.length - 1] ^= 1;
        isUnreadable(cell, damaged);
        isUnreadable(Cells.ending(Cell.NEVER), new byte[0]);
        isUnreadable(Cells.ending(Cell.NEVER), "hello".getBytes(StandardCharsets.UTF_8));
        isUnreadable(Cells.ending(Cell.NEVER), CellFormat.write(cell));
    }

    /** Tells when it is made from bytes. */
    static final class Trap implements java.io.Serializable {
        private static final long serialVersionUID = 1L;
        static boolean sprung;

        private void readObject(java.io.ObjectInputStream in) {
            sprung = true;
        }
    }

    @Test
    void javaObjectsAreBytesLikeAnyOther() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new Trap());
        }
        isUnreadable(Cells.ending(Cell.NEVER), bytes.toByteArray());
        assertThat(Trap.sprung).isFalse();
    }

    @Test
    void clearingExpectsTheStamp() throws Exception {
        Cell cell = Cells.ending(Cell.NEVER);
        engine.put(null, cell);
        engine.clear(Cells.ending(cell.key(), Stamp.RESERVED, Cell.NEVER, new byte[0]));
        assertThat(engine.find(cell.key())).isNotNull();
        engine.clear(cell);
        assertThat(engine.find(cell.key())).isNull();
        engine.clear(cell);
    }

    @Test
    void aValueTooLargeIsRefusedAndChangesNothing() throws Exception {
        Cell cell = Cells.ending(Cell.NEVER);
        engine.put(null, cell);
        byte[] large = new byte[2 << 20];
        assertThatThrownBy(() -> engine.put(cell.stamp(), Cells.ending(cell.key(), 2, Cell.NEVER, large)))
                .isInstanceOf(StoreFullException.class)
                .hasMessageNotContaining(cell.key().handle());
        assertThatThrownBy(() -> engine.put(null, Cells.ending(Cells.newKey(), 1, Cell.NEVER, large)))
                .isInstanceOf(StoreFullException.class);
        assertThat(engine.find(cell.key()).stamp()).isEqualTo(cell.stamp());
    }

    @Test
    void memoryThatIsFullIsTold() {
        TestMemcached small = TestMemcached.start("-m", "2", "-M");
        try (MemcachedEngine full = engine(small.url(), "s:")) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            full.put(null, Cells.ending(Cells.newKey(), 1, Cell.NEVER, new byte[100_000]));
                        }
                    })
                    .isInstanceOf(StoreFullException.class);
        } finally {
            small.signal("KILL");
        }
    }

    @Test
    void sessionsAreSpreadOverTheServersByTheirNames() throws Exception {
        TestMemcached other = TestMemcached.start();
        String both = TestMemcached.shared().url() + "," + other.url().substring("memcached://".length());
        List<Cell> cells = new ArrayList<>();
        try (MemcachedEngine sharded = engine(both, prefix)) {
            for (int i = 0; i < 200; i++) {
                Cell cell = Cells.ending(Cell.NEVER);
                cells.add(cell);
                assertThat(sharded.put(null, cell)).isEqualTo(Put.DONE);
            }
        }
        int first = 0;
        for (Cell cell : cells) {
            first += raw.secondsLeft(nameOf(cell)) == null ? 0 : 1;
        }
        assertThat(first).isBetween(40, 160);
        try (MemcachedEngine again = engine(both + "/", prefix)) {
            for (Cell cell : cells) {
                assertThat(again.find(cell.key())).isNotNull();
            }
        }
        other.signal("KILL");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://localhost:1, begins with",
        "memcached://, no host",
        "memcached://a:0, no port",
        "memcached://a:99999, no port",
        "'memcached://a,b,,c', no host",
        "'memcached://a:11211,a', twice",
        "memcached://a/path, no host"
    })
    void urlsThatMakeNoSenseAreRefused(String url, String why) {
        assertThatThrownBy(() -> engine(url, "s:"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aPasswordInTheUrlIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> engine("memcached://user:hunter2@a:11211", "s:"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "\u00e9", "a\n"})
    void prefixesThatMemcachedDoesNotTakeAreRefused(String bad) {
        assertThatThrownBy(() -> engine("memcached://a", bad)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine("memcached://a", "x".repeat(201))).isInstanceOf(IllegalArgumentException.class);
        engine("memcached://[::1]:11211,a.example,b_c:1", "x".repeat(200)).close();
    }
}
