package dev.sessionstore.testing.engines;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** H2 in this process, in memory. */
public final class TestH2 implements TestEngine {
    private static final TestH2 SHARED = new TestH2();
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private TestH2() {}

    /** The one of this JVM. */
    public static TestH2 shared() {
        return SHARED;
    }

    /** A new database, that lasts as long as somebody is connected. */
    public String newUrl() {
        return "jdbc:h2:mem:room" + ROOMS.incrementAndGet();
    }

    @Override
    public Map<String, String> newRoom() {
        return Map.of(
                "backend", "jdbc",
                "backend-url", newUrl(),
                "backend-create-table", "true",
                "backend-timeout", "10s");
    }
}
