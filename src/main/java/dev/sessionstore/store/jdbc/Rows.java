package dev.sessionstore.store.jdbc;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.CellFormat;
import dev.sessionstore.store.Engine.Part;
import dev.sessionstore.store.Engine.Place;
import dev.sessionstore.store.UnreadableCellException;
import dev.sessionstore.store.jdbc.Connections.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cells in order, from a place on. Thread-safe. */
final class Rows {
    /** Large sessions all together would take longer than an exchange may. */
    private static final int MOST_AT_ONCE = 100;

    private final Connections connections;
    private final Sql sql;
    private final @Nullable InstantSource given;
    private final BackendObserver observer;

    Rows(Connections connections, Sql sql, @Nullable InstantSource given, BackendObserver observer) {
        this.connections = connections;
        this.sql = sql;
        this.given = given;
        this.observer = observer;
    }

    /** What a row says, readable or not. */
    private record Row(String handle, byte[] record, long accessedAt, long createdAt) {
        Optional<SessionKey> key() {
            return SessionKey.parseHandle(handle);
        }
    }

    private interface Filling {
        void fill(Parameters parameters) throws SQLException;
    }

    private List<Row> read(String query, Filling filling) {
        return connections.use(Kind.READ, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                filling.fill(new Parameters(statement, given));
                List<Row> rows = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        rows.add(new Row(row.getString(1), row.getBytes(2), row.getLong(3), row.getLong(4)));
                    }
                }
                return rows;
            }
        });
    }

    private @Nullable Cell cell(Row row) {
        try {
            Optional<SessionKey> key = row.key();
            if (key.isPresent()) {
                return CellFormat.read(key.get(), row.record()).accessed(row.accessedAt());
            }
        } catch (UnreadableCellException e) {
            // Its session is absent: who asks for it by key hears why.
        }
        observer.unreadable();
        return null;
    }

    /** See {@link dev.sessionstore.store.Engine.Listing}. */
    List<Cell> ofOwner(String owner, @Nullable Place after, int limit) {
        List<Cell> cells = new ArrayList<>();
        Row last = after == null ? null : new Row(after.key().handle(), new byte[0], 0, after.createdAt());
        while (cells.size() < limit) {
            int wanted = Math.min(MOST_AT_ONCE, limit - cells.size());
            Row at = last;
            List<Row> rows = at == null
                    ? read(sql.listFirst, parameters -> parameters.set(owner).set(wanted))
                    : read(
                            sql.listNext,
                            parameters -> parameters
                                    .set(owner)
                                    .set(at.createdAt())
                                    .set(at.createdAt())
                                    .set(at.handle())
                                    .set(wanted));
            for (Row row : rows) {
                Cell cell = cell(row);
                if (cell != null) {
                    cells.add(cell);
                }
                last = row;
            }
            if (rows.size() < wanted) {
                break;
            }
        }
        return cells;
    }

    /** See {@link dev.sessionstore.store.Engine.Walk}. */
    Part part(@Nullable String namespace, Page.@Nullable Cursor after, int most) {
        int limit = Math.min(MOST_AT_ONCE, most);
        List<Cell> cells = new ArrayList<>();
        String from = after == null ? "" : after.key().handle();
        while (true) {
            String at = from;
            List<Row> rows = namespace == null
                    ? read(sql.walk, parameters -> parameters.set(at).set(limit))
                    : read(
                            sql.walkNamespace,
                            parameters -> parameters.set(namespace).set(at).set(limit));
            SessionKey last = null;
            for (Row row : rows) {
                Cell cell = cell(row);
                if (cell != null) {
                    cells.add(cell);
                }
                last = row.key().orElse(last);
                from = row.handle();
            }
            if (rows.size() < limit) {
                return new Part(cells, null);
            }
            // A row under something else than a handle is no place to begin at.
            if (last != null) {
                return new Part(cells, new Page.Cursor(0, last, 0));
            }
        }
    }
}
