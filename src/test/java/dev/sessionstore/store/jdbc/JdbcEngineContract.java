package dev.sessionstore.store.jdbc;

import static dev.sessionstore.store.jdbc.Rooms.cell;
import static dev.sessionstore.store.jdbc.Rooms.newKey;
import static dev.sessionstore.store.jdbc.Rooms.owned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.engines.TestEngine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What concerns rows, on one database. */
abstract class JdbcEngineContract {
    private static final Stamp FIRST = new Stamp(7, 1);
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final MutableClock clock = new MutableClock();
    private final AtomicInteger unreadable = new AtomicInteger();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final JdbcOptions options;

    JdbcEngineContract(TestEngine database) {
        options = Rooms.options(database.newRoom());
    }

    private JdbcEngine open(JdbcOptions options, InstantSource node, @Nullable InstantSource given) {
        JdbcEngine engine = new JdbcEngine(options, node, given, new BackendObserver() {
            @Override
            public void unreadable() {
                unreadable.incrementAndGet();
            }
        });
        opened.add(engine);
        return engine;
    }

    private JdbcEngine open() {
        return open(options, clock, clock);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private void change(String sql, Object... parameters) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(
                        sql.formatted(Dialect.of(options.url()).quoted(options.table())))) {
            for (int i = 0; i < parameters.length; i++) {
                if (parameters[i] instanceof byte[] bytes) {
                    statement.setBytes(i + 1, bytes);
                } else {
                    statement.setObject(i + 1, parameters[i]);
                }
            }
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private Connection connect() throws SQLException {
        return new DatabaseSource(Dialect.of(options.url()), options.url(), options.timeout()).getConnection();
    }

    // --- the clock

    @Test
    void theDatabasesClockCountsNotTheNodes() throws Exception {
        InstantSource fast = () -> java.time.Instant.now().plusSeconds(3600);
        JdbcEngine engine = open(options, fast, null);
        long now = engine.clock().millis();
        assertThat(now).isCloseTo(System.currentTimeMillis(), within(HOUR / 6));
        SessionKey lives = newKey();
        SessionKey over = newKey();
        assertThat(engine.put(null, cell(lives, 1, now, now + HOUR / 2, 0))).isEqualTo(Put.DONE);
        assertThat(engine.put(null, cell(over, 1, now - 2, now - 1, 0))).isEqualTo(Put.DONE);
        assertThat(engine.put(FIRST, cell(over, 2, now, now + HOUR, 0))).isIn(Put.GONE, Put.ABSENT);
        engine.touch(over, now);
        assertThat(engine.find(over).accessedAt()).isEqualTo(now - 2);
        engine.touch(lives, now + 1);
        assertThat(engine.find(lives).accessedAt()).isEqualTo(now + 1);
        assertThat(engine.put(FIRST, cell(lives, 2, now, now + HOUR / 2, 0))).isEqualTo(Put.DONE);
        assertThat(engine.tally().orElseThrow().count("shop").sessions()).isEqualTo(1);
    }

    @Test
    void cleanupGoesByTheDatabasesClock() throws Exception {
        JdbcEngine engine = open(options, InstantSource.system(), null);
        long now = engine.clock().millis();
        SessionKey over = newKey();
        SessionKey lives = newKey();
        engine.put(null, cell(over, 1, now - HOUR, now - HOUR, 0));
        engine.put(null, cell(lives, 1, now, now + HOUR, 0));
        assertThat(engine.cleanup().sweep(10)).isEqualTo(new Cleanup.Swept(1, 1));
        assertThat(engine.find(over)).isNull();
        assertThat(engine.find(lives)).isNotNull();
    }

    // --- writes and touches

    @Test
    void aWriteKeepsTheLaterAccess() throws Exception {
        JdbcEngine engine = open();
        long now = clock.millis();
        SessionKey key = newKey();
        engine.put(null, cell(key, 1, now, Cell.NEVER, 1000));
        engine.touch(key, now + 500);
        assertThat(engine.put(FIRST, cell(key, 2, now + 100, Cell.NEVER, 1000))).isEqualTo(Put.DONE);
        assertThat(engine.find(key).accessedAt()).isEqualTo(now + 500);
        clock.advance(Duration.ofMillis(1499));
        assertThat(engine.put(new Stamp(7, 2), cell(key, 3, now, Cell.NEVER, 1000)))
                .isEqualTo(Put.DONE);
        clock.advance(Duration.ofMillis(1));
        assertThat(engine.put(new Stamp(7, 3), cell(key, 4, now, Cell.NEVER, 1000)))
                .isEqualTo(Put.GONE);
    }

    @Test
    void handlesAreSortedByTheirCharacters() {
        JdbcEngine engine = open();
        String owner = newKey().handle();
        List<SessionKey> keys = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            keys.add(newKey());
            engine.put(null, owned(keys.get(i), owner, 5));
        }
        keys.sort(SessionKey.BY_HANDLE);
        Engine.Listing listing = engine.listing().orElseThrow();
        List<Cell> first = listing.cells(owner, null, 60);
        List<Cell> rest = listing.cells(owner, Engine.Place.of(first.get(59)), 60);
        assertThat(keysOf(first, rest)).isEqualTo(keys);
        Engine.Part part = engine.walk().orElseThrow().cells("shop", null, 30);
        assertThat(part.cells()).extracting(Cell::key).isEqualTo(keys.subList(0, 30));
    }

