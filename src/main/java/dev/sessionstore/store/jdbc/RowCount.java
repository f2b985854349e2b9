package dev.sessionstore.store.jdbc;

import dev.sessionstore.core.Count.Counted;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.jdbc.Connections.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts by going through the table: the more rows, the longer it takes. Thread-safe. */
final class RowCount implements Engine.Tally {
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
        return connections.use(Kind.READ, connection -> {
            String query = namespace == null ? sql.countAll : sql.count;
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                Parameters parameters = new Parameters(statement, given).now(2);
                if (namespace != null) {
                    parameters.set(namespace);
                }
                Map<String, Counted> counts = new HashMap<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        counts.put(row.getString(1), new Counted(row.getLong(2), row.getLong(3)));
                    }
                }
                return counts;
            }
        });
    }
}
