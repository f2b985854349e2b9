package dev.sessionstore.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/** What differs between databases. */
enum Dialect {
    POSTGRESQL {
        @Override
        String now() {
            return "CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)";
        }

        @Override
        List<String> create(String table) {
            // VARCHAR: a parameter compared with CHAR would pass the index by. Room in each page: an access moved
            // forward, or attributes changed, then leave all indexes alone.
            return withIndexes(
                    table,
                    columns(table, "VARCHAR(22) COLLATE \"C\"", "VARCHAR(63) COLLATE \"C\"", "BYTEA", "")
                            + " WITH (fillfactor = 80)");
        }

        @Override
        String ifAbsent() {
            return " ON CONFLICT DO NOTHING";
        }

        @Override
        void defaults(Properties properties, Duration timeout) {
            // In seconds, and until the connection stands: then it gets the timeout itself.
            String seconds = Long.toString(Math.max(1, timeout.toSeconds()));
            properties.setProperty("connectTimeout", seconds);
            properties.setProperty("socketTimeout", seconds);
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("ApplicationName", "session-store");
            // Details of errors show rows.
            properties.setProperty("logServerErrorDetail", "false");
        }

        @Override
        void prepare(Connection connection, Duration timeout) throws SQLException {
            bound(connection, timeout);
            // So that what nobody waits for any more, say behind a lock, does not go on in the server.
            run(connection, "SET statement_timeout = " + inServer(timeout));
        }

        @Override
        boolean hasNetwork() {
            return true;
        }

        @Override
        void allow(Connection connection, Duration timeout) throws SQLException {
            super.allow(connection, timeout);
            run(connection, "SET LOCAL statement_timeout = " + timeout.toMillis());
        }

        @Override
        boolean isFull(SQLException e) {
            return "53100".equals(e.getSQLState());
        }
    },

    /** And MySQL. */
    MARIADB {
        @Override
        String quoted(String name) {
            return '`' + name + '`';
        }

        @Override
        String now() {
            // In UTC, which has no hour twice.
            return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000";
        }

        @Override
        List<String> create(String table) {
            String ascii = " CHARACTER SET ascii COLLATE ascii_bin";
            String indexes = ", INDEX (" + OWNED + "), INDEX (" + NAMED + "), INDEX (" + SWEPT + ")";
            return List.of(
                    columns(table, "CHAR(22)" + ascii, "VARCHAR(63)" + ascii, "LONGBLOB", indexes) + " ENGINE=InnoDB");
        }

        @Override
        void defaults(Properties properties, Duration timeout) {
            properties.setProperty("connectTimeout", Long.toString(timeout.toMillis() / 2));
            properties.setProperty("socketTimeout", Long.toString(timeout.toMillis() / 2));
        }

        @Override
        void prepare(Connection connection, Duration timeout) throws SQLException {
            bound(connection, timeout);
            long seconds = Math.max(1, timeout.toSeconds());
            // What stands in the comment MySQL skips.
            run(
                    connection,
                    "SET SESSION innodb_lock_wait_timeout = " + seconds + ", SESSION lock_wait_timeout = " + seconds
                            + " /*M! , SESSION max_statement_time = " + inServer(timeout) / 1000.0 + " */");
        }

        @Override
        boolean hasNetwork() {
            return true;
        }

        @Override
        boolean isFull(SQLException e) {
            return e.getErrorCode() == 1021 || e.getErrorCode() == 1114;
        }
    },

    H2 {
        @Override
        String now() {
            return "CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000) AS BIGINT)";
        }

        @Override
        List<String> create(String table) {
            return withIndexes(table, columns(table, "VARCHAR(22)", "VARCHAR(63)", "BLOB", ""));
        }

        @Override
        void defaults(Properties properties, Duration timeout) {
            properties.setProperty("NETWORK_TIMEOUT", Long.toString(timeout.toMillis() / 2));
            // Else the end of this process would lose what was acknowledged in the last half second.
            properties.setProperty("WRITE_DELAY", "0");
        }

        @Override
        void prepare(Connection connection, Duration timeout) throws SQLException {
            run(connection, "SET LOCK_TIMEOUT " + timeout.toMillis() / 2);
        }
    },