    private static List<SessionKey> keysOf(List<Cell> first, List<Cell> rest) {
        return java.util.stream.Stream.concat(first.stream(), rest.stream())
                .map(Cell::key)
                .toList();
    }

    @Test
    void ofNamespacesAndPrincipalsOnlyTheSameAreTheSame() {
        EngineStore store = new EngineStore(
                open(),
                new Policies(dev.sessionstore.core.NamespacePolicy.DEFAULT, java.util.Map.of()),
                SessionObserver.NONE,
                BackendObserver.NONE);
        List<String> principals = List.of(
                "bob",
                "Bob",
                "bob ",
                " bob",
                "b\u00f6b",
                "bo\u0308b",
                "'; DROP TABLE sessions; --",
                "%",
                "_",
                "\\",
                "\"",
                "\ud83d\ude00".repeat(256),
                "a".repeat(256),
                "\u00df",
                "ss");
        for (String principal : principals) {
            for (String namespace : List.of("shop", "shop-", "shop_", "0")) {
                Session session = Session.begin(newKey(), namespace, clock.millis())
                        .principal(principal)
                        .build();
                assertThat(store.create(session)).isEqualTo(Outcome.DONE);
                assertThat(store.principalIndex()
                                .orElseThrow()
                                .sessionsOf(namespace, principal, Shown.LIVE, null, 10)
                                .sessions())
                        .extracting(Session::key)
                        .containsExactly(session.key());
            }
        }
        assertThat(store.count().orElseThrow().count("shop_").sessions()).isEqualTo(principals.size());
    }

    // --- records that cannot be read

    @Test
    void aRecordThatCannotBeReadIsLeftOutAndCounted() throws Exception {
        JdbcEngine engine = open();
        String owner = newKey().handle();
        List<SessionKey> keys = IntStream.range(0, 5).mapToObj(i -> newKey()).toList();
        for (int i = 0; i < 5; i++) {
            engine.put(null, owned(keys.get(i), owner, 10 - i));
        }
        byte[] nonsense = {1, 2, 3};
        change(
                "UPDATE %s SET record = ? WHERE session_key = ?",
                nonsense, keys.get(1).handle());
        change(
                "UPDATE %s SET session_key = 'no handle' WHERE session_key = ?",
                keys.get(2).handle());

        assertThatThrownBy(() -> engine.find(keys.get(1))).isInstanceOf(UnreadableCellException.class);
        assertThat(engine.put(FIRST, owned(keys.get(1), owner, 9))).isIn(Put.DONE, Put.LOOK);
        change(
                "UPDATE %s SET record = ? WHERE session_key = ?",
                nonsense, keys.get(1).handle());
        assertThat(engine.put(null, owned(keys.get(1), owner, 9))).isEqualTo(Put.LOOK);

        // Two are wanted and two are given, whatever lies between.
        assertThat(engine.listing().orElseThrow().cells(owner, null, 2))
                .extracting(Cell::key)
                .containsExactly(keys.get(0), keys.get(3));
        assertThat(unreadable).hasValueGreaterThanOrEqualTo(2);
        assertThat(all(engine)).containsExactlyInAnyOrder(keys.get(0), keys.get(3), keys.get(4));

        engine.discard(keys.get(1), new byte[] {1, 2, 4});
        assertThat(catchThrowable(() -> engine.find(keys.get(1)))).isInstanceOf(UnreadableCellException.class);
        engine.discard(keys.get(1), nonsense);
        assertThat(engine.find(keys.get(1))).isNull();
    }

