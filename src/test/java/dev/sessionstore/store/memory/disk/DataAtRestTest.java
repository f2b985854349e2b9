package dev.sessionstore.store.memory.disk;

import static dev.sessionstore.testing.Waiting.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.store.memory.MemoryOptions;
import dev.sessionstore.store.memory.MemoryStore;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.TestPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class DataAtRestTest {
    private static final DataKeys KEYS = DataKeys.parse("0".repeat(64));

    @TempDir
    private Path temporary;

    private final MutableClock clock = new MutableClock();
    private Path directory;
    private MemoryStore store;

    private MemoryStore open() {
        directory = temporary.resolve("data");
        store = new MemoryStore(
                new MemoryOptions(0, 0, MemoryOptions.WhenFull.REJECT),
                Policies.allDefault(),
                clock,
                SessionObserver.NONE,
                new DiskOptions(directory, Fsync.NEVER, Duration.ofHours(1), KEYS, false),
                Runnable::run,
                why -> {});
        store.recover();
        return store;
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private Session.Builder begin() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        SessionKey key = new SessionKey(random.nextLong(), random.nextLong());
        return Session.begin(key, "shop", clock.millis()).idleSeconds(1800);
    }

    private Session created(Session.Builder builder) {
        Session session = builder.build();
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        return session;
    }

    private DataAtRest.Report read(Path from, Map<SessionKey, Session> live) {
        return DataAtRest.read(from, KEYS, Policies.allDefault(), clock.millis(), each -> live.put(each.key(), each));
    }

    @Test
    void aReadingCountsWhatIsLiveGoneAndExpiredAndChangesNothing() throws IOException {
        open();
        Session live = created(begin().idleSeconds(7200));
        Session gone = created(begin());
        created(begin().idleSeconds(60));
        created(begin().idleSeconds(1700));
        store.remove(gone, Reason.DELETED);
        store.close();
        clock.advance(Duration.ofSeconds(1750));
        Map<String, Long> before = sizes();
        Map<SessionKey, Session> found = new HashMap<>();
        DataAtRest.Report report = read(directory, found);
        assertThat(found).containsOnlyKeys(live.key());
        assertThat(report.sessions()).isEqualTo(1);
        assertThat(report.expired()).isEqualTo(2);
        assertThat(report.tombstones()).as("of the one that expired lately").isEqualTo(1);
        assertThat(report.warnings()).isEmpty();
        assertThat(report.files()).hasSize(2);
        assertThat(sizes()).isEqualTo(before);
        clock.advance(Duration.ofDays(-1));
        assertThat(read(directory, new HashMap<>()).warnings())
                .hasSize(1)
                .allMatch(warning -> warning.contains("clock"));
    }

    @Test
    void whereExpiryIsAdvisoryWhatExpiredAndIsHeldIsASession() {
        open();
        Session held = created(begin());
        created(begin().idleSeconds(60));
        store.close();
        clock.advance(Duration.ofSeconds(1800 + 3600 - 1));
        NamespacePolicy advisory = TestPolicies.advisory(Duration.ofHours(1));
        Map<SessionKey, Session> found = new HashMap<>();
        DataAtRest.Report report = DataAtRest.read(
                directory, KEYS, new Policies(advisory, Map.of()), clock.millis(), each -> found.put(each.key(), each));
        assertThat(found).containsOnlyKeys(held.key());
        assertThat(report.sessions()).isEqualTo(1);
        assertThat(report.expired()).isEqualTo(1);
    }

    private Map<String, Long> sizes() throws IOException {
        Map<String, Long> sizes = new HashMap<>();
        for (String name : new DirectoryStorage(directory).names()) {
            sizes.put(name, Files.size(directory.resolve(name)));
        }
        return sizes;
    }

    @Test
    void aTornTailIsReadAsAWarning() throws IOException {
        open();
        created(begin());
        store.close();
        store = open();
        created(begin());
        waitUntil("it is durable", () -> store.durable().toCompletableFuture().isDone());
        Path copy = temporary.resolve("copy");
        DataAtRest.copy(directory, copy);
        String journal = new DirectoryStorage(copy)
                .names().stream()
                        .filter(name -> name.startsWith("journal"))
                        .findFirst()
                        .orElseThrow();
        new DirectoryStorage(copy).truncate(journal, Files.size(copy.resolve(journal)) - 3);
        DataAtRest.Report report = read(copy, new HashMap<>());
        assertThat(report.sessions()).isEqualTo(1);
        assertThat(report.warnings()).hasSize(1).allMatch(warning -> warning.contains(journal));
    }

    @Test
    void aCopyTakenWhileTheServerWritesHoldsAllThatWasThereBefore() throws Exception {
        open();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong answered = new AtomicLong();
        Set<SessionKey> order = java.util.Collections.synchronizedSet(new java.util.LinkedHashSet<>());
        Thread writer = new Thread(() -> {
            while (!stop.get()) {
                Session session = created(begin());
                store.durable().toCompletableFuture().join();
                order.add(session.key());
                answered.incrementAndGet();
                // Each copy is read: what is in it must stay small.
                LockSupport.parkNanos(500_000);
            }
        });
        writer.start();
        try {
            for (int i = 0; i < 6; i++) {
                long more = answered.get() + 50;
                waitUntil("more is answered", () -> answered.get() >= more);
                if (i % 2 == 1) {
                    // A snapshot begins, and may end, under the copy.
                    store.snapshots().orElseThrow().request();
                }
                Set<SessionKey> before;
                synchronized (order) {
                    before = new HashSet<>(order);
                }
                Path copy = temporary.resolve("copy-" + i);
                long bytes = DataAtRest.copy(directory, copy);
                assertThat(bytes).isPositive();
                Map<SessionKey, Session> found = new HashMap<>();
                DataAtRest.Report report = read(copy, found);
                assertThat(found.keySet()).containsAll(before);
                assertThat(report.warnings()).isEmpty();
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void aCopyNeedsAnEmptyPlaceAndSomethingToCopy() throws IOException {
        open();
        assertThatExceptionOfType(DirectoryException.class)
                .isThrownBy(() -> DataAtRest.copy(directory, directory))
                .withMessageContaining("not empty");
        Path nothing = Files.createDirectory(temporary.resolve("nothing"));
        assertThatExceptionOfType(DirectoryException.class)
                .isThrownBy(() -> DataAtRest.copy(nothing, temporary.resolve("copy")));
        assertThatExceptionOfType(DirectoryException.class)
                .isThrownBy(() -> read(nothing, new HashMap<>()))
                .withMessageContaining("no data");
    }

    @Test
    void aDirectoryInUseIsRefusedToServersAndReaders() {
        open();
        String pid = Long.toString(ProcessHandle.current().pid());
        assertThatExceptionOfType(DirectoryException.class)
                .isThrownBy(() -> DataDirectory.open(directory))
                .withMessageContaining("in use by process " + pid)
                .withMessageContaining("backup");
        assertThatExceptionOfType(DirectoryException.class)
                .isThrownBy(() -> read(directory, new HashMap<>()))
                .withMessageContaining("in use");
        store.close();
        read(directory, new HashMap<>());
        open();
    }

    @Test
    void whatOthersCouldReadIsRefusedWithTheRemedy() throws IOException {
        assumeTrue(DirectoryStorage.isPosix(temporary));
        open();
        store.close();
        for (String name : new DirectoryStorage(directory).names()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatExceptionOfType(DirectoryException.class)
                .isThrownBy(() -> DataDirectory.open(directory))
                .withMessageContaining("chmod 700 " + directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        for (String name :
                List.of("lock", new DirectoryStorage(directory).names().get(0))) {
            Path file = directory.resolve(name);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            assertThatExceptionOfType(DirectoryException.class)
                    .isThrownBy(() -> DataDirectory.open(directory))
                    .withMessageContaining("chmod 600 " + file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        open();
    }
}
