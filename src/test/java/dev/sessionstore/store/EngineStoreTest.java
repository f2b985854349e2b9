package dev.sessionstore.store;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.testing.MutableClock;

/** The rules that all engines share, on the simplest one. */
class EngineStoreTest extends SessionStoreContract {
    /** The map's listings look at everything. */
    @Override
    protected int repetitions() {
        return 200;
    }

    @Override
    protected SessionStore newStore(Policies policies, MutableClock clock) {
        return new EngineStore(new MapEngine(clock), policies, SessionObserver.NONE, BackendObserver.NONE);
    }
}
