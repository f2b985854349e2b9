package dev.sessionstore.store.jdbc;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.CellFormat;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.EngineClock;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import dev.sessionstore.store.jdbc.Connections.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions as rows of one table. Each exchange is one statement, committed by itself; the database's clock decides what
 * is over. Thread-safe.
 */
public final class JdbcEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcEngine.class);

    private final Connections connections;
    private final Dialect dialect;
    private final Sql sql;
    private final @Nullable InstantSource given;
    private final BackendObserver observer;
    private final EngineClock own = new EngineClock(this::ping);
    private final Rows rows;
    private final Cleanup cleanup;

    /**
     * Connects to nothing yet.
     *
     * @param node not asked: also a database in this process tells the time
     * @param given for tests: the clock by which everything is reckoned; null: the database's
     * @throws IllegalArgumentException if the options make no sense; the message names no secret
     */
    public JdbcEngine(
            JdbcOptions options, InstantSource node, @Nullable InstantSource given, BackendObserver observer) {
        this.given = given;
        this.observer = observer;
        dialect = Dialect.of(options.url());
        sql = new Sql(dialect, options.table(), given == null);
        connections = new Connections(options, dialect, new Table(options, dialect));
        rows = new Rows(connections, sql, given, observer);
        cleanup = new Cleanup(connections, sql, given);
    }

    @Override
    public String name() {
        return "jdbc";
    }

    private Parameters parameters(PreparedStatement statement) {
        return new Parameters(statement, given);
    }

    /** @param now by the clock that counts */
    private record Found(byte[] record, long accessedAt, long now) {
        Cell cell(SessionKey key) throws UnreadableCellException {
            return CellFormat.read(key, record).accessed(accessedAt);
        }
    }

    @Override
    public @Nullable Cell find(SessionKey key) throws UnreadableCellException {
        Optional<Found> found = connections.use(Kind.READ, connection -> Optional.ofNullable(look(connection, key)));
        return found.isEmpty() ? null : found.get().cell(key);
    }

    private @Nullable Found look(Connection connection, SessionKey key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.find)) {
            parameters(statement).set(key.handle());
            long sent = System.nanoTime();
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                own.sample(row.getLong(3), sent, System.nanoTime());
                return new Found(row.getBytes(1), row.getLong(2), given == null ? row.getLong(3) : given.millis());
            }
        }
    }

    @Override
    public Put put(@Nullable Stamp expected, Cell next) {
        cleanup.begin();
        byte[] record = CellFormat.write(next);
        return connections.use(Kind.WRITE, connection -> {
            boolean done =
                    expected == null ? insert(connection, next, record) : update(connection, expected, next, record);
            return done ? Put.DONE : refusal(look(connection, next.key()), expected, next.key());
        });
    }

    private boolean insert(Connection connection, Cell cell, byte[] record) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.insert)) {
            fill(parameters(statement), cell, record);
            return statement.executeUpdate() > 0;
        } catch (SQLException e) {
            if (Fault.of(e, dialect) == Fault.TAKEN) {
                return false;
            }
            throw e;
        }
    }

    private boolean update(Connection connection, Stamp expected, Cell cell, byte[] record) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.update)) {
            fill(parameters(statement), cell, record)
                    .set(expected.incarnation())
                    .set(expected.revision())
                    .now(2);
            return statement.executeUpdate() > 0;
        }
    }

    private static Parameters fill(Parameters parameters, Cell cell, byte[] record) throws SQLException {
        return parameters
                .set(cell.namespace())
                .set(cell.owner())
                .set(cell.stamp().incarnation())
                .set(cell.stamp().revision())
                .set(cell.createdAt())
                .set(cell.accessedAt())
                .set(cell.endsAt())
                .set(cell.idleMillis())
                .set(cell.holdMillis())
                .set(cell.tombstoneMillis())
                .set(cell.droppedAt())
                .set(record)
                .set(cell.key().handle());
    }

    private static Put refusal(@Nullable Found there, @Nullable Stamp expected, SessionKey key) {
        try {
            return there == null
                    ? Put.refusalBy(null, expected, 0)
                    : Put.refusalBy(there.cell(key), expected, there.now());
        } catch (UnreadableCellException e) {
            return Put.LOOK;
        }
    }

    @Override
    public void touch(SessionKey key, long accessedAt) {
        connections.use(Kind.REPEATABLE_WRITE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql.touch)) {
                parameters(statement)
                        .set(accessedAt)
                        .set(key.handle())
                        .set(accessedAt)
                        .now(2);
                return statement.executeUpdate();
            }
        });
    }

    /** Waits all the same: on another thread, later calls of this one would not see it done. */
    @Override
    public void touchLater(SessionKey key, long accessedAt) {
        long began = System.nanoTime();
        boolean failed = true;
        try {
            touch(key, accessedAt);
            failed = false;
        } catch (StoreUnavailableException | StoreFullException e) {
            LOG.debug("an access was not recorded: {}", e.getMessage());
        } finally {
            observer.called("touch", System.nanoTime() - began, failed);
        }
    }

    @Override
    public void clear(Cell there) {
        connections.use(Kind.REPEATABLE_WRITE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql.clear)) {
                parameters(statement)
                        .set(there.key().handle())
                        .set(there.stamp().incarnation())
                        .set(there.stamp().revision());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void discard(SessionKey key, byte[] unreadable) {
        connections.use(Kind.REPEATABLE_WRITE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql.discard)) {
                parameters(statement).set(key.handle()).set(unreadable);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void ping() {
        cleanup.begin();
        connections.use(Kind.READ, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql.now)) {
                long sent = System.nanoTime();
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    own.sample(row.getLong(1), sent, System.nanoTime());
                    return true;
                }
            }
        });
    }

    @Override
    public InstantSource clock() {
        return given == null ? own : given;
    }

    @Override
    public Optional<Listing> listing() {
        return Optional.of(rows::ofOwner);
    }

    @Override
    public Optional<Walk> walk() {
        return Optional.of(rows::part);
    }

    @Override
    public Optional<Tally> tally() {
        return Optional.of(new RowCount(connections, sql, given));
    }

    Cleanup cleanup() {
        return cleanup;
    }

    @Override
    public void close() {
        cleanup.close();
        connections.close();
    }
}
