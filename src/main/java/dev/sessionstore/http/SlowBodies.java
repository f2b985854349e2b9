package dev.sessionstore.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;

/**
 * Closes connections whose bodies come too slowly in a way that a reader cannot see: bytes of a chunk's extension or of
 * a trailer are traffic to Jetty, and nothing to read. Thread-safe.
 */
final class SlowBodies implements AutoCloseable {
    private final Map<BodyReader, EndPoint> reading = new ConcurrentHashMap<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "session-store-slow-bodies");
        thread.setDaemon(true);
        return thread;
    });

    SlowBodies() {
        watch.scheduleWithFixedDelay(this::check, 1, 1, TimeUnit.SECONDS);
    }

    void add(BodyReader reader, EndPoint connection) {
        reading.put(reader, connection);
    }

    void remove(BodyReader reader) {
        reading.remove(reader);
    }

    /** Looks at all readers now. */
    void check() {
        reading.forEach((reader, connection) -> {
            if (reader.isLate()) {
                reading.remove(reader);
                connection.close();
            }
        });
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
