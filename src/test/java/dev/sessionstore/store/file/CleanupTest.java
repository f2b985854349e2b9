package dev.sessionstore.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Put;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What goes by itself: cells that may be dropped, and what is above the threshold. */
class CleanupTest extends FileFixture {
    private static final Duration LIFE = Duration.ofMillis(IDLE_MILLIS + TOMBSTONE_MILLIS);

    private List<Cell> putMany(FileEngine engine, int count) {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            cells.add(put(engine, i % 2 == 0 ? OWNER : null));
        }
        return cells;
    }

    @Test
    void aStepLooksAtAFewFilesAndAPassAtAll() {
        FileEngine engine = open();
        List<Cell> dropped = putMany(engine, 30);
        clock.advance(LIFE);
        Cell lives = put(engine, OWNER);
        int removed = 0;
        int steps = 0;
        while (removed < 30) {
            int inStep = engine.sweep(4);
            assertThat(inStep).isLessThanOrEqualTo(4);
            removed += inStep;
            assertThat(++steps).isLessThan(100);
        }
        assertThat(steps).isGreaterThan(7);
        assertThat(all(engine)).containsExactly(lives.key());
        assertThat(dropped).allSatisfy(cell -> {
            assertThat(fileOf(cell.key())).doesNotExist();
            if (cell.owner() != null) {
                assertThat(placeOf(cell)).doesNotExist();
            }
        });
    }

    @Test
    void nothingGoesBeforeItsTime() {
        FileEngine engine = open();
        putMany(engine, 10);
        clock.advance(LIFE.minusMillis(1));
        assertThat(engine.sweep(1000)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(engine.sweep(1000)).isEqualTo(10);
    }

    @Test
    void whatIsWrittenAnewBeforeItIsRemovedStays() throws Exception {
        for (int round = 0; round < 20; round++) {
            FileEngine engine = open();
            FileEngine other = open();
            List<Cell> cells = putMany(engine, 10);
            clock.advance(LIFE);
            CyclicBarrier start = new CyclicBarrier(3);
            CompletableFuture<Void> first = apart(() -> sweep(start, engine));
            CompletableFuture<Void> second = apart(() -> sweep(start, other));
            start.await(60, TimeUnit.SECONDS);
            List<SessionKey> written = new ArrayList<>();
            for (Cell each : cells) {
                engine.clear(each);
                assertThat(engine.put(null, cell(each.key(), OWNER))).isEqualTo(Put.DONE);
                written.add(each.key());
            }
            first.get(60, TimeUnit.SECONDS);
            second.get(60, TimeUnit.SECONDS);
            assertThat(all(engine)).containsExactlyInAnyOrderElementsOf(written);
            assertThat(ownedBy(engine, OWNER)).containsExactlyInAnyOrderElementsOf(written);
            all(engine).forEach(key -> engine.clear(cell(key, OWNER)));
        }
    }

    /** On a thread of its own: the common pool has but one on two processors. */
    private static CompletableFuture<Void> apart(Runnable task) {
        return CompletableFuture.runAsync(task, each -> new Thread(each).start());
    }

    private static void sweep(CyclicBarrier start, FileEngine engine) {
        try {
            start.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        engine.sweep(1000);
    }

    @Test
    void aboveTheThresholdTheOnesThatEndedGoFirstThenTheLeastRecentlyAccessed() {
        FileEngine engine = open(options(directory, THRESHOLD));
        List<Cell> old = putMany(engine, 40);
        clock.advance(Duration.ofSeconds(1));
        List<Cell> recent = putMany(engine, 60);
        assertThat(engine.sweep(1000)).isZero();
        Cell touched = old.get(7);
        clock.advance(Duration.ofSeconds(1));
        engine.touch(touched.key(), clock.millis());
        List<Cell> ended = new ArrayList<>();
        for (Cell each : recent.subList(0, 3)) {
            Cell marker = cell(each.key(), null, new Stamp(each.stamp().incarnation(), Stamp.GONE), clock.millis());
            assertThat(engine.put(each.stamp(), marker)).isEqualTo(Put.DONE);
            ended.add(marker);
        }
        Cell leaving = recent.get(3);
        assertThat(engine.put(
                        leaving.stamp(),
                        cell(leaving.key(), null, new Stamp(leaving.stamp().incarnation(), Stamp.LEAVING), 0)))
                .isEqualTo(Put.DONE);
        put(engine, null);

        assertThat(engine.sweep(1000)).as("down to 95 of 101").isEqualTo(6);
        List<SessionKey> left = all(engine);
        assertThat(left)
                .hasSize(95)
                .contains(touched.key(), leaving.key())
                .doesNotContainAnyElementsOf(ended.stream().map(Cell::key).toList());
        assertThat(recent.subList(4, 60)).allSatisfy(cell -> assertThat(left).contains(cell.key()));
        assertThat(old.stream().filter(cell -> left.contains(cell.key()))).hasSize(37);
        assertThat(engine.sweep(1000)).isZero();
    }

    @Test
    void twoProcessesThatMeetTooManyAtOnceDropThemOnce() {
        FileEngine slow = open(options(directory, THRESHOLD));
        for (int i = 0; i < 120; i++) {
            put(slow, null);
        }
        assertThat(slow.sweep(120)).as("all are met, none is dropped yet").isZero();
        assertThat(open(options(directory, THRESHOLD)).sweep(1000)).isEqualTo(25);
        slow.sweep(1000);
        assertThat(all(slow)).hasSize(95);
    }

    @Test
    void whileAStepHangsTheEngineIsAskedAllTheSame() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        AtomicBoolean isSlow = new AtomicBoolean();
        InstantSource slow = () -> {
            if (isSlow.get()) {
                hangs.countDown();
                await(goesOn);
            }
            return clock.instant();
        };
        try (FileEngine engine = new FileEngine(options(directory, 0), slow, null, observer)) {
            put(engine, null);
            isSlow.set(true);
            CompletableFuture<Void> step = apart(() -> engine.sweep(10));
            await(hangs);
            try {
                apart(engine::ping).get(60, TimeUnit.SECONDS);
            } finally {
                goesOn.countDown();
            }
            step.get(60, TimeUnit.SECONDS);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aThresholdIsKeptWithoutBeingAsked() {
        FileEngine engine = open(options(directory, THRESHOLD));
        engine.ping();
        putMany(engine, 150);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (all(engine).size() > THRESHOLD) {
            assertThat(System.nanoTime()).as("it is kept in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
        assertThat(all(engine)).hasSizeGreaterThanOrEqualTo(90);
    }
}