    private static List<SessionKey> all(Engine engine) {
        List<SessionKey> keys = new ArrayList<>();
        Engine.Part part = engine.walk().orElseThrow().cells(null, null, 1);
        while (true) {
            part.cells().forEach(cell -> keys.add(cell.key()));
            if (part.next() == null) {
                return keys;
            }
            part = engine.walk().orElseThrow().cells(null, part.next(), 1);
        }
    }

    // --- cleanup

    @Test
    void cleanupRemovesWhatMayBeDroppedInBoundedSteps() throws Exception {
        JdbcEngine engine = open();
        long now = clock.millis();
        for (int i = 0; i < 25; i++) {
            engine.put(null, cell(newKey(), 1, now, now + 100, 0));
        }
        SessionKey lives = newKey();
        engine.put(null, cell(lives, 1, now, Cell.NEVER, 0));
        clock.advance(Duration.ofMillis(1099));
        assertThat(engine.cleanup().sweep(10)).isEqualTo(new Cleanup.Swept(0, 0));
        clock.advance(Duration.ofMillis(1));
        assertThat(engine.cleanup().sweep(10)).isEqualTo(new Cleanup.Swept(10, 10));
        assertThat(engine.cleanup().sweep(10)).isEqualTo(new Cleanup.Swept(10, 10));
        assertThat(engine.cleanup().sweep(10)).isEqualTo(new Cleanup.Swept(5, 5));
        assertThat(all(engine)).containsExactly(lives);
    }

    @Test
    void whatIsUsedIsPutOffAndRemovedInItsOwnTime() throws Exception {
        JdbcEngine engine = open();
        long now = clock.millis();
        SessionKey key = newKey();
        engine.put(null, cell(key, 1, now, Cell.NEVER, 1000));
        clock.advance(Duration.ofMillis(900));
        engine.touch(key, now + 900);
        clock.advance(Duration.ofMillis(1900));
        assertThat(engine.cleanup().sweep(10)).isEqualTo(new Cleanup.Swept(1, 0));
        assertThat(engine.cleanup().sweep(10)).isEqualTo(new Cleanup.Swept(0, 0));
        assertThat(engine.find(key)).isNotNull();
        clock.advance(Duration.ofMillis(100));
        assertThat(engine.cleanup().sweep(10)).isEqualTo(new Cleanup.Swept(1, 1));
        assertThat(engine.find(key)).isNull();
    }

    @Test
    void aMarkerThatComesInTheMeantimeIsRemovedInItsTime() throws Exception {
        JdbcEngine engine = open();
        long now = clock.millis();
        SessionKey key = newKey();
        engine.put(null, cell(key, 1, now, Cell.NEVER, HOUR));
        assertThat(engine.put(FIRST, cell(key, Stamp.GONE, now, now + 100, 0))).isEqualTo(Put.DONE);
        clock.advance(Duration.ofMillis(1100));
        assertThat(engine.cleanup().sweep(10)).isEqualTo(new Cleanup.Swept(1, 1));
    }

    @Test
    void aRowThatWasRevivedSinceItWasSeenSurvives() throws Exception {
        JdbcEngine engine = open();
        long now = clock.millis();
        SessionKey key = newKey();
        engine.put(null, cell(key, 1, now, now + 100, 0));
        clock.advance(Duration.ofMillis(2000));
        engine.clear(engine.find(key));
        engine.put(null, cell(key, 1, clock.millis(), Cell.NEVER, 0));
        assertThat(engine.cleanup().remove(List.of(key.handle()))).isZero();
        assertThat(engine.find(key)).isNotNull();
    }

