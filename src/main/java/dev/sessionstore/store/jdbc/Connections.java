package dev.sessionstore.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.pool.HikariPool;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lends connections to exchanges, each within the timeout, and says in our words what went wrong.
 *
 * <p>An exchange may wait for a connection, then for the answer, together no longer than the timeout. The pool needs up
 * to {@link #CHECK_MILLIS} to see that a connection that lay idle is dead: timeouts below twice that are exceeded by as
 * much at most.
 *
 * <p>Thread-safe.
 */
final class Connections implements AutoCloseable {
    private static final int CHECK_MILLIS = 250;
    private static final int MOST_CROSSINGS = 20;

    /** What is done with a connection. Done again if others were in the way. */
    interface Work<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }

    /** Whether doing it twice is doing it once. */
    enum Kind {
        READ,
        REPEATABLE_WRITE,
        WRITE
    }

    private final Dialect dialect;
    private final DatabaseSource source;
    private final HikariConfig config;
    private final Table table;
    private final long timeoutNanos;
    private final @Nullable ReentrantLock writer;
    private volatile @Nullable HikariPool pool;
    private boolean closed;

    /** Connects to nothing yet. */
    Connections(JdbcOptions options, Dialect dialect, Table table) {
        this.dialect = dialect;
        this.table = table;
        timeoutNanos = options.timeout().toNanos();
        writer = dialect.hasOneWriter() ? new ReentrantLock(true) : null;
        source = new DatabaseSource(dialect, options.url(), options.timeout());
        config = new HikariConfig();
        config.setPoolName("session-store-jdbc");
        config.setDataSource(source);
        config.setMaximumPoolSize(options.connections());
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(-1);
        config.setValidationTimeout(CHECK_MILLIS);
        config.setConnectionTimeout(Math.max(CHECK_MILLIS, options.timeout().toMillis()));
        if (dialect.hasNetwork()) {
            config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        }
        config.setThreadFactory(task -> {
            Thread thread = new Thread(task, "session-store-jdbc-pool");
            thread.setDaemon(true);
            return thread;
        });
        config.validate();
    }

    private HikariPool pool() {
        HikariPool open = pool;
        return open == null ? openPool() : open;
    }

    private synchronized HikariPool openPool() {
        if (closed) {
            throw StoreUnavailableException.refused("the store is closed");
        }
        HikariPool open = pool;
        if (open == null) {
            open = new HikariPool(config);
            pool = open;
        }
        return open;
    }

    /**
     * @throws StoreUnavailableException if the database does not answer in time, or says no
     * @throws StoreFullException if the database says that it is full
     */
    <T extends @Nullable Object> T use(Kind kind, Work<T> work) {
        long deadline = System.nanoTime() + timeoutNanos;
        ReentrantLock queue = kind == Kind.READ ? null : writer;
        if (queue == null) {
            return repeat(kind, work, deadline);
        }
        boolean locked = false;
        try {
            locked = queue.tryLock(timeoutNanos / 2, TimeUnit.NANOSECONDS);
            if (!locked) {
                throw StoreUnavailableException.refused("the database is busy with other writes");
            }
            return repeat(kind, work, deadline);
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            if (locked) {
                queue.unlock();
            }
        }
    }

    private <T extends @Nullable Object> T repeat(Kind kind, Work<T> work, long deadline) {
        boolean broken = false;
        for (int crossings = 0; ; ) {
            try {
                return once(work, deadline);
            } catch (SQLException e) {
                boolean late = System.nanoTime() - deadline >= 0;
                switch (Fault.of(e, dialect)) {
                    case FULL -> throw new StoreFullException("the database has no room: " + codes(e));
                    case NO_TABLE -> throw table.missing();
                    case CROSSED -> {
                        if (late || ++crossings == MOST_CROSSINGS) {
                            throw failed(e);
                        }
                    }
                    case BROKEN -> {
                        // The others are of the same age.
                        pool().softEvictConnections();
                        if (late || broken || kind == Kind.WRITE) {
                            throw failed(e);
                        }
                        broken = true;
                    }
                    default -> throw failed(e);
                }
            }
        }
    }

    private <T extends @Nullable Object> T once(Work<T> work, long deadline) throws SQLException {
        try (Connection connection = borrow(deadline)) {
            table.ensure(connection);
            return work.run(connection);
        }
    }

    private Connection borrow(long deadline) throws SQLException {
        long whole = TimeUnit.NANOSECONDS.toMillis(timeoutNanos);
        long left = millisUntil(deadline);
        Connection connection;
        try {
            connection = pool().getConnection(Math.max(1, Math.min(left, Math.max(whole - CHECK_MILLIS, whole / 2))));
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted();
            }
            String why = source.failure();
            throw StoreUnavailableException.refused(
                    why == null ? "no connection to the database is free" : "the database cannot be reached: " + why);
        }
        left = millisUntil(deadline);
        if (left < whole * 3 / 4 && dialect.hasNetwork()) {
            // The pool sets it back.
            connection.setNetworkTimeout(Runnable::run, (int) Math.max(left, whole / 4 + 1));
        }
        return connection;
    }

    private static long millisUntil(long deadline) {
        return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }

    private StoreUnavailableException failed(SQLException e) {
        // Without the driver's message and cause: they may show rows.
        return StoreUnavailableException.refused("the database failed: " + codes(e));
    }

    private static String codes(SQLException e) {
        return "SQLState " + e.getSQLState() + ", code " + e.getErrorCode() + ", "
                + e.getClass().getSimpleName();
    }

    private static StoreUnavailableException interrupted() {
        Thread.currentThread().interrupt();
        return StoreUnavailableException.refused("interrupted while waiting for the database");
    }

    @Override
    public synchronized void close() {
        closed = true;
        source.close();
        HikariPool open = pool;
        if (open != null) {
            try {
                open.shutdown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
