package dev.sessionstore.store.memory.disk;

import static dev.sessionstore.testing.Waiting.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.testing.Metronome;
import dev.sessionstore.testing.MutableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(600)
class JournalTest {
    private static final String JOURNAL = "journal-";
    /** So small that the ballast is, too. */
    private static final long CAPACITY = 4 << 20;

    private final SimulatedStorage storage = new SimulatedStorage();
    private final MutableClock clock = new MutableClock();
    private final List<String> fatal = new java.util.concurrent.CopyOnWriteArrayList<>();
    private final ExecutorService answers =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "the answers' thread"));
    private Journal journal;

    private Journal open(Fsync fsync) throws IOException {
        storage.capacity(CAPACITY);
        journal = new Journal(storage, DataKeys.PLAIN, fsync, clock, answers, fatal::add, 0, 0);
        journal.start();
        return journal;
    }

    @AfterEach
    void close() throws Exception {
        storage.hook((operation, name) -> {});
        storage.capacity(1L << 30);
        Thread closing = new Thread(journal::close);
        closing.start();
        closing.join(60_000);
        assertThat(closing.isAlive()).as("still closing").isFalse();
        answers.shutdown();
        assertThat(answers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private static Change live(long key, long version, int bytes) {
        StringBuilder json = new StringBuilder("{\"a\":\"");
        while (json.length() < bytes - 2) {
            json.append('x');
        }
        return new Change.Live(Session.written(new SessionKey(key, key), "shop", key, Changes.NOW)
                .version(version)
                .lastAccessedAt(Changes.NOW)
                .attributes(
                        Attributes.ofCheckedJson(json.append("\"}").toString().getBytes(StandardCharsets.UTF_8)))
                .build());
    }

    private static Change gone(long key) {
        SessionKey of = new SessionKey(key, key);
        return new Change.Gone(new Tombstone(of, "shop", Reason.DELETED, Changes.NOW, Changes.NOW + 300_000, null));
    }

    private CompletableFuture<Void> durable() {
        return journal.durable().toCompletableFuture();
    }

    private static void done(CompletableFuture<Void> future) throws Exception {
        future.get(60, TimeUnit.SECONDS);
    }

    private static void failsWith(Class<? extends Exception> type, CompletableFuture<Void> future) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> future.orTimeout(60, TimeUnit.SECONDS).join())
                .withCauseInstanceOf(type);
    }

    private static Map<String, String> read(SimulatedStorage storage) throws IOException {
        PlainImage image = new PlainImage();
        new Recovery(storage, DataKeys.PLAIN, image).read();
        return Told.of(image);
    }

    private static Map<String, String> told(List<Change> changes) {
        PlainImage image = new PlainImage();
        changes.forEach(change -> Told.to(image, change));
        return Told.of(image);
    }

    // --- answers

    @Test
    void oneSyncServesManyWriters() throws Exception {
        int writers = 64;
        int each = 40;
        open(Fsync.ALWAYS);
        int before = storage.count("force", JOURNAL);
        storage.hook((operation, name) -> {
            if (operation.equals("force")) {
                LockSupport.parkNanos(5_000_000);
            }
        });
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Future<?>> running = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            long key = writer;
            running.add(threads.submit(() -> {
                for (int n = 1; n <= each; n++) {
                    journal.append(live(key, n, 60));
                    durable().get(60, TimeUnit.SECONDS);
                }
                return null;
            }));
        }
        for (Future<?> one : running) {
            one.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        int syncs = storage.count("force", JOURNAL) - before;
        assertThat(writers * each / (double) syncs).as("writes per sync").isGreaterThan(10);
        assertThat(journal.writer().count()).isEqualTo(writers * each);
    }

    @Test
    void underAlwaysNoAnswerComesBeforeItsSyncIsDone() throws Exception {
        open(Fsync.ALWAYS);
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        storage.hook((operation, name) -> {
            if (operation.equals("force")) {
                began.countDown();
                await(gate);
            }
        });
        journal.append(live(1, 1, 60));
        CompletableFuture<Void> first = durable();
        began.await();
        journal.append(live(2, 1, 60));
        CompletableFuture<Void> second = durable();
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        gate.countDown();
        done(first);
        done(second);
        assertThat(journal.durable()).isCompleted();
    }

    private static void await(CountDownLatch gate) {
        try {
            assertThat(gate.await(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EVERYSEC", "NEVER"})
    void withoutAlwaysTheAnswerComesAfterTheWriteAndWithoutASync(Fsync fsync) throws Exception {
        open(fsync);
        int before = storage.count("force", JOURNAL);
        CountDownLatch gate = new CountDownLatch(1);
        storage.hook((operation, name) -> {
            if (operation.equals("append")) {
                await(gate);
            }
        });
        journal.append(live(1, 1, 60));
        CompletableFuture<Void> answer = durable();
        assertThat(answer).isNotDone();
        gate.countDown();
        done(answer);
        assertThat(storage.count("force", JOURNAL)).isEqualTo(before);
        assertThat(read(storage.afterKill())).hasSize(1);
        journal.writer().syncWritten();
        assertThat(storage.count("force", JOURNAL)).isEqualTo(before + 1);
        journal.writer().syncWritten();
        assertThat(storage.count("force", JOURNAL)).as("nothing new").isEqualTo(before + 1);
    }

    @Test
    void answersRunOnTheirOwnThread() throws Exception {
        open(Fsync.ALWAYS);
        CountDownLatch gate = new CountDownLatch(1);
        storage.hook((operation, name) -> await(gate));
        journal.append(live(1, 1, 60));
        CompletableFuture<String> where =
                durable().thenApply(done -> Thread.currentThread().getName());
        gate.countDown();
        assertThat(where.get(60, TimeUnit.SECONDS)).isEqualTo("the answers' thread");
    }

    @Test
    void changesStandInTheFileInTheOrderOfTheirTelling() throws Exception {
        open(Fsync.NEVER);
        Queue<Change> order = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int i = 0; i < 8; i++) {
            threads.submit(() -> {
                for (int n = 0; n < 500; n++) {
                    synchronized (order) {
                        Change change = live(n % 7, n, 20 + n % 50);
                        order.add(change);
                        journal.append(change);
                    }
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        done(durable());
        Told.Digest model = new Told.Digest();
        order.forEach(change -> Told.to(model, change));
        Told.Digest digest = new Told.Digest();
        assertThat(new Recovery(storage.afterKill(), DataKeys.PLAIN, digest)
                        .read()
                        .last())
                .isEqualTo(4000);
        assertThat(digest.value()).isEqualTo(model.value());
    }

    // --- full

    private List<Change> fillUp() throws Exception {
        List<Change> changes = new ArrayList<>();
        storage.capacity(storage.used() + 20_000);
        for (int key = 1; journal.writer().refusal() == null; key++) {
            Change change = live(key, 1, 3000);
            changes.add(change);
            journal.append(change);
            done(durable());
            assertThat(key).isLessThan(1000);
        }
        return changes;
    }

    /** The contract says 100 ms; a busy machine may stop a test for longer. */
    @ParameterizedTest
    @EnumSource
    void aFullDiskRefusesWhatIsNewAndStillTakesWhatWasMadeAndRemovals(Fsync fsync) throws Exception {
        open(fsync);
        List<Change> changes = fillUp();
        try (Metronome metronome = new Metronome()) {
            long began = System.nanoTime();
            assertThatExceptionOfType(StoreFullException.class).isThrownBy(journal::admit);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(1).plus(metronome.worstDelay()));
        }
        for (int key = 1; key <= 5; key++) {
            changes.add(gone(key));
            journal.append(gone(key));
            done(durable());
        }
        assertThat(read(storage.afterKill())).isEqualTo(told(changes));
        storage.capacity(CAPACITY);
        waitUntil("it takes writes again", () -> journal.writer().refusal() == null);
        journal.admit();
        waitUntil("there is a reserve again", () -> storage.count("create", FileNames.RESERVE) == 2);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsStuckWithoutAnyRoomIsRefusedKeptAndWrittenLater(Fsync fsync) throws Exception {
        open(fsync);
        List<Change> changes = new ArrayList<>();
        storage.capacity(0);
        Change put = live(1, 1, 300_000);
        changes.add(put);
        journal.append(put);
        failsWith(StoreFullException.class, durable());
        assertThatExceptionOfType(StoreFullException.class).isThrownBy(journal::admit);
        changes.add(gone(1));
        journal.append(gone(1));
        failsWith(StoreFullException.class, durable());
        assertThat(read(storage.afterKill())).isEmpty();
        storage.capacity(CAPACITY);
        waitUntil("it takes writes again", () -> journal.writer().refusal() == null);
        done(durable());
        assertThat(read(storage.afterKill())).isEqualTo(told(changes));
        assertThat(fatal).isEmpty();
    }

    private void failWrites() {
        storage.hook((operation, name) -> {
            if (operation.equals("append") || operation.equals("overwrite")) {
                throw new IOException("EIO");
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void fromAFailedDiskARemovalWaitsForNothingUnlessASyncWasPromised(Fsync fsync) throws Exception {
        open(fsync);
        failWrites();
        List<Change> changes = List.of(live(1, 1, 1000), gone(2));
        journal.append(changes.get(0));
        failsWith(StoreFullException.class, durable());
        journal.append(changes.get(1));
        CompletableFuture<Void> removal = durable();
        if (fsync == Fsync.ALWAYS) {
            failsWith(StoreFullException.class, removal);
        } else {
            done(removal);
        }
        storage.hook((operation, name) -> {});
        waitUntil("it takes writes again", () -> journal.writer().refusal() == null);
        done(durable());
        assertThat(read(storage.afterKill())).isEqualTo(told(changes));
    }

    @Test
    void aPutThatIsStuckIsNotTakenForTheRemovalThatCameAfterIt() throws Exception {
        open(Fsync.EVERYSEC);
        failWrites();
        journal.append(live(1, 1, 1000));
        failsWith(StoreFullException.class, durable());
        // One writer was admitted before, tells its change now, and another one's removal comes between.
        journal.append(live(2, 1, 1000));
        journal.append(gone(3));
        CompletableFuture<Void> put = durable();
        assertThat(put).as("answers for changes that include a put").isCompletedExceptionally();
    }

    @Test
    void whatIsGivenUpAtTheEndLeavesNoGap() throws Exception {
        open(Fsync.EVERYSEC);
        List<Change> first = List.of(live(1, 1, 60));
        journal.append(first.get(0));
        done(durable());
        storage.capacity(storage.used() + 1000);
        // Nothing large fits, something small does.
        CountDownLatch gate = new CountDownLatch(1);
        AtomicBoolean gated = new AtomicBoolean();
        storage.hook((operation, name) -> {
            if (operation.equals("append") && name.startsWith(JOURNAL) && !gated.getAndSet(true)) {
                await(gate);
            }
        });
        journal.append(live(2, 1, 600_000));
        CompletableFuture<Void> stuck = durable();
        waitUntil("it is being written", gated::get);
        CompletableFuture<Void> action = journal.force();
        journal.append(gone(1));
        gate.countDown();
        failsWith(StoreFullException.class, stuck);
        journal.close();
        assertThat(action).as("nobody waits for ever").isDone();
        Map<String, String> left = read(storage.afterKill());
        assertThat(left).isEqualTo(told(first));
    }

    // --- failures

    @Test
    void aFailedSyncUnderAlwaysIsFatalAndNeverTriedAgain() throws Exception {
        open(Fsync.ALWAYS);
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger tried = new AtomicInteger();
        storage.hook((operation, name) -> {
            if (operation.equals("force") && name.startsWith(JOURNAL)) {
                tried.incrementAndGet();
                await(gate);
                throw new IOException("EIO");
            }
        });
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int key = 0; key < 10; key++) {
            journal.append(live(key, 1, 60));
            waiting.add(durable());
        }
        CompletableFuture<Void> action = journal.force();
        CompletableFuture<Void> mark = journal.mark().done();
        gate.countDown();
        for (CompletableFuture<Void> each : waiting) {
            failsWith(StoreUnavailableException.class, each);
        }
        assertThatExceptionOfType(StoreFullException.class).isThrownBy(journal::admit);
        journal.append(live(99, 1, 60));
        failsWith(StoreUnavailableException.class, durable());
        waitUntil("those who wait for more are told", () -> action.isDone() && mark.isDone());
        assertThat(action).isCompletedExceptionally();
        assertThat(mark).isCompletedExceptionally();
        journal.close();
        assertThat(tried).hasValue(1);
        assertThat(fatal).hasSize(1);
    }

    @Test
    void aFailedSyncUnderEverysecRefusesUntilASnapshotStands() throws Exception {
        open(Fsync.EVERYSEC);
        journal.append(live(1, 1, 60));
        done(durable());
        AtomicInteger tried = new AtomicInteger();
        String first = FileNames.of(FileHeader.Kind.JOURNAL, 0);
        storage.hook((operation, name) -> {
            if (operation.equals("force") && name.equals(first)) {
                tried.incrementAndGet();
                throw new IOException("EIO");
            }
        });
        journal.writer().syncWritten();
        assertThatExceptionOfType(StoreFullException.class).isThrownBy(journal::admit);
        assertThat(journal.writer().isSuspect()).isTrue();
        journal.append(gone(1));
        done(durable());
        journal.writer().syncWritten();
        Journal.Mark mark = journal.mark();
        done(mark.done());
        done(journal.force());
        assertThat(journal.writer().refusal()).isNotNull();
        journal.rebased();
        waitUntil("it takes writes again", () -> journal.writer().refusal() == null);
        assertThat(tried).hasValue(1);
        assertThat(fatal).isEmpty();
    }

    @Test
    void aSyncThatFailsWhileASnapshotIsTakenIsNotTriedAgainForItsEnd() throws Exception {
        open(Fsync.EVERYSEC);
        journal.append(live(1, 1, 60));
        Journal.Mark mark = journal.mark();
        done(mark.done());
        AtomicBoolean fails = new AtomicBoolean(true);
        AtomicInteger tried = new AtomicInteger();
        String second = FileNames.of(FileHeader.Kind.JOURNAL, 1);
        storage.hook((operation, name) -> {
            if (operation.equals("force") && name.equals(second)) {
                tried.incrementAndGet();
                if (fails.getAndSet(false)) {
                    throw new IOException("EIO");
                }
            }
        });
        journal.append(live(2, 1, 60));
        done(durable());
        journal.writer().syncWritten();
        CompletableFuture<Void> end = journal.force();
        waitUntil("the force is done", end::isDone);
        assertThat(tried).as("syncs of a file whose sync failed").hasValue(1);
        assertThat(end).as("a promise that the file cannot keep").isCompletedExceptionally();
        journal.rebased();
        assertThat(journal.writer().isSuspect())
                .as("what the mark did not cover is still unknown")
                .isTrue();
    }

    @Test
    void aSwitchThatFailsAfterTheNewFileHasItsNameLosesNothing() throws Exception {
        open(Fsync.EVERYSEC);
        List<Change> changes = new ArrayList<>();
        tell(changes, live(1, 1, 60));
        AtomicBoolean fails = new AtomicBoolean(true);
        storage.hook((operation, name) -> {
            if (operation.equals("sync") && fails.getAndSet(false)) {
                throw new IOException("EIO");
            }
        });
        failsWith(IOException.class, journal.mark().done());
        tell(changes, live(2, 1, 60));
        tell(changes, gone(1));
        assertThat(read(storage.afterKill())).isEqualTo(told(changes));
    }

    @Test
    void aSwitchThatFailsBeforeAnythingWasWrittenLosesNothing() throws Exception {
        open(Fsync.EVERYSEC);
        List<Change> changes = new ArrayList<>();
        AtomicBoolean fails = new AtomicBoolean(true);
        storage.hook((operation, name) -> {
            if (operation.equals("sync") && fails.getAndSet(false)) {
                throw new IOException("EIO");
            }
        });
        // The new file has the very name of the old one.
        failsWith(IOException.class, journal.mark().done());
        tell(changes, live(1, 1, 60));
        assertThat(read(storage.afterKill())).isEqualTo(told(changes));
    }

    private void tell(List<Change> changes, Change change) throws Exception {
        changes.add(change);
        journal.append(change);
        done(durable());
    }

    @ParameterizedTest
    @EnumSource
    void aWriteThatFailsInTheMiddleGoesOnInTheReserveAndThePromisesHold(Fsync fsync) throws Exception {
        open(fsync);
        List<Change> changes = new ArrayList<>();
        tell(changes, live(1, 1, 60));
        AtomicInteger appends = new AtomicInteger();
        CountDownLatch gate = new CountDownLatch(1);
        String first = FileNames.of(FileHeader.Kind.JOURNAL, 0);
        storage.hook((operation, name) -> {
            if (operation.equals("append") && name.equals(first)) {
                if (appends.incrementAndGet() == 1) {
                    await(gate);
                } else if (appends.get() == 3) {
                    throw new IOException("EIO");
                }
            }
            if (operation.equals("truncate") && name.equals(first)) {
                throw new IOException("EIO");
            }
        });
        journal.append(live(2, 1, 60));
        changes.add(live(2, 1, 60));
        waitUntil("it is being written", () -> appends.get() == 1);
        // Two chunks: the first is written to the old file, the second is not.
        for (int key = 3; key <= 9; key++) {
            Change large = live(key, 1, 160_000);
            changes.add(large);
            journal.append(large);
        }
        CompletableFuture<Void> all = durable();
        gate.countDown();
        done(all);
        assertThat(read(storage.afterKill())).isEqualTo(told(changes));
        for (int seed = 0; seed < 20; seed++) {
            Map<String, String> left = read(storage.afterPowerCut(new java.util.Random(seed)));
            if (fsync == Fsync.ALWAYS) {
                assertThat(left).isEqualTo(told(changes));
            }
        }
    }

    // --- switching

    @Test
    void aMarkDividesTheChangesCleanlyUnderManyWriters() throws Exception {
        open(Fsync.EVERYSEC);
        ReentrantReadWriteLock quiet = new ReentrantReadWriteLock();
        AtomicInteger told = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long key = i;
            running.add(threads.submit(() -> {
                for (int n = 1; !stop.get() && n < 20_000; n++) {
                    quiet.readLock().lock();
                    try {
                        journal.append(live(key, n, 60));
                        told.incrementAndGet();
                    } finally {
                        quiet.readLock().unlock();
                    }
                    LockSupport.parkNanos(20_000);
                }
            }));
        }
        Map<Long, Integer> bases = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            quiet.writeLock().lock();
            Journal.Mark mark;
            try {
                mark = journal.mark();
                bases.put(mark.base(), told.get());
            } finally {
                quiet.writeLock().unlock();
            }
            done(mark.done());
        }
        stop.set(true);
        for (Future<?> each : running) {
            each.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        done(durable());
        bases.forEach((base, count) -> assertThat(base).isEqualTo((long) count));
        SimulatedStorage left = storage.afterKill();
        assertThat(FileNames.bases(left.names(), FileHeader.Kind.JOURNAL)).containsAll(bases.keySet());
        PlainImage image = new PlainImage();
        assertThat(new Recovery(left, DataKeys.PLAIN, image).read().last()).isEqualTo(told.get());
    }

    // --- the snapshot's end

    @Test
    void aMoveThatASnapshotSawInHalfIsToldBeforeTheSnapshotStands() throws Exception {
        open(Fsync.EVERYSEC);
        Session before = ((Change.Live) live(1, 1, 60)).session();
        Session after = before.with().key(new SessionKey(2, 2)).version(2).build();
        Tombstone left = new Tombstone(
                before.key(),
                "shop",
                Reason.ROTATED,
                Changes.NOW,
                Changes.NOW + 300_000,
                new Tombstone.Rotation(after.key(), before, 0, 1));
        journal.append(new Change.Live(before));
        ReentrantReadWriteLock changing = new ReentrantReadWriteLock();
        CountDownLatch flipped = new CountDownLatch(1);
        CountDownLatch seen = new CountDownLatch(1);
        // As the store does it: under the keys' locks it is seen to move first, and told then.
        Thread mover = new Thread(() -> {
            changing.readLock().lock();
            try {
                flipped.countDown();
                await(seen);
                LockSupport.parkNanos(20_000_000);
                journal.append(new Change.Moved(left, after));
            } finally {
                changing.readLock().unlock();
            }
        });
        Contents contents = new Contents() {
            @Override
            public void whileQuiet(Runnable work) {
                changing.writeLock().lock();
                try {
                    work.run();
                } finally {
                    changing.writeLock().unlock();
                }
            }

            @Override
            public void forEach(Consumer<Lookup> each) {
                each.accept(before);
                mover.start();
                await(flipped);
                each.accept(after);
                seen.countDown();
            }

            @Override
            public long count() {
                return 0;
            }

            @Override
            public long bytes() {
                return 1000;
            }

            @Override
            public void takeTouches(Consumer<List<Change.Touch>> portion) {}
        };
        Recovered nothing =
                new Recovered(0, 0, null, 0, 0, Long.MIN_VALUE, false, null, List.of(), List.of(), List.of());
        Snapshotter taking =
                new Snapshotter(storage, DataKeys.PLAIN, journal, contents, clock, Duration.ofHours(1), nothing);
        taking.takeLast();
        // The process dies before anything more is written.
        Map<String, String> found = read(storage.afterKill());
        mover.join();
        assertThat(found.get(after.key().handle())).startsWith(after.key().handle());
        assertThat(found.get(before.key().handle())).as("two live ids").startsWith("gone");
    }
}
