package dev.sessionstore.store.jdbc;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.testing.engines.TestEngine;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Not a test: prints what calls of one thread cost, on each database that is named, with records of 600 bytes.
 *
 * <pre>mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *   -Dexec.mainClass=dev.sessionstore.store.jdbc.JdbcCost -Dexec.args="postgresql sqlite h2"</pre>
 */
public final class JdbcCost {
    private static final int SESSIONS = 2_000;
    private static final int ROUNDS = 5;

    private JdbcCost() {}

    private interface Call {
        void on(SessionKey key, int round) throws Exception;
    }

    public static void main(String[] databases) throws Exception {
        for (String database : databases) {
            measure(database, TestEngine.of(database).newRoom());
        }
    }

    private static void measure(String database, Map<String, String> room) throws Exception {
        List<SessionKey> keys = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            keys.add(Rooms.newKey());
        }
        try (JdbcEngine engine =
                new JdbcEngine(Rooms.options(room), InstantSource.system(), null, BackendObserver.NONE)) {
            long now = engine.clock().millis();
            each(database, "create", keys, 1, (key, round) -> engine.put(null, cell(key, 1, now)));
            each(database, "find", keys, ROUNDS, (key, round) -> engine.find(key));
            each(
                    database,
                    "put",
                    keys,
                    ROUNDS,
                    (key, round) -> engine.put(new Stamp(7, round + 1), cell(key, round + 2, now + round)));
            each(database, "refused put", keys, 1, (key, round) -> engine.put(new Stamp(7, 1), cell(key, 2, now)));
            each(database, "touch", keys, ROUNDS, (key, round) -> engine.touch(key, now + 100 + round));
            each(
                    database,
                    "count",
                    keys.subList(0, 20),
                    1,
                    (key, round) -> engine.tally().orElseThrow().countAll());
        }
        if (database.equals("postgresql")) {
            tell(room);
        }
    }

    private static Cell cell(SessionKey key, long revision, long accessedAt) {
        return new Cell(
                key,
                Rooms.NAMESPACE,
                key.handle(),
                new Stamp(7, revision),
                1,
                accessedAt,
                Cell.NEVER,
                Duration.ofMinutes(30).toMillis(),
                0,
                300_000,
                new byte[520]);
    }

    private static void each(String database, String name, List<SessionKey> keys, int rounds, Call call)
            throws Exception {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < rounds; round++) {
            long began = System.nanoTime();
            for (SessionKey key : keys) {
                call.on(key, round);
            }
            best = Math.min(best, System.nanoTime() - began);
        }
        System.out.printf("%-11s %-12s %6d us%n", database, name, best / keys.size() / 1000);
    }

    /** The connections have ended, and so their numbers are told. */
    private static void tell(Map<String, String> room) throws SQLException {
        try (Connection connection = DriverManager.getConnection(room.get("backend-url"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT n_tup_upd, n_tup_hot_upd, idx_scan, seq_scan"
                        + " FROM pg_stat_user_tables WHERE relname = '" + room.get("backend-table") + "'")) {
            row.next();
            System.out.printf(
                    "postgresql  %d updates, %d of them without a change of any index; %d scans by index, %d of the whole"
                            + " table%n",
                    row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        }
    }
}
