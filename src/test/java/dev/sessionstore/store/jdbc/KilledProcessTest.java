package dev.sessionstore.store.jdbc;

import static dev.sessionstore.store.jdbc.Rooms.cell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Put;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database in this process keeps what was acknowledged, whenever the process ends: it is in the files already. */
class KilledProcessTest {
    @TempDir
    Path running;

    @TempDir
    Path left;

    @Test
    void sqliteHasWrittenWhatItAcknowledged() throws Exception {
        survives("jdbc:sqlite:", "sessions.db");
    }

    @Test
    void h2HasWrittenWhatItAcknowledged() throws Exception {
        survives("jdbc:h2:file:", "sessions");
    }

    private void survives(String scheme, String name) throws Exception {
        List<SessionKey> keys = Stream.generate(Rooms::newKey).limit(50).toList();
        try (JdbcEngine engine = open(scheme + running.resolve(name))) {
            for (SessionKey key : keys) {
                assertThat(engine.put(null, cell(key, 1, 1, Cell.NEVER, 0))).isEqualTo(Put.DONE);
            }
            copy();
        }
        try (JdbcEngine engine = open(scheme + left.resolve(name))) {
            for (SessionKey key : keys) {
                assertThat(engine.find(key)).isNotNull();
            }
        }
    }

    private static JdbcEngine open(String url) {
        return new JdbcEngine(
                new JdbcOptions(url, "sessions", true, 2, Duration.ofSeconds(10)),
                InstantSource.system(),
                null,
                BackendObserver.NONE);
    }

    /** As the end of a process would leave them. */
    private void copy() throws IOException {
        try (Stream<Path> files = Files.list(running)) {
            for (Path file : files.toList()) {
                // An index into the log that SQLite makes anew.
                if (!file.toString().endsWith("-shm")) {
                    Files.copy(file, left.resolve(file.getFileName()));
                }
            }
        }
    }
}
