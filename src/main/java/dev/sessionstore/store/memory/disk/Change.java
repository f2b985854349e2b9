package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.util.List;

/**
 * What the journal tells. Each change gives a key's whole new state, so that telling it again does no harm. A session or
 * tombstone whose time runs out is no change: a reader of the journal has a clock, too.
 */
public sealed interface Change {
    /** A session stands under its key. */
    record Live(Session session) implements Change {}

    /** A tombstone stands under its key. */
    record Gone(Tombstone tombstone) implements Change {}

    /** A session moved to another key: both sides in one record, so that no crash leaves two, or none. */
    record Moved(Tombstone left, Session arrived) implements Change {}

    /** Nothing stands under the key, by a removal in a namespace that keeps no tombstones. */
    record Removed(SessionKey key) implements Change {}

    /** A full store forgot the session; names it exactly, as this may be told after its key is in use again. */
    record Evicted(SessionKey key, long incarnation, long version) implements Change {}

    /** Sessions were accessed. */
    record Touched(List<Touch> touches) implements Change {
        public Touched {
            touches = List.copyOf(touches);
        }
    }

    /** @param at epoch milliseconds */
    record Touch(SessionKey key, long incarnation, long at) {}

    /** Whether it is refused when the disk is full; what takes something away, or is small, goes into the reserve. */
    default boolean needsRoom() {
        return this instanceof Live || this instanceof Moved;
    }
}