    SQLITE {
        @Override
        String now() {
            return "CAST(ROUND(unixepoch('subsec') * 1000) AS INTEGER)";
        }

        @Override
        String later(String one, String other) {
            return "MAX(" + one + ", " + other + ")";
        }

        @Override
        String earlier(String one, String other) {
            return "MIN(" + one + ", " + other + ")";
        }

        @Override
        List<String> create(String table) {
            return withIndexes(table, columns(table, "TEXT", "TEXT", "BLOB", ""));
        }

        @Override
        String ifAbsent() {
            return " ON CONFLICT DO NOTHING";
        }

        @Override
        void defaults(Properties properties, Duration timeout) {
            properties.setProperty("journal_mode", "WAL");
            // Written to the file before it is acknowledged, and so safe from the end of this process, not from
            // that of the machine.
            properties.setProperty("synchronous", "NORMAL");
            properties.setProperty("busy_timeout", Long.toString(timeout.toMillis() / 2));
        }

        @Override
        void prepare(Connection connection, Duration timeout) {}

        @Override
        boolean hasOneWriter() {
            return true;
        }

        @Override
        boolean isFull(SQLException e) {
            return e.getErrorCode() == 13;
        }
    };

    static final String OWNED = "owner, created_at DESC, session_key";
    static final String NAMED = "namespace, session_key";
    static final String SWEPT = "sweep_at";

    /** @throws IllegalArgumentException if the URL is of no database that is known here */
    static Dialect of(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return POSTGRESQL;
        } else if (url.startsWith("jdbc:mariadb:") || url.startsWith("jdbc:mysql:")) {
            return MARIADB;
        } else if (url.startsWith("jdbc:h2:")) {
            return H2;
        } else if (url.startsWith("jdbc:sqlite:")) {
            return SQLITE;
        }
        throw new IllegalArgumentException(
                "begins with jdbc:postgresql:, jdbc:mariadb:, jdbc:mysql:, jdbc:h2: or jdbc:sqlite:");
    }

    /** The database's time in epoch milliseconds, whatever the session's time zone. */
    abstract String now();

    /** The statements that make table and indexes. */
    abstract List<String> create(String table);

    /** Settings of the driver, where the URL says nothing else. */
    abstract void defaults(Properties properties, Duration timeout);

    /** Makes each exchange on a new connection end in time. */
    abstract void prepare(Connection connection, Duration timeout) throws SQLException;

    String quoted(String name) {
        return '"' + name + '"';
    }

    String later(String one, String other) {
        return "GREATEST(" + one + ", " + other + ")";
    }

    String earlier(String one, String other) {
        return "LEAST(" + one + ", " + other + ")";
    }

    /** What makes an INSERT do nothing where the key is taken; empty: it fails. */
    String ifAbsent() {
        return "";
    }

    /** Whether writers had better queue here than in the database, which lets in one at a time. */
    boolean hasOneWriter() {
        return false;
    }

    /** Whether the database has no room. */
    boolean isFull(SQLException e) {
        return false;
    }

    String columns(String table, String key, String name, String bytes, String more) {
        return "CREATE TABLE IF NOT EXISTS " + quoted(table) + " (session_key " + key
                + " NOT NULL PRIMARY KEY, namespace "
                + name + " NOT NULL, owner " + key
                + ", incarnation BIGINT NOT NULL, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,"
                + " accessed_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, idle_millis BIGINT NOT NULL,"
                + " hold_millis BIGINT NOT NULL, tombstone_millis BIGINT NOT NULL, sweep_at BIGINT NOT NULL, record "
                + bytes + " NOT NULL" + more + ")";
    }

    /** Where indexes have statements of their own. */
    List<String> withIndexes(String table, String create) {
        return List.of(create, index(table, "_o", OWNED), index(table, "_n", NAMED), index(table, "_s", SWEPT));
    }

    private String index(String table, String suffix, String columns) {
        return "CREATE INDEX IF NOT EXISTS " + quoted(table + suffix) + " ON " + quoted(table) + " (" + columns + ")";
    }

    /** Whether the driver can leave an exchange that takes too long. */
    boolean hasNetwork() {
        return false;
    }

    /** Lets the transaction that begins take longer. */
    void allow(Connection connection, Duration timeout) throws SQLException {
        if (hasNetwork()) {
            bound(connection, timeout);
        }
    }

    /** A little less, so that the server's word comes before the connection is given up. */
    private static long inServer(Duration timeout) {
        return Math.max(1, timeout.toMillis() * 9 / 10);
    }

    private static void bound(Connection connection, Duration timeout) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
