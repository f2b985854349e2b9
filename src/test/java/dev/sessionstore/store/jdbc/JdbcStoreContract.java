package dev.sessionstore.store.jdbc;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.store.SessionStoreContract;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.engines.TestEngine;

/** What every store promises, on one database. */
abstract class JdbcStoreContract extends SessionStoreContract {
    private final TestEngine database;

    JdbcStoreContract(TestEngine database) {
        this.database = database;
    }

    @Override
    protected SessionStore newStore(Policies policies, MutableClock clock) {
        JdbcEngine engine = new JdbcEngine(Rooms.options(database.newRoom()), clock, clock, BackendObserver.NONE);
        return new EngineStore(engine, policies, SessionObserver.NONE, BackendObserver.NONE);
    }

    @Override
    protected int repetitions() {
        return 100;
    }
}
