package dev.sessionstore.store.memory;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import org.jspecify.annotations.Nullable;

/**
 * Is told of every change, by whoever holds the key's lock, so in the order in which a key's changes are made. Waits for
 * nothing and calls nothing that locks.
 */
interface Ledger {
    /** Nothing is written down. */
    Ledger NONE = new Ledger() {
        @Override
        public void admit() {}

        @Override
        public void changed(SessionKey key, @Nullable Object to) {}

        @Override
        public void moved(Tombstone left, Session arrived) {}

        @Override
        public void touched(Session session, long before) {}

        @Override
        public void evicted(Object value) {}
    };

    /**
     * Before a change that takes room; a removal needs no admission.
     *
     * @throws dev.sessionstore.core.StoreFullException if there is no room to write it down
     */
    void admit();

    /** @param to a session, a tombstone, or null: nothing */
    void changed(SessionKey key, @Nullable Object to);

    void moved(Tombstone left, Session arrived);

    /** @param before when the last access was before this one, in epoch milliseconds */
    void touched(Session session, long before);

    /** Not under the key's lock: told when it has happened, and another value may have the key. */
    void evicted(Object value);
}
