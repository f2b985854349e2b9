package dev.sessionstore.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import java.time.Duration;
import java.util.Map;

/** A test's part of a database, and what it puts there. */
final class Rooms {
    static final String NAMESPACE = "shop";

    private Rooms() {}

    static JdbcOptions options(Map<String, String> room) {
        return new JdbcOptions(
                room.get("backend-url"),
                room.getOrDefault("backend-table", "sessions"),
                true,
                10,
                Duration.ofSeconds(10));
    }

    static SessionKey newKey() {
        return KeyHash.plain().keyOf(NAMESPACE, SessionId.generate());
    }

    /** Of no owner; its tombstone stands for a second. */
    static Cell cell(SessionKey key, long revision, long accessedAt, long endsAt, long idleMillis) {
        return new Cell(
                key,
                NAMESPACE,
                null,
                new Stamp(7, revision),
                accessedAt,
                accessedAt,
                endsAt,
                idleMillis,
                0,
                1000,
                "the body".getBytes(UTF_8));
    }

    static Cell owned(SessionKey key, String owner, long createdAt) {
        return new Cell(
                key,
                NAMESPACE,
                owner,
                new Stamp(7, 1),
                createdAt,
                createdAt,
                Cell.NEVER,
                0,
                0,
                1000,
                "the body".getBytes(UTF_8));
    }
}
