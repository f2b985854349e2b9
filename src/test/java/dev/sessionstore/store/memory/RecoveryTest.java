package dev.sessionstore.store.memory;

import static dev.sessionstore.testing.Waiting.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.memory.disk.DamagedException;
import dev.sessionstore.store.memory.disk.DataKeys;
import dev.sessionstore.store.memory.disk.DirectoryException;
import dev.sessionstore.store.memory.disk.Disk;
import dev.sessionstore.store.memory.disk.Fsync;
import dev.sessionstore.store.memory.disk.SimulatedStorage;
import dev.sessionstore.store.memory.disk.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(600)
class RecoveryTest extends StoreFixture {
    private static final String SECRET = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static final int HEADER = 64;
    private static final int FRAME_HEADER = 20;

    private SimulatedStorage storage = new SimulatedStorage();
    private Disk disk;
    private DataKeys keys;
    private long maxSessions;
    private MemoryOptions.WhenFull whenFull = MemoryOptions.WhenFull.REJECT;

    private void start() throws Exception {
        start(false);
    }

    private void start(boolean repair) throws Exception {
        storage.capacity(1 << 28);
        disk = storage.disk(Fsync.EVERYSEC, Duration.ofDays(1000), keys, repair, clock, Runnable::run, why -> {});
        store = new MemoryStore(new MemoryOptions(maxSessions, 0, whenFull), policies, clock, recorder, disk);
        store.recover();
    }

    private void kill() throws Exception {
        written();
        SimulatedStorage left = storage.afterKill();
        storage.crash();
        store.close();
        storage = left;
    }

    private void restartAfterKill() throws Exception {
        kill();
        start();
    }

    private void stop() {
        store.close();
        storage = storage.afterKill();
    }

