package dev.sessionstore.testing.engines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** SQLite in this process, in files. */
public final class TestSqlite implements TestEngine {
    private static final TestSqlite SHARED = new TestSqlite();
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final Path directory;

    private TestSqlite() {
        try {
            directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "sqlite");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one of this JVM. */
    public static TestSqlite shared() {
        return SHARED;
    }

    /** A new database. */
    public String newUrl() {
        return "jdbc:sqlite:" + directory.resolve("room" + ROOMS.incrementAndGet() + ".db");
    }

    @Override
    public Map<String, String> newRoom() {
        return Map.of(
                "backend", "jdbc",
                "backend-url", newUrl() + "?synchronous=OFF",
                "backend-create-table", "true",
                "backend-timeout", "10s");
    }
}
