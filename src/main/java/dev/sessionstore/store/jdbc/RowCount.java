package dev.sessionstore.store.jdbc;

import dev.sessionstore.core.Count.Counted;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.jdbc.Connections.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts by going through the table in steps: the more rows, the longer it takes, and yet no exchange is long. So what
 * comes and goes meanwhile may be counted or not. Thread-safe.
 */
final class RowCount implements Engine.Tally {
    private static final int STEP = 5_000;

    /**
     * Of one namespace, in one step.
     *
     * @param last the last key
     */
    private record Part(String namespace, Counted live, long rows, String last) {}

    private final Connections connections;
    private final Sql sql;
    private final @Nullable InstantSource given;

    RowCount(Connections connections, Sql sql, @Nullable InstantSource given) {
        this.connections = connections;
        this.sql = sql;
        this.given = given;
    }

    @Override
    public Counted count(String namespace) {
        return read(namespace).getOrDefault(namespace, Counted.NONE);
    }

    @Override
    public Map<String, Counted> countAll() {
        return read(null);
    }

    private Map<String, Counted> read(@Nullable String namespace) {
        Map<String, Counted> counts = new HashMap<>();
        @Nullable String from = "";
        while (from != null) {
            from = step(namespace, from, counts);
        }
        return counts;
    }

    /** @return where the next step begins; null: at no place */
    private @Nullable String step(@Nullable String namespace, String from, Map<String, Counted> counts) {
        List<Part> parts = connections.use(Kind.READ, connection -> parts(connection, namespace, from));
        long rows = 0;
        String last = from;
        for (Part part : parts) {
            rows += part.rows();
            last = part.last().compareTo(last) > 0 ? part.last() : last;
            if (part.live().sessions() > 0) {
                counts.merge(
                        part.namespace(),
                        part.live(),
                        (a, b) -> new Counted(a.sessions() + b.sessions(), a.bytes() + b.bytes()));
            }
        }
        return rows < STEP ? null : last;
    }

    private List<Part> parts(Connection connection, @Nullable String namespace, String from) throws SQLException {
        String query = namespace == null ? sql.countAll : sql.count;
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            Parameters parameters = new Parameters(statement, given).now(2);
            if (namespace != null) {
                parameters.set(namespace);
            }
            parameters.set(from).set(STEP);
            List<Part> parts = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Counted live = new Counted(row.getLong(2), row.getLong(3));
                    parts.add(new Part(row.getString(1), live, row.getLong(4), row.getString(5)));
                }
            }
            return parts;
        }
    }
}
