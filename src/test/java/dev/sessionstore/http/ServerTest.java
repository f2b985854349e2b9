package dev.sessionstore.http;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** One server for the class, a fresh namespace for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServerTest {
    static final Duration IDLE = Duration.ofMinutes(30);
    static final Duration ABSOLUTE = Duration.ofHours(24);
    static final Duration PERMANENT = Duration.ofDays(31);
    static final Duration TOMBSTONE = Duration.ofMinutes(5);

    final TestServer server;
    Sessions sessions;

    ServerTest() {
        this(TestServer.start());
    }

    ServerTest(TestServer server) {
        this.server = server;
    }

    @BeforeEach
    void useFreshNamespace() {
        sessions = Sessions.in(server);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** As documents show it. */
    Instant now() {
        return server.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    void advance(Duration time) {
        server.clock().advance(time);
    }

    void advanceSeconds(long seconds) {
        server.clock().advance(Duration.ofSeconds(seconds));
    }
}
