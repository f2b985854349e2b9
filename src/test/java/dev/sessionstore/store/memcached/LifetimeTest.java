package dev.sessionstore.store.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.engines.TestMemcached;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long memcached keeps what it is given: not shorter than the cell says, whatever the unit. */
@Needs(value = "memcached", remedy = "apt-get install memcached")
class LifetimeTest {
    private static final long DAY = Duration.ofDays(1).toSeconds();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final String prefix = TestMemcached.newPrefix();
    private final InstantSource node = InstantSource.system();
    private MemcachedEngine engine;
    private RawMemcached raw;

    @BeforeEach
    void open() throws IOException {
        engine = engine(node, null);
        raw = new RawMemcached(TestMemcached.shared().port());
    }

    private MemcachedEngine engine(InstantSource itsNode, InstantSource given) {
        MemcachedOptions options = new MemcachedOptions(TestMemcached.shared().url(), prefix, TIMEOUT);
        return new MemcachedEngine(options, itsNode, given, BackendObserver.NONE);
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
        raw.close();
    }

    private Integer secondsLeft(Cell cell) throws IOException {
        return raw.secondsLeft(prefix + cell.key().handle());
    }

    /** @param most how much longer it may be: a test that is held up sees less */
    private void isKeptFor(Cell cell, long most) throws IOException {
        Integer left = secondsLeft(cell);
        long due = (cell.droppedAt() - node.millis() + 999) / 1000;
        assertThat(left).isNotNull();
        assertThat((long) left).isBetween(due, due + most);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 3600, 86_400, 2_591_990, 2_591_998})
    void upTo30DaysItIsASpan(long seconds) throws IOException {
        Cell cell = Cells.ending(node.millis() + seconds * 1000);
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        isKeptFor(cell, 60);
    }

    @ParameterizedTest
    @ValueSource(longs = {2_592_000, 2_592_005, 31 * 86_400, 3650 * 86_400L})
    void beyond30DaysItIsATime(long seconds) throws IOException {
        Cell cell = Cells.ending(node.millis() + seconds * 1000);
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        isKeptFor(cell, DAY + 60);
    }

    @ParameterizedTest
    @ValueSource(longs = {36_500 * 86_400L * 1000, Cell.NEVER})
    void neverAndAfter2038IsNever(long end) throws IOException {
        Cell cell = Cells.ending(end == Cell.NEVER ? end : node.millis() + end);
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        assertThat(secondsLeft(cell)).isEqualTo(-1);
    }

    @Test
    void whatIsOverIsNotKept() throws IOException {
        Cell cell = Cells.ending(node.millis() - 1);
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        assertThat(secondsLeft(cell)).isNull();
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
    }

    @Test
    void aTouchMovesItAndAShorterLifeShortensIt() throws Exception {
        long now = node.millis();
        Cell cell = Cells.idle(now, 1_000_000);
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        engine.touch(cell.key(), now + 500_000);
        isKeptFor(cell.accessed(now + 500_000), 60);

        Cell shorter = Cells.ending(cell.key(), 2, now + 700_000, new byte[1]);
        assertThat(engine.put(cell.stamp(), shorter)).isEqualTo(Put.DONE);
        isKeptFor(shorter, 60);
        assertThat(engine.find(cell.key()).accessedAt()).isEqualTo(now + 500_000);
    }

    @Test
    void aNodeThatIsAnHourAheadOrBehindDropsNothingEarly() throws IOException {
        for (Duration off : new Duration[] {Duration.ofHours(1), Duration.ofHours(-1)}) {
            InstantSource itsClock = () -> node.instant().plus(off);
            try (MemcachedEngine skewed = engine(itsClock, null)) {
                for (long span : new long[] {DAY * 1000, 40 * DAY * 1000}) {
                    Cell cell = Cells.ending(itsClock.millis() + span);
                    assertThat(skewed.put(null, cell)).isEqualTo(Put.DONE);
                    assertThat(secondsLeft(cell) * 1000L).isGreaterThan(span - 60_000);
                }
            }
        }
    }

    @Test
    void byAGivenClockItIsASpanOrNever() throws IOException {
        MutableClock given = new MutableClock();
        try (MemcachedEngine tested = engine(given, given)) {
            Cell day = Cells.ending(given.millis() + DAY * 1000);
            Cell month = Cells.ending(given.millis() + 31 * DAY * 1000);
            tested.put(null, day);
            tested.put(null, month);
            assertThat(secondsLeft(day)).isBetween((int) DAY - 60, (int) DAY + 2);
            assertThat(secondsLeft(month)).isEqualTo(-1);
        }
    }
}