    @Test
    void severalNodesCleanUpAtOnce() throws Exception {
        JdbcEngine first = open();
        long now = clock.millis();
        int dropped = 300;
        for (int i = 0; i < dropped; i++) {
            first.put(null, cell(newKey(), 1, now, now + 100, 0));
        }
        List<SessionKey> live = IntStream.range(0, 30).mapToObj(i -> newKey()).toList();
        live.forEach(key -> first.put(null, cell(key, 1, now, Cell.NEVER, 1500)));
        clock.advance(Duration.ofMillis(1400));
        live.forEach(key -> first.touch(key, now + 1400));
        clock.advance(Duration.ofMillis(1200));
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int node = 0; node < 3; node++) {
            Cleanup cleanup = open().cleanup();
            tasks.add(() -> {
                int removed = 0;
                Cleanup.Swept swept;
                do {
                    swept = cleanup.sweep(40);
                    removed += swept.removed();
                } while (swept.seen() > 0);
                return removed;
            });
        }
        tasks.add(() -> {
            for (int i = 1; i <= 5; i++) {
                for (SessionKey key : live) {
                    first.touch(key, now + 2600 + i);
                    assertThat(first.put(new Stamp(7, i), cell(key, i + 1, now, Cell.NEVER, 1500)))
                            .isEqualTo(Put.DONE);
                }
            }
            return 0;
        });
        assertThat(together(tasks).stream().mapToInt(Integer::intValue).sum()).isEqualTo(dropped);
        assertThat(all(first)).containsExactlyInAnyOrderElementsOf(live);
    }

    private static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(tasks.size());
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> task : tasks) {
                running.add(threads.submit(() -> {
                    barrier.await();
                    return task.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : running) {
                results.add(each.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    // --- the table

    @Test
    void severalNodesCreateTheTableAtOnce() throws Exception {
        List<Callable<Put>> nodes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            JdbcEngine engine = open();
            nodes.add(() -> engine.put(null, cell(newKey(), 1, clock.millis(), Cell.NEVER, 0)));
        }
        assertThat(together(nodes)).hasSize(6).containsOnly(Put.DONE);
        assertThat(all(open())).hasSize(6);
    }

    @Test
    void aMissingTableIsToldWithItsRemedy() throws Exception {
        JdbcOptions without =
                new JdbcOptions(options.url(), options.table(), false, options.connections(), options.timeout());
        JdbcEngine engine = open(without, clock, clock);
        assertThatThrownBy(engine::ping)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("no table " + options.table())
                .hasMessageContaining("backend-create-table")
                .hasMessageContaining("CREATE TABLE");
        open().ping();
        engine.ping();
        assertThat(engine.find(newKey())).isNull();
    }

    @Test
    void aTableOfSomebodyElseIsToldWithItsRemedyAndLeftAlone() throws Exception {
        String table = Dialect.of(options.url()).quoted(options.table());
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + table + " (id INTEGER)");
            assertThatThrownBy(open()::ping)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(options.table() + " is there, with other columns")
                    .hasMessageContaining("backend-table");
            statement.execute("INSERT INTO " + table + " VALUES (1)");
        }
    }

    @Test
    void aTableThatVanishedIsCreatedAgain() throws Exception {
        JdbcEngine engine = open();
        engine.ping();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE " + Dialect.of(options.url()).quoted(options.table()));
        }
        assertThat(catchThrowable(() -> engine.find(newKey()))).isInstanceOf(StoreUnavailableException.class);
        assertThat(engine.find(newKey())).isNull();
    }

    @Test
    void aTablesNameIsAWord() {
        JdbcOptions odd = new JdbcOptions(options.url(), "a\"; DROP", true, 1, options.timeout());
        assertThatThrownBy(() -> open(odd, clock, clock)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTableMayBeCalledLikeAWordOfTheLanguage() {
        JdbcOptions odd = new JdbcOptions(options.url(), "Order", true, 2, options.timeout());
        open(odd, clock, clock).ping();
        open(odd, clock, clock).ping();
    }
}
