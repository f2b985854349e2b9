package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.Snapshots;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.memory.disk.DirectoryException;
import dev.sessionstore.store.memory.disk.Disk;
import dev.sessionstore.store.memory.disk.Fsync;
import dev.sessionstore.store.memory.disk.SimulatedStorage;
import dev.sessionstore.store.memory.disk.Told;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.TestPolicies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One history of changes, snapshots and restarts, ended at every operation of the storage in turn. Changes are made one
 * after another, so what a restart finds must be the state after one of them: no earlier one than what was promised.
 */
class CrashPointsTest {
    private static final int KEYS = 14;
    private static final int POWER_CUTS = 2;
    /** So small that the ballast is, too. */
    private static final long CAPACITY = 4 << 20;

    private static final Policies POLICIES =
            new Policies(NamespacePolicy.DEFAULT, Map.of("bare", TestPolicies.tombstone(Duration.ZERO)));

    /** The process is dead, or the disk is. */
    private static final class EndedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EndedException(String why) {
            super(why);
        }
    }

    @ParameterizedTest
    @EnumSource(Fsync.class)
    @Timeout(600)
    void afterACrashAtAnyOperationARestartFindsAllThatWasPromised(Fsync fsync) throws Exception {
        forEachOperation(fsync, false);
    }

    @ParameterizedTest
    @EnumSource(Fsync.class)
    @Timeout(600)
    void afterAFailureOfAnyOperationTheStoreGoesOnOrRefusesAndKeepsItsPromises(Fsync fsync) throws Exception {
        forEachOperation(fsync, true);
    }

    private static void forEachOperation(Fsync fsync, boolean fails) throws Exception {
        History whole = new History(fsync, new SimulatedStorage());
        whole.live();
        long operations = whole.storage.operations();
        whole.verify(0);
        assertThat(operations).isGreaterThan(50);
        ExecutorService threads = Executors.newFixedThreadPool(fails ? 24 : 3);
        List<String> broken = new ArrayList<>();
        try {
            Map<Long, Future<?>> running = new TreeMap<>();
            // Without promises about power cuts there is less to look at.
            int stride = fsync == Fsync.NEVER ? 3 : 1;
            for (long n = 1; n <= operations; n += stride) {
                long at = n;
                running.put(at, threads.submit((Callable<Void>) () -> {
                    SimulatedStorage storage = new SimulatedStorage();
                    if (fails) {
                        storage.failAt(at);
                    } else {
                        storage.crashAt(at);
                    }
                    History history = new History(fsync, storage);
                    history.live();
                    history.verify(at);
                    return null;
                }));
            }
            for (Map.Entry<Long, Future<?>> each : running.entrySet()) {
                try {
                    each.getValue().get(60, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    broken.add("operation " + each.getKey() + " of " + operations + ": " + e.getCause());
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(broken).isEmpty();
    }

    private static final class History {
        private final Fsync fsync;
        private final MutableClock clock = new MutableClock();
        private final List<SessionKey> keys = new ArrayList<>();
        private final AtomicBoolean fatal = new AtomicBoolean();
        /** All keys after each step. */
        private final List<Map<String, String>> states = new ArrayList<>();
        /** The last of them that was answered. */
        private int acknowledged;
        /** The last of them that a power cut must not take. */
        private int safe;

        private volatile String lastOperation = "";
        private SimulatedStorage storage;
        private MemoryStore store;
        private Disk disk;

        History(Fsync fsync, SimulatedStorage storage) {
            this.fsync = fsync;
            this.storage = storage;
            storage.capacity(CAPACITY);
            Random random = new Random(11);
            for (int i = 0; i < KEYS; i++) {
                keys.add(new SessionKey(random.nextLong(), random.nextLong()));
            }
            states.add(look(null));
        }

        void live() {
            try {
                storage.hook(this::note);
                script();
            } catch (EndedException ended) {
                // As it was meant to.
            } finally {
                storage.crash();
                end();
            }
        }

        private void note(String operation, String name) {
            lastOperation = operation + " " + name;
        }

        private void script() {
            open();
            create(0, "shop", "mary");
            create(1, "shop", "mary");
            create(2, "shop", "joe");
            create(3, "bare", null);
            replace(0, "joe");
            touch(1);
            rotate(2, 4, 60);
            remove(3);
            snapshot();
            replace(0, "mary");
            rotate(1, 5, 0);
            create(6, "shop", "joe");
            remove(4);
            snapshot();
            touch(6);
            create(3, "bare", "mary");
            rotate(3, 7, 0);
            restart();
            replace(0, null);
            rotate(0, 8, 60);
            rotate(8, 9, 60);
            snapshot();
            remove(6);
            create(10, "shop", "mary");
            restart();
            remove(10);
            create(11, "shop", "joe");
            touch(5);
            waitUntil(() -> !disk.figures().isRefusing(), "it takes writes again");
            create(12, "shop", "mary");
        }

        private void open() {
            for (int attempt = 0; ; attempt++) {
                disk = storage.disk(
                        fsync, Duration.ofHours(1), null, false, clock, Runnable::run, why -> fatal.set(true));
                store = new MemoryStore(
                        new MemoryOptions(0, 0, MemoryOptions.WhenFull.REJECT),
                        POLICIES,
                        clock,
                        SessionObserver.NONE,
                        disk);
                try {
                    store.recover();
                    return;
                } catch (DirectoryException e) {
                    refuseTheDead();
                    assertThat(attempt).as("attempts to start").isZero();
                    renew();
                }
            }
        }

        private void renew() {
            SimulatedStorage next = storage.nextLife();
            storage.crash();
            end();
            storage = next;
            storage.hook(this::note);
        }

        private void restart() {
            store.close();
            refuseTheDead();
            SimulatedStorage next = storage.nextLife();
            storage = next;
            storage.hook(this::note);
            open();
        }

        private void refuseTheDead() {
            if (storage.isCrashed() || fatal.get()) {
                throw new EndedException("at " + lastOperation);
            }
        }

        /** Closes what is of no use any more; bounded, since a dead disk may not hold anything up. */
        private void end() {
            MemoryStore ending = store;
            Thread thread = new Thread(ending::close, "ending");
            thread.setDaemon(true);
            thread.start();
            try {
                thread.join(60_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            assertThat(thread.isAlive()).as("still closing").isFalse();
        }

        private void step(Callable<Outcome> change) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (true) {
                refuseTheDead();
                try {
                    assertThat(change.call()).isEqualTo(Outcome.DONE);
                    break;
                } catch (StoreFullException e) {
                    assertThat(System.nanoTime()).as("refuses for ever").isLessThan(deadline);
                    // What waits for its next attempt waits by this clock.
                    clock.advance(Duration.ofMillis(50));
                    LockSupport.parkNanos(5_000_000);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
            states.add(look(store));
            int step = states.size() - 1;
            try {
                store.durable().toCompletableFuture().get(8, TimeUnit.SECONDS);
                if (storage.isCrashed()) {
                    // Nobody got that answer any more.
                    return;
                }
                acknowledged = step;
                if (fsync == Fsync.ALWAYS) {
                    safe = step;
                }
            } catch (ExecutionException e) {
                // Not promised: it may be there or not.
                assertThat(e.getCause()).isInstanceOfAny(StoreFullException.class, StoreUnavailableException.class);
            } catch (Exception e) {
                throw new AssertionError("no answer after " + lastOperation, e);
            }
        }

        private void create(int key, String namespace, String principal) {
            Session session = Session.begin(keys.get(key), namespace, clock.millis())
                    .principal(principal)
                    .idleSeconds(1800)
                    .absoluteSeconds(86_400)
                    .attributes(json(key))
                    .build();
            step(() -> store.create(session));
        }

        private static Attributes json(int number) {
            return Attributes.ofCheckedJson(("{\"n\":" + number + "}").getBytes(StandardCharsets.UTF_8));
        }

        private Session held(int key) {
            return (Session) store.find(keys.get(key));
        }

        private void replace(int key, String principal) {
            Session held = held(key);
            Session next = held.with()
                    .version(held.version() + 1)
                    .principal(principal)
                    .attributes(json(states.size()))
                    .build();
            step(() -> store.replace(held, next));
        }

        private void rotate(int from, int to, int graceSeconds) {
            Session held = held(from);
            Session next =
                    held.with().key(keys.get(to)).version(held.version() + 1).build();
            step(() -> store.rotate(held, next, clock.instant().plusSeconds(graceSeconds)));
        }

        private void remove(int key) {
            Session held = held(key);
            step(() -> store.remove(held, Reason.DELETED));
        }

        private void touch(int key) {
            clock.advance(Duration.ofSeconds(1));
            waitUntil(() -> !disk.figures().isRefusing(), "it takes writes again");
            step(() -> {
                store.touch(keys.get(key), clock.instant());
                SimulatedStorage.tellTouches(disk);
                return Outcome.DONE;
            });
        }

        private void snapshot() {
            refuseTheDead();
            int before = acknowledged;
            Snapshots snapshots = store.snapshots().orElseThrow();
            snapshots.request();
            waitUntil(() -> !snapshots.status().isRunning(), "the snapshot is over");
            if (snapshots.status().failure() == null) {
                safe = Math.max(safe, before);
            }
        }

        private void waitUntil(BooleanSupplier condition, String what) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!condition.getAsBoolean()) {
                refuseTheDead();
                assertThat(System.nanoTime())
                        .as(what + " after " + lastOperation)
                        .isLessThan(deadline);
                clock.advance(Duration.ofMillis(10));
                LockSupport.parkNanos(1_000_000);
            }
            refuseTheDead();
        }

        private Map<String, String> look(MemoryStore at) {
            Map<String, String> seen = new TreeMap<>();
            for (SessionKey key : keys) {
                Lookup found = at == null ? Lookup.ABSENT : at.find(key);
                if (found != Lookup.ABSENT) {
                    seen.put(key.handle(), Told.of(found));
                }
            }
            return seen;
        }

        /** What a kill leaves, and what power cuts leave. */
        void verify(long seed) throws Exception {
            SimulatedStorage end = storage;
            String at = lastOperation;
            verify(end.afterKill(), acknowledged, "after a kill at " + at, new Random(seed));
            for (int i = 0; i < POWER_CUTS; i++) {
                Random random = new Random(seed * 1000 + i);
                verify(end.afterPowerCut(random), safe, "after power cut " + i + " at " + at, random);
            }
        }

        private void verify(SimulatedStorage left, int least, String when, Random random) throws Exception {
            storage = left;
            fatal.set(false);
            try {
                open();
            } catch (RuntimeException e) {
                throw new AssertionError(when + ": " + e.getMessage(), e);
            }
            Map<String, String> found = look(store);
            try {
                assertThat(states.subList(least, states.size()).contains(found))
                        .as(when + ": a state between " + least + " and " + states.size())
                        .isTrue();
                agrees();
                // What is written now is there after the next kill, together with the rest.
                SessionKey last = keys.get(KEYS - 1);
                Session one = Session.begin(last, "shop", clock.millis()).build();
                assertThat(store.create(one)).isEqualTo(Outcome.DONE);
                store.durable().toCompletableFuture().get(8, TimeUnit.SECONDS);
                Map<String, String> more = look(store);
                SimulatedStorage killed = storage.afterKill();
                SimulatedStorage cut = storage.afterPowerCut(random);
                storage.crash();
                end();
                storage = killed;
                open();
                assertThat(look(store).equals(more))
                        .as(when + ", and once more")
                        .isTrue();
                storage.crash();
                end();
                storage = cut;
                open();
                List<Map<String, String>> possible = new ArrayList<>(List.of(more));
                if (fsync != Fsync.ALWAYS) {
                    possible.addAll(states.subList(least, states.size()));
                }
                assertThat(possible.contains(look(store)))
                        .as(when + ", and a power cut after it")
                        .isTrue();
            } catch (RuntimeException e) {
                throw new AssertionError(when + ", and once more: " + e.getMessage(), e);
            } finally {
                storage.crash();
                end();
            }
        }

        private void agrees() {
            for (String principal : List.of("mary", "joe")) {
                Set<SessionKey> theirs = new HashSet<>();
                for (SessionKey key : keys) {
                    if (store.find(key) instanceof Session session
                            && principal.equals(session.principal())
                            && session.namespace().equals("shop")) {
                        theirs.add(key);
                    }
                }
                assertThat(store.sessionsOf("shop", principal, null, 100).sessions())
                        .extracting(Session::key)
                        .containsExactlyInAnyOrderElementsOf(theirs);
            }
        }
    }
}
