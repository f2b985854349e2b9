package dev.sessionstore.store.mongodb;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.store.SessionStoreContract;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.engines.TestMongo;
import java.time.Duration;

class MongoStoreTest extends SessionStoreContract {
    @Override
    protected SessionStore newStore(Policies policies, MutableClock clock) {
        MongoEngine engine = new MongoEngine(
                MongoEngineTest.options(TestMongo.shared().url(), TestMongo.newCollection(), Duration.ofSeconds(20)),
                clock,
                clock,
                BackendObserver.NONE);
        return new EngineStore(engine, policies, SessionObserver.NONE, BackendObserver.NONE);
    }

    @Override
    protected int repetitions() {
        return 100;
    }
}
