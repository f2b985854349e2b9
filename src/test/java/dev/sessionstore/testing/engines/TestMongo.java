package dev.sessionstore.testing.engines;

import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What speaks MongoDB's protocol, within this JVM: a stand-in. Rooms are collections. */
public final class TestMongo implements TestEngine {
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final String url;

    private TestMongo() {
        // It warns of each index that it does not keep.
        System.setProperty("org.slf4j.simpleLogger.log.de.bwaldvogel.mongo", "off");
        url = new MongoServer(oneAtATime(new MemoryBackend())).bindAndGetConnectionString();
    }

    /**
     * Answers are copied before the next call: the stand-in writes into the very documents that it is about to send, and
     * readers would see halves, which those of MongoDB do not.
     */
    private static MongoBackend oneAtATime(MongoBackend backend) {
        Object lock = new Object();
        return (MongoBackend) Proxy.newProxyInstance(
                TestMongo.class.getClassLoader(), new Class<?>[] {MongoBackend.class}, (proxy, method, arguments) -> {
                    synchronized (lock) {
                        try {
                            Object answer = method.invoke(backend, arguments);
                            return answer instanceof Document document ? document.cloneDeeply() : answer;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                });
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
