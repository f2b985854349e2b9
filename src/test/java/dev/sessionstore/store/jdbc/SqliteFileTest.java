package dev.sessionstore.store.jdbc;

import static dev.sessionstore.store.jdbc.Rooms.cell;
import static dev.sessionstore.store.jdbc.Rooms.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.engines.TestSqlite;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** A file that others write, or that is full. */
class SqliteFileTest {
    private final String url = TestSqlite.shared().newUrl();

    private static JdbcEngine open(String url) {
        return new JdbcEngine(
                new JdbcOptions(url, "sessions", true, 4, Duration.ofMillis(200)),
                InstantSource.system(),
                null,
                BackendObserver.NONE);
    }

    private static Cell live(SessionKey key) {
        return cell(key, 1, 1, Cell.NEVER, 0);
    }

    @Test
    void whileAnotherProcessWritesReadsGoOnAndWritesEnd() throws Exception {
        try (JdbcEngine engine = open(url);
                Connection other = DriverManager.getConnection(url);
                Statement statement = other.createStatement()) {
            SessionKey key = newKey();
            assertThat(engine.put(null, live(key))).isEqualTo(Put.DONE);
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> engine.put(null, live(newKey()))).isInstanceOf(StoreUnavailableException.class);
            assertThat(engine.find(key)).isNotNull();
            statement.execute("ROLLBACK");
            assertThat(engine.put(null, live(newKey()))).isEqualTo(Put.DONE);
        }
    }

    @Test
    void aFileThatMustNotGrowIsFull() throws Exception {
        try (JdbcEngine engine = open(url + "?max_page_count=30")) {
            SessionKey first = newKey();
            assertThat(engine.put(null, live(first))).isEqualTo(Put.DONE);
            assertThatThrownBy(() -> {
                        while (true) {
                            engine.put(null, live(newKey()));
                        }
                    })
                    .isInstanceOf(StoreFullException.class);
            assertThat(engine.find(first)).isNotNull();
        }
    }
}
