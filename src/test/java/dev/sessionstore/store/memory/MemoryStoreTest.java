package dev.sessionstore.store.memory;

import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.store.SessionStoreContract;
import dev.sessionstore.testing.MutableClock;

class MemoryStoreTest extends SessionStoreContract {
    @Override
    protected SessionStore newStore(Policies policies, MutableClock clock) {
        MemoryOptions unlimited = new MemoryOptions(0, 0, MemoryOptions.WhenFull.REJECT);
        return new MemoryStore(unlimited, policies, clock, SessionObserver.NONE);
    }
}
