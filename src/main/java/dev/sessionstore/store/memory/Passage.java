package dev.sessionstore.store.memory;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.Tombstone;
import org.jspecify.annotations.Nullable;

/**
 * What stands under both keys while a session moves from one to the other. Both passages look at one {@link Flip}, so
 * one write changes what both keys read: no reader sees two live sessions, nor none.
 */
final class Passage {
    /** The instant of the move. */
    static final class Flip {
        private volatile boolean done;

        /** Everything written before this call is seen by whoever sees the flip. */
        void complete() {
            done = true;
        }
    }

    private final Flip flip;
    private final @Nullable Session before;
    private @Nullable Object after;

    private Passage(Flip flip, @Nullable Session before, @Nullable Object after) {
        this.flip = flip;
        this.before = before;
        this.after = after;
    }

    /** For the old key; its tombstone comes with {@link #leave}. */
    static Passage out(Flip flip, Session leaving) {
        return new Passage(flip, leaving, null);
    }

    /** For the new key, which is free until the flip. */
    static Passage in(Flip flip, Session arriving) {
        return new Passage(flip, null, arriving);
    }

    /** Before the flip only. */
    void leave(Tombstone tombstone) {
        after = tombstone;
    }

    /** A session, a tombstone, or nothing. */
    @Nullable Object now() {
        return flip.done ? after : before;
    }

    /** The session by whose principal the index knows this key. */
    @Nullable Session named() {
        return before != null ? before : (Session) after;
    }
}
