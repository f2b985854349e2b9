package dev.sessionstore.store.memory;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The keys of tombstones in the order in which they were made, for a store that must drop some. It may name keys whose
 * tombstone is gone; those leave at the head, or all at once when they are the most.
 *
 * <p>Thread-safe. Its lock calls nothing that locks.
 */
final class OldestTombstones {
    private static final int ALWAYS_ALLOWED = 1024;

    private final Entries entries;
    private final ArrayDeque<SessionKey> line = new ArrayDeque<>();
    private final Usage usage;

    OldestTombstones(Entries entries, Usage usage) {
        this.entries = entries;
        this.usage = usage;
    }

    synchronized void add(SessionKey key) {
        while (!line.isEmpty() && !isTombstone(line.peekFirst())) {
            line.pollFirst();
        }
        // A tombstone that is kept long must not hold a growing tail of stale keys behind it.
        if (line.size() > 2 * usage.tombstones() + ALWAYS_ALLOWED) {
            line.removeIf(each -> !isTombstone(each));
        }
        line.addLast(key);
    }

    /** The oldest one's key, taken out of the line; null: there is none. */
    synchronized @Nullable SessionKey poll() {
        SessionKey key = line.pollFirst();
        while (key != null && !isTombstone(key)) {
            key = line.pollFirst();
        }
        return key;
    }

    private boolean isTombstone(SessionKey key) {
        return entries.look(key) instanceof Tombstone;
    }
}
