package dev.sessionstore.store.memcached;

import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;

/** Cells for tests of the engine alone. */
final class Cells {
    private Cells() {}

    static SessionKey newKey() {
        return KeyHash.plain().keyOf("shop", SessionId.generate());
    }

    /** Without an idle timeout or tombstone. */
    static Cell ending(long endsAt) {
        return ending(newKey(), 1, endsAt, new byte[] {1, 2, 3});
    }

    static Cell ending(SessionKey key, long revision, long endsAt, byte[] body) {
        return new Cell(key, "shop", null, new Stamp(7, revision), 1, 1, endsAt, 0, 0, 0, body);
    }

    static Cell idle(long accessedAt, long idleMillis) {
        return new Cell(
                newKey(),
                "shop",
                null,
                new Stamp(7, 1),
                accessedAt,
                accessedAt,
                Cell.NEVER,
                idleMillis,
                0,
                0,
                new byte[1]);
    }
}
