package dev.sessionstore.testing.engines;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** PostgreSQL from its own binaries. */
public final class TestPostgres implements TestEngine {
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final EmbeddedPostgres server;

    private TestPostgres(EmbeddedPostgres server) {
        this.server = server;
    }

    private static final class Shared {
        static final TestPostgres ENGINE = start();
    }

    /** The one of this JVM. */
    public static TestPostgres shared() {
        return Shared.ENGINE;
    }

    /** One more, that the test may harm and has to close. */
    public static EmbeddedPostgres startServer() {
        try {
            return EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TestPostgres start() {
        return new TestPostgres(startServer());
    }

    /** With user and password. */
    public String url() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    @Override
    public Map<String, String> newRoom() {
        return Map.of(
                "backend", "jdbc",
                "backend-url", url(),
                "backend-table", "room_" + ROOMS.incrementAndGet(),
                "backend-create-table", "true",
                "backend-timeout", "10s");
    }
}
