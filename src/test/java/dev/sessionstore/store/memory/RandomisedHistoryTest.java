package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Count;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.memory.disk.Disk;
import dev.sessionstore.store.memory.disk.Fsync;
import dev.sessionstore.store.memory.disk.SimulatedStorage;
import dev.sessionstore.store.memory.disk.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads do what applications do, at random; what must hold whatever they do is looked at meanwhile and after. */
class RandomisedHistoryTest extends StoreFixture {
    private static final int THREADS = 4;
    private static final int STEPS = 8_000;
    private static final int PRINCIPALS = 6;
    private static final Duration HELD = Duration.ofMinutes(3);

    /** Keys that somebody saw gone, with the incarnation: none may ever be seen live again. */
    private final Map<SessionKey, Boolean> gone = new ConcurrentHashMap<>();

    private void expiryIs(NamespacePolicy.Expiry expiry) {
        policies = expiry == NamespacePolicy.Expiry.ADVISORY ? advisory(HELD) : Policies.allDefault();
    }

    @ParameterizedTest
    @EnumSource(NamespacePolicy.Expiry.class)
    void whateverHappensIndexCountsAndTombstonesAgree(NamespacePolicy.Expiry expiry) throws Exception {
        expiryIs(expiry);
        for (int round = 0; round < 3; round++) {
            long seed = Long.getLong("seed", System.nanoTime());
            try {
                history(seed, round % 2 == 0 ? 0 : 300);
            } catch (Throwable failure) {
                throw new AssertionError("with -Dseed=" + seed, failure);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(NamespacePolicy.Expiry.class)
    void aKillAfterwardsChangesNothing(NamespacePolicy.Expiry expiry) throws Exception {
        expiryIs(expiry);
        long seed = Long.getLong("seed", System.nanoTime());
        try {
            SimulatedStorage storage = new SimulatedStorage();
            storage.capacity(1 << 28);
            Disk disk = openOn(storage);
            AtomicBoolean over = new AtomicBoolean();
            Thread snapshots = new Thread(() -> {
                while (!over.get()) {
                    store.snapshots().orElseThrow().request();
                    LockSupport.parkNanos(20_000_000);
                }
            });
            snapshots.start();
            run(seed);
            over.set(true);
            snapshots.join();
            SimulatedStorage.tellTouches(disk);
            store.durable().toCompletableFuture().get(60, TimeUnit.SECONDS);
            Map<String, String> before = everything();
            SimulatedStorage left = storage.afterKill();
            storage.crash();
            store.close();
            openOn(left);

            assertThat(everything()).isEqualTo(before);
            endsEmpty();
        } catch (Throwable failure) {
            throw new AssertionError("with -Dseed=" + seed, failure);
        }
    }

    private Disk openOn(SimulatedStorage storage) {
        Disk disk = storage.disk(Fsync.EVERYSEC, Duration.ofDays(1000), null, false, clock, Runnable::run, why -> {});
        store = new MemoryStore(
                new MemoryOptions(0, 0, MemoryOptions.WhenFull.REJECT), policies, clock, recorder, disk);
        store.recover();
        return disk;
    }

    /** What readers see under every key that is held. */
    private Map<String, String> everything() {
        Map<String, String> all = new TreeMap<>();
        Entries entries = store.holdings().entries;
        for (int shard = 0; shard < entries.shards(); shard++) {
            for (SessionKey key : entries.shard(shard).keySet()) {
                Lookup seen = store.find(key);
                if (seen != Lookup.ABSENT) {
                    all.put(key.handle(), Told.of(seen));
                }
            }
        }
        return all;
    }

    private void history(long seed, long maxSessions) throws Exception {
        gone.clear();
        recorder.removed.clear();
        open(maxSessions, 0, maxSessions == 0 ? MemoryOptions.WhenFull.REJECT : MemoryOptions.WhenFull.EVICT);
        run(seed);
        endsEmpty();
        assertThat(recorder.removed.values()).as("reported once").allMatch(reasons -> reasons.size() == 1);
        store.close();
    }

    private void run(long seed) throws Exception {
        Random seeds = new Random(seed);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seeds.nextLong());
                running.add(threads.submit(() -> live(random)));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
        agrees();
    }

    private void endsEmpty() {
        agrees();
        clock.advance(Duration.ofDays(2));
        sweepAll();
        assertThat(store.countAll()).isEmpty();
        assertThat(store.holdings().expiredButHeld.count("shop")).isEqualTo(Count.Counted.NONE);
        assertThat(store.bytes()).isZero();
        assertThat(store.holdings().principals.size())
                .as("orphans in the index")
                .isZero();
    }

    private void live(Random random) {
        List<Session> mine = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int dice = random.nextInt(1000);
            if (mine.isEmpty() || dice < 150 && mine.size() < 200) {
                Session session = begin().principal(principal(random))
                        .idleSeconds(1 + random.nextInt(900))
                        .build();
                assertThat(store.create(session)).isEqualTo(Outcome.DONE);
                mine.add(session);
            } else if (dice < 160) {
                clock.advance(Duration.ofMillis(random.nextInt(2_000)));
                store.sweep(100);
            } else if (dice < 165) {
                revokeAll("user-" + random.nextInt(PRINCIPALS));
            } else {
                write(random, mine, dice);
            }
        }
    }

    private void write(Random random, List<Session> mine, int dice) {
        int at = random.nextInt(mine.size());
        Session session = mine.get(at);
        Session next = session.with()
                .version(session.version() + 1)
                .principal(principal(random))
                .idleSeconds(1 + random.nextInt(900))
                .build();
        Outcome outcome;
        if (dice < 400) {
            outcome = store.replace(session, next);
        } else if (dice < 700) {
            next = next.with().key(newKey()).build();
            outcome = store.rotate(session, next, clock.instant().plusSeconds(random.nextInt(3)));
        } else if (dice < 750) {
            outcome = store.remove(session, Reason.DELETED);
        } else {
            store.touch(session.key(), clock.instant());
            see(session.key());
            return;
        }
        if (outcome == Outcome.DONE && dice < 700) {
            mine.set(at, next);
            if (dice >= 400) {
                see(session.key());
            }
        } else {
            assertThat(outcome).isIn(Outcome.DONE, Outcome.GONE, Outcome.ABSENT);
            gone.put(session.key(), true);
            see(session.key());
            mine.remove(at);
        }
    }

    /** Keys are never used twice here, so one that was gone stays gone. */
    private void see(SessionKey key) {
        boolean wasGone = gone.containsKey(key);
        boolean live = store.find(key) instanceof Session;
        assertThat(wasGone && live).as("revived").isFalse();
        if (!live) {
            gone.put(key, true);
        }
    }

    /** As the service does it: passes until one finds nothing that began before. */
    private void revokeAll(String principal) {
        long began = clock.millis();
        Set<Long> standing = new HashSet<>();
        for (Session session : sessionsOf(principal)) {
            standing.add(session.incarnation());
        }
        Set<Long> revoked = new HashSet<>();
        boolean again = true;
        while (again) {
            again = false;
            for (Session session : sessionsOf(principal)) {
                if (session.createdAt() <= began && standing.contains(session.incarnation())) {
                    again = true;
                    if (store.remove(session, Reason.REVOKED) == Outcome.DONE) {
                        revoked.add(session.incarnation());
                        gone.put(session.key(), true);
                        see(session.key());
                    }
                }
            }
        }
        for (Session session : sessionsOf(principal)) {
            assertThat(revoked).as("live after it was revoked").doesNotContain(session.incarnation());
        }
    }

    private List<Session> sessionsOf(String principal) {
        List<Session> sessions = new ArrayList<>();
        Page.Cursor after = null;
        do {
            Page page = store.sessionsOf("shop", principal, after, 20);
            sessions.addAll(page.sessions());
            after = page.next();
        } while (after != null);
        return sessions;
    }

    private void agrees() {
        // What was over when the wheel was told of it comes up in the next second.
        clock.advance(Duration.ofSeconds(1));
        sweepAll();
        long now = clock.millis();
        Map<String, Set<SessionKey>> expected = new HashMap<>();
        Set<SessionKey> live = new HashSet<>();
        long sessions = 0;
        // Of that second the wheel may know nothing yet.
        long justExpired = 0;
        Entries entries = store.holdings().entries;
        MemoryEstimate estimate = new MemoryEstimate(store.holdings().evicts);
        long bytes = 0;
        for (int shard = 0; shard < entries.shards(); shard++) {
            for (Object value : entries.shard(shard).values()) {
                assertThat(value).isInstanceOfAny(Session.class, Tombstone.class);
                bytes += estimate.bytesOf(value);
                if (value instanceof Session session) {
                    sessions++;
                    justExpired += session.isExpired(now) && !session.isExpired(now - 2000) ? 1 : 0;
                    if (!session.isExpired(now)) {
                        live.add(session.key());
                        if (session.principal() != null) {
                            expected.computeIfAbsent(session.principal(), principal -> new HashSet<>())
                                    .add(session.key());
                        }
                    }
                }
            }
        }
        assertThat(store.bytes()).isEqualTo(bytes);
        assertThat(store.count("shop").sessions()).isBetween((long) live.size(), live.size() + justExpired);
        assertThat(store.holdings().usage.sessions()).isEqualTo(sessions);
        for (int i = 0; i < PRINCIPALS; i++) {
            List<SessionKey> listed =
                    sessionsOf("user-" + i).stream().map(Session::key).toList();
            assertThat(listed)
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(expected.getOrDefault("user-" + i, Set.of()));
        }
        assertThat(gone.keySet()).doesNotContainAnyElementsOf(live);
    }

    private void sweepAll() {
        while (store.sweep(1000) > 0) {
            continue;
        }
    }

    private static String principal(Random random) {
        int user = random.nextInt(PRINCIPALS + 1);
        return user == PRINCIPALS ? null : "user-" + user;
    }
}
