package dev.sessionstore.store.jdbc;

import static dev.sessionstore.store.jdbc.Rooms.cell;
import static dev.sessionstore.store.jdbc.Rooms.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import dev.sessionstore.testing.Metronome;
import dev.sessionstore.testing.engines.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A PostgreSQL that stands still, ends connections, or is not there. */
class PostgresOutageTest {
    private static final Duration TIMEOUT = Duration.ofMillis(400);
    /** A machine that is busy may take longer than the timeout; a call that waits for something else takes for ever. */
    private static final Duration SOON = Duration.ofSeconds(5);

    /** Longer than a busy machine holds a call up. */
    private static final Duration PATIENT = Duration.ofSeconds(10);

    private static final Duration FOR_EVER = Duration.ofSeconds(60);

    private static EmbeddedPostgres server;
    private static long starter;

    private final List<JdbcEngine> opened = new ArrayList<>();

    private JdbcEngine open(Duration timeout) {
        JdbcEngine engine = new JdbcEngine(
                new JdbcOptions(url(), "sessions", true, 4, timeout),
                InstantSource.system(),
                null,
                BackendObserver.NONE);
        opened.add(engine);
        return engine;
    }

    @BeforeAll
    static void start() throws SQLException {
        server = TestPostgres.startServer();
        // Its first line is the number of the process that starts the others.
        starter = inServer("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @AfterEach
    void close() {
        opened.forEach(JdbcEngine::close);
    }

    private static String url() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    private static Cell next(SessionKey key, long revision) {
        return cell(key, revision, 1, Cell.NEVER, 0);
    }

    /** How long a call took that fails. */
    private static Duration failing(JdbcEngine engine, SessionKey key) {
        long began = System.nanoTime();
        assertThat(catchThrowable(() -> engine.find(key))).isInstanceOf(StoreUnavailableException.class);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Repeats what may fail until it does not, for as long as a return may take. */
    private static Cell findSoon(JdbcEngine engine, SessionKey key) throws UnreadableCellException {
        long end = System.nanoTime() + FOR_EVER.toNanos();
        while (true) {
            try {
                return engine.find(key);
            } catch (StoreUnavailableException e) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
        }
    }

    /** First the one that starts the others. */
    private static void signal(String signal) throws Exception {
        ProcessHandle first =
                ProcessHandle.of(starter).orElseThrow(() -> new IllegalStateException("PostgreSQL has ended"));
        send(signal, Stream.of(first));
        send(signal, first.descendants());
    }

    private static void send(String signal, Stream<ProcessHandle> processes) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    private static int threads() {
        return Thread.getAllStackTraces().size();
    }

    @Test
    void whileItStandsStillCallsEndAndAfterwardsTheyWork() throws Exception {
        JdbcEngine engine = open(TIMEOUT);
        SessionKey key = newKey();
        findSoon(engine, key);
        assertThat(open(PATIENT).put(null, next(key, 1))).isEqualTo(Put.DONE);
        findSoon(engine, key);
        int callers = 8;
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try (Metronome metronome = new Metronome()) {
            List<Duration> took = new ArrayList<>();
            signal("STOP");
            try {
                int before = 0;
                for (int round = 0; round < 3; round++) {
                    List<Future<Duration>> calls = new ArrayList<>();
                    for (int i = 0; i < callers; i++) {
                        calls.add(threads.submit(() -> failing(engine, key)));
                    }
                    for (Future<Duration> call : calls) {
                        took.add(call.get());
                    }
                    before = round == 0 ? threads() : before;
                }
                assertThat(threads()).isLessThanOrEqualTo(before + 2);
            } finally {
                signal("CONT");
            }
            Duration soon = SOON.plus(metronome.worstDelay());
            assertThat(took).allMatch(each -> each.compareTo(soon) < 0);
        } finally {
            threads.shutdownNow();
        }
        assertThat(findSoon(engine, key).stamp()).isEqualTo(new Stamp(7, 1));
        assertThat(open(PATIENT).put(new Stamp(7, 1), next(key, 2))).isEqualTo(Put.DONE);
    }

    @Test
    void whatWasAcknowledgedBeforeAStandstillIsThere() throws Exception {
        JdbcEngine engine = open(TIMEOUT);
        SessionKey key = newKey();
        findSoon(engine, key);
        open(PATIENT).put(null, next(key, 1));
        long acknowledged = 1;
        signal("STOP");
        try {
            for (int i = 0; i < 3; i++) {
                try {
                    assertThat(engine.put(new Stamp(7, acknowledged), next(key, acknowledged + 1)))
                            .isEqualTo(Put.DONE);
                    acknowledged++;
                } catch (StoreUnavailableException e) {
                    // Nobody knows whether it is done. It counts as not acknowledged.
                }
            }
        } finally {
            signal("CONT");
        }
        assertThat(findSoon(engine, key).stamp().revision()).isGreaterThanOrEqualTo(acknowledged);
    }

    private static long inServer(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static final String OURS = " FROM pg_stat_activity WHERE application_name = 'session-store'";

    @Test
    void endedConnectionsFailNoReadAndOneWriteAtMost() throws Exception {
        JdbcEngine engine = open(PATIENT);
        SessionKey key = newKey();
        findSoon(engine, key);
        engine.put(null, next(key, 1));
        assertThat(inServer("SELECT count(pg_terminate_backend(pid, 5000))" + OURS))
                .isPositive();
        for (int i = 0; i < 5; i++) {
            assertThat(engine.find(key)).isNotNull();
        }
        assertThat(inServer("SELECT count(pg_terminate_backend(pid, 5000))" + OURS))
                .isPositive();
        int failed = 0;
        for (int i = 0; i < 5; i++) {
            try {
                engine.put(new Stamp(7, 1), next(key, 1));
            } catch (StoreUnavailableException e) {
                failed++;
            }
        }
        assertThat(failed).isLessThanOrEqualTo(1);
    }

    @Test
    void whatWaitsForALockEndsInTheServerToo() throws Exception {
        JdbcEngine engine = open(TIMEOUT);
        SessionKey key = newKey();
        findSoon(engine, key);
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE sessions");
            for (int i = 0; i < 3; i++) {
                failing(engine, key);
            }
            long end = System.nanoTime() + FOR_EVER.toNanos();
            while (inServer("SELECT count(*)" + OURS) > 4) {
                assertThat(System.nanoTime()).as("they wait in the server").isLessThan(end);
            }
            connection.rollback();
        }
        assertThat(findSoon(engine, key)).isNull();
    }

    @Test
    void whatIsNotThereIsUnavailableAndNamesNoPassword() {
        String nobody = "jdbc:postgresql://127.0.0.1:1/sessions?user=me&password=s3cr%33t&sslmode=disable";
        try (JdbcEngine lost = new JdbcEngine(
                new JdbcOptions(nobody, "sessions", true, 4, TIMEOUT),
                InstantSource.system(),
                null,
                BackendObserver.NONE)) {
            assertThatThrownBy(lost::ping)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("cannot be reached")
                    .hasMessageNotContaining("s3cr");
            assertThatThrownBy(() -> lost.put(null, next(newKey(), 1))).isInstanceOf(StoreUnavailableException.class);
            lost.touchLater(newKey(), 1);
        }
    }
}