    private void written() throws Exception {
        store.durable().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void snapshot() {
        var snapshots = store.snapshots().orElseThrow();
        snapshots.request();
        waitUntil("the snapshot is over", () -> !snapshots.status().isRunning());
        assertThat(snapshots.status().failure()).isNull();
    }

    private Session created(Session.Builder builder) {
        Session session = builder.build();
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        return session;
    }

    private Session replaced(Session session) {
        Session next = session.with()
                .version(session.version() + 1)
                .attributes(attributes(30))
                .build();
        assertThat(store.replace(session, next)).isEqualTo(Outcome.DONE);
        return next;
    }

    private Map<String, String> everything() {
        Map<String, String> all = new TreeMap<>();
        Entries entries = store.holdings().entries;
        for (int i = 0; i < entries.shards(); i++) {
            entries.shard(i).forEach((key, held) -> all.put(key.handle(), Told.of(held)));
        }
        return all;
    }

    private String only(String prefix) throws Exception {
        List<String> names = storage.names().stream()
                .filter(name -> name.matches(prefix + "-[0-9]{20}"))
                .toList();
        assertThat(names).hasSize(1);
        return names.get(0);
    }

    private void flip(String name, int at) {
        byte[] bytes = storage.bytes(name);
        bytes[at < 0 ? bytes.length + at : at] ^= 4;
        storage.put(name, bytes);
    }

    // --- time

    @Test
    void sessionsThatExpiredWhileTheServerWasDownAreNotLoadedAndAnswerAsExpired() throws Exception {
        start();
        Session inJournal = created(begin());
        kill();
        clock.advance(Duration.ofSeconds(1801));
        start();
        assertThat(store.find(inJournal.key()))
                .isInstanceOfSatisfying(
                        Tombstone.class, gone -> assertThat(gone.reason()).isEqualTo(Reason.EXPIRED));
        assertThat(store.count("shop").sessions()).isZero();
        Session inSnapshot = created(begin());
        Session longer = created(begin().idleSeconds(0));
        stop();
        clock.advance(Duration.ofSeconds(1801));
        start();
        assertThat(store.find(inJournal.key())).isEqualTo(Lookup.ABSENT);
        assertThat(store.find(inSnapshot.key())).isInstanceOf(Tombstone.class);
        assertThat(store.find(longer.key())).isInstanceOf(Session.class);
        assertThat(store.count("shop").sessions()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(301));
        assertThat(store.find(inSnapshot.key())).isEqualTo(Lookup.ABSENT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClockSetBackLetsNoSessionOutliveItsAbsoluteTimeoutByMoreThanTheStep(boolean snapshot) throws Exception {
        start();
        Session session = created(begin().idleSeconds(0).absoluteSeconds(3600));
        Instant end = clock.instant().plusSeconds(3600);
        clock.advance(Duration.ofMinutes(10));
        created(begin());
        if (snapshot) {
            stop();
        } else {
            kill();
        }
        clock.set(clock.instant().minus(Duration.ofHours(2)));
        start();
        assertThat(store.find(session.key())).isInstanceOf(Session.class);
        store.touch(session.key(), clock.instant());
        clock.set(end.minusMillis(1));
        assertThat(store.find(session.key())).isInstanceOf(Session.class);
        clock.set(end);
        assertThat(store.find(session.key())).isInstanceOf(Tombstone.class);
    }

    @Test
    void aCrashCostsABusySessionLessThanAMinuteOfItsIdleTimeout() throws Exception {
        start();
        Session session = created(begin().idleSeconds(6000));
        SessionService service = new SessionService(store, Policies.allDefault(), 1 << 20);
        for (int seconds = 5; seconds < 400; seconds += 5) {
            clock.advance(Duration.ofSeconds(5));
            if (seconds % 10 == 0) {
                SimulatedStorage.tellTouches(disk);
            }
            service.read(session.key(), guard -> {}, true);
            // Just before the next telling is the worst moment.
            if (seconds % 10 == 5) {
                written();
                SimulatedStorage left = storage.afterKill();
                RecoveryTest next = new RecoveryTest();
                next.clock.set(clock.instant());
                next.storage = left;
                next.start();
                Session found = (Session) next.store.find(session.key());
                assertThat(clock.millis() - found.lastAccessedAt()).isLessThan(60_000);
                left.crash();
                next.close();
            }
        }
    }

    // --- advisory expiry

    private enum End {
        KILL,
        STOP,
        SNAPSHOT
    }

    private void end(End how) throws Exception {
        if (how == End.STOP) {
            stop();
            return;
        }
        if (how == End.SNAPSHOT) {
            snapshot();
        }
        kill();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void whatExpiredAndIsHeldIsHeldAfterARestart(End how) throws Exception {
        policies = advisory(Duration.ofHours(1));
        start();
        Session session = created(begin().principal("mary"));
        Session revived = created(begin());
        clock.advance(Duration.ofSeconds(1800));
        store.touch(revived.key(), clock.instant());
        assertThat(store.count("shop").sessions()).isEqualTo(1);
        end(how);
        start();
        assertThat(store.find(session.key())).isInstanceOf(Session.class);
        assertThat(((Session) store.find(revived.key())).isExpired(clock.millis()))
                .isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(store.count("shop").sessions()).isEqualTo(1);
        assertThat(store.sessionsOf("shop", "mary", Shown.HELD, null, 10).sessions())
                .hasSize(1);
        clock.advance(Duration.ofHours(1).minusSeconds(1));
        assertThat(store.find(session.key()))
                .isInstanceOfSatisfying(
                        Tombstone.class, gone -> assertThat(gone.goneAt()).isEqualTo(clock.millis()));
        assertThat(recorder.removed).containsOnlyKeys(session.key());
        assertThat(store.count("shop").sessions()).as("the other expired again").isZero();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void whatBecameAnOrphanWhileTheServerWasDownIsGone(End how) throws Exception {
        policies = advisory(Duration.ofHours(1));
        start();
        Session session = created(begin());
        end(how);
        clock.advance(Duration.ofSeconds(1800).plusHours(1));
        start();
        assertThat(store.find(session.key())).isInstanceOf(Tombstone.class);
        assertThat(store.holdings().usage.sessions()).isZero();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void whereExpiryIsEnforcedFromNowOnWhatWasHeldIsOver(End how) throws Exception {
        policies = advisory(Duration.ofHours(1));
        start();
        Session lately = created(begin());
        Session longAgo = created(begin().idleSeconds(60));
        clock.advance(Duration.ofSeconds(1800));
        assertThat(store.find(longAgo.key())).isInstanceOf(Session.class);
        end(how);
        policies = Policies.allDefault();
        start();
        assertThat(store.find(lately.key())).isInstanceOf(Tombstone.class);
        assertThat(store.find(longAgo.key())).isEqualTo(Lookup.ABSENT);
        assertThat(store.count("shop").sessions()).isZero();
    }

    @Test
    void whereExpiryIsAdvisoryFromNowOnWhatWentByTimeAloneMayBeThereAgain() throws Exception {
        start();
        Session expired = created(begin());
        Session deleted = created(begin());
        store.remove(deleted, Reason.DELETED);
        clock.advance(Duration.ofSeconds(1800));
        assertThat(store.find(expired.key())).isInstanceOf(Tombstone.class);
        kill();
        policies = advisory(Duration.ofHours(1));
        start();
        assertThat(store.find(expired.key())).isInstanceOf(Session.class);
        assertThat(store.find(deleted.key())).isEqualTo(Lookup.ABSENT);
    }

    @Test
    void aRotationWithGraceOfWhatExpiredSurvives() throws Exception {
        policies = advisory(Duration.ofHours(1));
        start();
        Session session = created(begin().attributes(attributes(30)));
        clock.advance(Duration.ofSeconds(1800));
        Session moved = session.with().key(newKey()).build();
        assertThat(store.rotate(session, moved, clock.instant().plusSeconds(30)))
                .isEqualTo(Outcome.DONE);
        restartAfterKill();
        SessionService service = new SessionService(store, policies, 1 << 20);
        assertThat(service.read(session.key(), guard -> {}, true).attributes()).isEqualTo(attributes(30));
        assertThat(service.read(moved.key(), guard -> {}, true).expiresAt()).isEqualTo(session.expiresAt());
        assertThat(service.isExpiredButHeld(moved)).isTrue();
    }

    // --- what is gone, and where it went

    @Test
    void tombstonesSurviveAndRotationsGoOnInOrder() throws Exception {
        start();
        Session deleted = created(begin());
        Session revoked = created(begin());
        assertThat(store.remove(deleted, Reason.DELETED)).isEqualTo(Outcome.DONE);
        assertThat(store.remove(revoked, Reason.REVOKED)).isEqualTo(Outcome.DONE);
        Session moving = created(begin().principal("mary"));
        long order = 0;
        for (int i = 0; i < 8; i++) {
            Session next = moving.with().key(newKey()).build();
            assertThat(store.rotate(moving, next, clock.instant().plusSeconds(20)))
                    .isEqualTo(Outcome.DONE);
            Tombstone left = (Tombstone) store.find(moving.key());
            assertThat(left.rotation().order()).isGreaterThan(order);
            order = left.rotation().order();
            moving = next;
            Map<String, String> before = everything();
            if (i % 3 == 2) {
                snapshot();
            }
            if (i % 2 == 0) {
                restartAfterKill();
            } else {
                stop();
                start();
            }
            assertThat(everything()).isEqualTo(before);
        }
        assertThat(((Tombstone) store.find(deleted.key())).reason()).isEqualTo(Reason.DELETED);
        assertThat(((Tombstone) store.find(revoked.key())).reason()).isEqualTo(Reason.REVOKED);
        assertThat(store.create(deleted)).isEqualTo(Outcome.GONE);
        assertThat(store.sessionsOf("shop", "mary", null, 10).sessions())
                .extracting(Session::key)
                .containsExactly(moving.key());
    }

    @Test
    void evictedSessionsDoNotComeBack() throws Exception {
        maxSessions = 20;
        whenFull = MemoryOptions.WhenFull.EVICT;
        start();
        List<Session> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(created(begin()));
            if (i == 100) {
                snapshot();
            }
        }
        Map<String, String> before = everything();
        maxSessions = 1000;
        restartAfterKill();
        assertThat(everything()).isEqualTo(before);
        assertThat(all.stream().filter(each -> store.find(each.key()) instanceof Session))
                .hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void snapshotsDuringChangesRestoreTheExactFinalState() throws Exception {
        start();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 2; i++) {
            long seed = i;
            Thread thread = new Thread(() -> change(new Random(seed), stop));
            thread.setUncaughtExceptionHandler((at, failure) -> failures.add(failure));
            thread.start();
            threads.add(thread);
        }
        for (int i = 0; i < 5; i++) {
            snapshot();
        }
        // A crash in the middle of it all, with a snapshot half done.
        store.snapshots().orElseThrow().request();
        LockSupport.parkNanos(2_000_000);
        SimulatedStorage middle = storage.afterKill();
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        waitUntil(
                "the snapshot is over",
                () -> !store.snapshots().orElseThrow().status().isRunning());
        Map<String, String> before = everything();
        assertThat(before).hasSizeGreaterThan(100);
        restartAfterKill();
        assertThat(everything()).isEqualTo(before);
        store.close();
        storage = middle;
        start();
        onlyOneLiveIdEach();
    }

    private void onlyOneLiveIdEach() {
        List<Long> incarnations = new ArrayList<>();
        Entries entries = store.holdings().entries;
        for (int i = 0; i < entries.shards(); i++) {
            entries.shard(i).values().forEach(held -> {
                if (held instanceof Session session) {
                    incarnations.add(session.incarnation());
                }
            });
        }
        assertThat(incarnations).doesNotHaveDuplicates();
    }

    private void change(Random random, AtomicBoolean stop) {
        List<Session> mine = new ArrayList<>();
        while (!stop.get()) {
            int dice = mine.size() < 100 ? 0 : random.nextInt(4);
            int at = mine.isEmpty() ? 0 : random.nextInt(mine.size());
            switch (dice) {
                case 0 -> {
                    if (mine.size() < 2000) {
                        mine.add(created(begin().principal("user-" + random.nextInt(9))));
                    }
                }
                case 1 -> mine.set(at, replaced(mine.get(at)));
                case 2 -> {
                    Session next = mine.get(at).with().key(newKey()).build();
                    assertThat(store.rotate(mine.get(at), next, Instant.EPOCH)).isEqualTo(Outcome.DONE);
                    mine.set(at, next);
                }
                default ->
                    assertThat(store.remove(mine.remove(at), Reason.DELETED)).isEqualTo(Outcome.DONE);
            }
        }
    }

    // --- torn and left over

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 30, 90})
    void aTornTailIsCutOffAndKeptBeside(int cut) throws Exception {
        start();
        Session first = created(begin());
        written();
        Session second = created(begin().attributes(attributes(40)));
        kill();
        String name = only("journal");
        byte[] whole = storage.bytes(name);
        storage.put(name, Arrays.copyOf(whole, whole.length - cut));
        start();
        assertThat(store.find(first.key())).isInstanceOf(Session.class);
        assertThat(store.find(second.key())).isEqualTo(Lookup.ABSENT);
        Session third = created(begin());
        restartAfterKill();
        assertThat(store.find(third.key())).isInstanceOf(Session.class);
        String torn = storage.names().stream()
                .filter(each -> each.startsWith(name + ".torn-at-"))
                .findFirst()
                .orElseThrow();
        int at = Integer.parseInt(torn.substring(torn.lastIndexOf('-') + 1));
        assertThat(storage.bytes(torn)).isEqualTo(Arrays.copyOfRange(whole, at, whole.length - cut));
        assertThat(storage.bytes(name)).isEqualTo(Arrays.copyOf(whole, at));
        assertThat(storage.names().stream().filter(each -> each.contains("torn")))
                .hasSize(1);
    }

    @Test
    void leftoversOfACrashAreIgnoredAndCleared() throws Exception {
        start();
        Session old = created(begin());
        snapshot();
        String oldSnapshot = only("snapshot");
        String oldJournal = only("journal");
        Session changed = replaced(old);
        written();
        byte[] snapshotBytes = storage.bytes(oldSnapshot);
        byte[] journalBytes = storage.bytes(oldJournal);
        assertThat(store.remove(changed, Reason.DELETED)).isEqualTo(Outcome.DONE);
        snapshot();
        kill();
        storage.put(oldSnapshot, snapshotBytes);
        storage.put(oldJournal, journalBytes);
        storage.put(only2("snapshot", oldSnapshot) + ".tmp", new byte[100]);
        storage.put("journal-00000000000000000099.tmp", new byte[10]);
        storage.put("somebody's notes", new byte[10]);
        start();
        assertThat(store.find(old.key())).isInstanceOf(Tombstone.class);
        assertThat(storage.names())
                .doesNotContain(oldSnapshot, oldJournal)
                .noneMatch(name -> name.endsWith(".tmp"))
                .contains("somebody's notes");
    }

    private String only2(String prefix, String but) throws Exception {
        return storage.names().stream()
                .filter(name -> name.startsWith(prefix) && !name.equals(but))
                .findFirst()
                .orElseThrow();
    }

    // --- keys

    @Test
    void underANewKeyEverythingIsWrittenAnewAtOnce() throws Exception {
        keys = DataKeys.parse(SECRET);
        start();
        Session session = created(begin().principal("ann"));
        stop();
        String other = "f".repeat(64);
        keys = DataKeys.parse(other + "\n" + SECRET);
        start();
        var snapshots = store.snapshots().orElseThrow();
        waitUntil("the snapshot is over", () -> !snapshots.status().isRunning());
        stop();

        keys = DataKeys.parse(other);
        start();

        assertThat(store.find(session.key())).isInstanceOf(Session.class);
    }

    @Test
    void aPlainDirectoryIsEncryptedByWayOfTheWordPlain() throws Exception {
        start();
        Session session = created(begin());
        stop();
        keys = DataKeys.parse(SECRET);
        assertThatExceptionOfType(DirectoryException.class)
                .isThrownBy(this::start)
                .withMessageContaining("plain");

        keys = DataKeys.parse(SECRET + "\nplain");
        start();
        var snapshots = store.snapshots().orElseThrow();
        waitUntil("the snapshot is over", () -> !snapshots.status().isRunning());
        stop();
        keys = DataKeys.parse(SECRET);
        start();

        assertThat(store.find(session.key())).isInstanceOf(Session.class);
    }

    // --- damage and repair

    private Map<String, byte[]> bytes() throws Exception {
        Map<String, byte[]> all = new TreeMap<>();
        for (String name : storage.names()) {
            all.put(name, storage.bytes(name));
        }
        return all;
    }

    private void refusesAndTouchesNothing(String name) throws Exception {
        Map<String, byte[]> before = bytes();
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(this::start)
                .withMessageContaining(name)
                .withMessageContaining("offset")
                .withMessageContaining("--repair");
        assertThat(bytes().keySet()).isEqualTo(before.keySet());
        before.forEach((each, content) -> assertThat(storage.bytes(each)).isEqualTo(content));
        store = null;
    }

    private void key(String text) {
        keys = text.equals("plain") ? null : DataKeys.parse(text);
    }

    /** After a repair: a change survives a kill and a clean stop, and the damaged file is there as it was. */
    private void repairHolds(String name, byte[] damagedBytes) throws Exception {
        Session more = created(begin());
        Map<String, String> before = everything();
        assertThat(storage.names()).contains(name + ".damaged");
        assertThat(storage.bytes(name + ".damaged")).isEqualTo(damagedBytes);
        restartAfterKill();
        assertThat(everything()).as("after a repair and a kill").isEqualTo(before);
        stop();
        start();
        assertThat(everything()).as("after a repair and a stop").isEqualTo(before);
        assertThat(store.find(more.key())).isInstanceOf(Session.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", SECRET})
    void aFlippedBitInAJournalRecordStopsTheStartAndARepairKeepsTheRest(String key) throws Exception {
        key(key);
        start();
        Session whole = created(begin());
        Session stale = created(begin());
        written();
        String name = only("journal");
        int at = storage.bytes(name).length;
        replaced(stale);
        written();
        Session later = created(begin());
        kill();
        flip(name, at + FRAME_HEADER + 90);
        byte[] damaged = storage.bytes(name);
        refusesAndTouchesNothing(name);
        start(true);
        assertThat(store.find(whole.key())).isInstanceOf(Session.class);
        assertThat(store.find(later.key())).isInstanceOf(Session.class);
        assertThat(store.find(stale.key())).as("an older state").isEqualTo(Lookup.ABSENT);
        repairHolds(name, damaged);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", SECRET})
    void aFlippedBitInTheSnapshotOfACleanStopIsRepaired(String key) throws Exception {
        key(key);
        start();
        for (int i = 0; i < 400; i++) {
            created(begin().attributes(attributes(300)));
        }
        int all = everything().size();
        stop();
        String name = only("snapshot");
        flip(name, HEADER + FRAME_HEADER + 100);
        byte[] damaged = storage.bytes(name);
        refusesAndTouchesNothing(name);
        start(true);
        assertThat(everything().size()).as("other frames are whole").isBetween(1, all - 1);
        repairHolds(name, damaged);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 17, 33, 41, 49, 57, 61})
    void aFlippedBitInAJournalsHeaderIsRepaired(int at) throws Exception {
        start();
        Session inSnapshot = created(begin());
        snapshot();
        created(begin());
        kill();
        String name = only("journal");
        flip(name, at);
        byte[] damaged = storage.bytes(name);
        refusesAndTouchesNothing(name);
        start(true);
        assertThat(store.find(inSnapshot.key())).isInstanceOf(Session.class);
        repairHolds(name, damaged);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 17, 33, 41, 49, 57, 61})
    void aFlippedBitInAnEncryptedJournalsHeaderIsRepaired(int at) throws Exception {
        key(SECRET);
        aFlippedBitInAJournalsHeaderIsRepaired(at);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 17, 33, 41, 49, 57, 61})
    void aFlippedBitInASnapshotsHeaderIsRepaired(int at) throws Exception {
        start();
        created(begin());
        snapshot();
        Session inJournal = created(begin());
        kill();
        String name = only("snapshot");
        flip(name, at);
        byte[] damaged = storage.bytes(name);
        refusesAndTouchesNothing(name);
        start(true);
        assertThat(store.find(inJournal.key())).isInstanceOf(Session.class);
        repairHolds(name, damaged);
    }

    @Test
    void aMissingJournalStopsTheStartAndARepairGoesOnWithoutIt() throws Exception {
        start();
        Session inSnapshot = created(begin());
        snapshot();
        created(begin());
        kill();
        String name = only("journal");
        storage.forget(name);
        refusesAndTouchesNothing(name);
        start(true);
        assertThat(store.find(inSnapshot.key())).isInstanceOf(Session.class);
        Map<String, String> before = everything();
        restartAfterKill();
        assertThat(everything()).isEqualTo(before);
        stop();
        start();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void aRepairOfWhatIsWholeChangesNothing() throws Exception {
        start();
        Session session = created(begin());
        snapshot();
        SessionKey removed = created(begin()).key();
        store.remove((Session) store.find(removed), Reason.DELETED);
        stop();
        start(true);
        Map<String, String> before = everything();
        assertThat(before).containsKeys(session.key().handle(), removed.handle());
        restartAfterKill();
        assertThat(everything()).isEqualTo(before);
        assertThat(storage.names()).noneMatch(name -> name.endsWith(".damaged"));
    }

    @AfterEach
    void letGo() {
        storage.crash();
    }
}
