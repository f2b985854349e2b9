package dev.sessionstore.testing.engines;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What speaks MongoDB's protocol, within this JVM: a stand-in. Rooms are collections. */
public final class TestMongo implements TestEngine {
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final String url;

    private TestMongo() {
        // It warns of each index that it does not keep.
        System.setProperty("org.slf4j.simpleLogger.log.de.bwaldvogel.mongo", "off");
        url = new MongoServer(new MemoryBackend()).bindAndGetConnectionString();
    }

    private static final class Shared {
        static final TestMongo INSTANCE = new TestMongo();
    }

    /** The one of this JVM. */
    public static TestMongo shared() {
        return Shared.INSTANCE;
    }

    @Override
    public Map<String, String> newRoom() {
        return Map.of(
                "backend",
                "mongodb",
                "backend-url",
                url,
                "backend-database",
                "test",
                "backend-collection",
                newCollection(),
                "backend-timeout",
                "5s");
    }

    public String url() {
        return url;
    }

    public static String newCollection() {
        return "room" + ROOMS.incrementAndGet();
    }
}
