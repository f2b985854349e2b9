package dev.sessionstore.store.jdbc;

import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.jdbc.Connections.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes rows whose time is over for good, in small steps. Each node does so, at times of its own; where two meet, one
 * waits for the other's rows and finds them gone. Thread-safe.
 */
final class Cleanup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);
    private static final int LEAST_SECONDS = 30;
    private static final int MOST_SECONDS = 60;
    private static final int ROWS = 500;
    private static final int STEPS = 100;

    /**
     * What one step did.
     *
     * @param seen rows that it looked at
     * @param removed those of them that are gone; the rest had been used, or went meanwhile
     */
    record Swept(int seen, int removed) {}

    private final Connections connections;
    private final Sql sql;
    private final @Nullable InstantSource given;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "session-store-jdbc-cleanup");
        thread.setDaemon(true);
        return thread;
    });

    Cleanup(Connections connections, Sql sql, @Nullable InstantSource given) {
        this.connections = connections;
        this.sql = sql;
        this.given = given;
    }

    /** Cleans up from now on, every now and then. */
    void begin() {
        if (!begun.get() && begun.compareAndSet(false, true)) {
            schedule();
        }
    }

    private void schedule() {
        try {
            executor.schedule(
                    this::round,
                    ThreadLocalRandom.current().nextInt(LEAST_SECONDS, MOST_SECONDS + 1),
                    TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("closed", e);
        }
    }

    private void round() {
        try {
            int steps = 0;
            while (++steps <= STEPS && sweep(ROWS).seen() == ROWS) {
                LOG.debug("swept {} rows and goes on", ROWS);
            }
        } catch (StoreUnavailableException | StoreFullException e) {
            LOG.debug("cleanup is put off: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("cleanup failed", e);
        }
        schedule();
    }

    /** @param most rows to look at */
    Swept sweep(int most) {
        List<String> handles = connections.use(Kind.READ, connection -> due(connection, most));
        return handles.isEmpty() ? new Swept(0, 0) : new Swept(handles.size(), remove(handles));
    }

    /**
     * Removes those rows whose time is over for good, still, and puts the others off.
     *
     * @return how many it removed
     */
    int remove(List<String> handles) {
        // All nodes take rows in one order, so none waits for one that waits for it.
        List<String> sorted = handles.stream().sorted().toList();
        int[] removed = connections.use(Kind.REPEATABLE_WRITE, connection -> each(connection, sql.drop, sorted, 2));
        List<String> used = new ArrayList<>();
        for (int i = 0; i < removed.length; i++) {
            if (removed[i] != 1) {
                used.add(sorted.get(i));
            }
        }
        if (!used.isEmpty()) {
            connections.use(Kind.REPEATABLE_WRITE, connection -> each(connection, sql.putOff, used, 1));
        }
        return sorted.size() - used.size();
    }

    private List<String> due(Connection connection, int most) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.due)) {
            new Parameters(statement, given).now(1).set(most);
            List<String> handles = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    handles.add(row.getString(1));
                }
            }
            return handles;
        }
    }

    /** One transaction. */
    private int[] each(Connection connection, String statementText, List<String> handles, int times)
            throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(statementText)) {
            for (String handle : handles) {
                new Parameters(statement, given).set(handle).now(times);
                statement.addBatch();
            }
            int[] counts = statement.executeBatch();
            connection.commit();
            return counts;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
