package dev.sessionstore.testing.engines;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * MariaDB: where the system property {@code mariadb.url} says, or, in the Maven profile {@code mariadb}, one that is
 * started.
 */
public final class TestMariaDb implements TestEngine {
    private static final String STARTER = "dev.sessionstore.testing.engines.MariaDbServer";
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final String url;

    private TestMariaDb(String url) {
        this.url = url;
    }

    private static final class Shared {
        static final TestMariaDb ENGINE = new TestMariaDb(find());
    }

    /** The one of this JVM. */
    public static TestMariaDb shared() {
        return Shared.ENGINE;
    }

    private static String find() {
        String given = System.getProperty("mariadb.url");
        if (given != null) {
            return given;
        }
        try {
            return (String) Class.forName(STARTER).getMethod("start").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("there is no MariaDB: run with -Pmariadb or -Dmariadb.url=", e);
        }
    }

    /** With user and password. */
    public String url() {
        return url;
    }

    @Override
    public Map<String, String> newRoom() {
        return Map.of(
                "backend", "jdbc",
                "backend-url", url,
                "backend-table", "room_" + ROOMS.incrementAndGet(),
                "backend-create-table", "true",
                "backend-timeout", "10s");
    }
}
