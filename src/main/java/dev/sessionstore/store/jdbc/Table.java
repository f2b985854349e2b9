package dev.sessionstore.store.jdbc;

import dev.sessionstore.core.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees that the table is there. Thread-safe. */
final class Table {
    private static final Logger LOG = LoggerFactory.getLogger(Table.class);
    /** Once in a table's life, after the database answered a moment ago. */
    private static final Duration CREATION = Duration.ofSeconds(5);

    private final String name;
    private final boolean create;
    private final Dialect dialect;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile boolean stands;

    /** @throws IllegalArgumentException if that is no name of a table */
    Table(JdbcOptions options, Dialect dialect) {
        name = options.table();
        create = options.createTable();
        this.dialect = dialect;
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,59}")) {
            throw new IllegalArgumentException("the table's name is not up to 60 letters, digits and _");
        }
    }

    /** @throws StoreUnavailableException if it is missing and not to be created */
    void ensure(Connection connection) throws SQLException {
        if (!stands) {
            if (!isThere(connection)) {
                if (!create) {
                    throw missing();
                }
                create(connection);
            }
            stands = true;
        }
    }

    private boolean isThere(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement
                    .executeQuery("SELECT session_key, sweep_at, record FROM " + dialect.quoted(name) + " WHERE 1 = 0")
                    .close();
            return true;
        } catch (SQLException e) {
            switch (Fault.of(e, dialect)) {
                case NO_TABLE -> {
                    return false;
                }
                case NO_COLUMN ->
                    throw refused("the table " + name + " is there, with other columns than"
                            + " session-store's; name another one by backend-table");
                default -> throw e;
            }
        }
    }

    /** Several nodes may do so at once. */
    private void create(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            dialect.allow(connection, CREATION);
            for (String sql : dialect.create(name)) {
                statement.execute(sql);
            }
            connection.commit();
            LOG.info("created the table {}", name);
        } catch (SQLException e) {
            connection.rollback();
            // Another node was faster.
            if (!isThere(connection)) {
                throw e;
            }
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** What to do about it, said in the log once, too. */
    StoreUnavailableException missing() {
        stands = false;
        List<String> sql = dialect.create(name);
        String message = "the database has no table " + name
                + "; let it be created by backend-create-table: true, or by: " + String.join("; ", sql);
        return create ? StoreUnavailableException.refused(message) : refused(message);
    }

    private StoreUnavailableException refused(String message) {
        if (told.compareAndSet(false, true)) {
            LOG.error("{}", message);
        }
        return StoreUnavailableException.refused(message);
    }
}
