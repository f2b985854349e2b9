package dev.sessionstore.store.jdbc;

import java.time.Duration;
import java.util.Map;

/** A test's part of a database. */
final class Rooms {
    private Rooms() {}

    static JdbcOptions options(Map<String, String> room) {
        return new JdbcOptions(
                room.get("backend-url"),
                room.getOrDefault("backend-table", "sessions"),
                true,
                10,
                Duration.ofSeconds(10));
    }
}
