package dev.sessionstore.store.redis;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.store.SessionStoreContract;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.engines.TestRedis;
import java.time.Duration;

class RedisStoreTest extends SessionStoreContract {
    @Override
    protected SessionStore newStore(Policies policies, MutableClock clock) {
        RedisOptions options = new RedisOptions(
                TestRedis.shared().url(), TestRedis.newPrefix(), Duration.ofSeconds(10), null, nearCache());
        return new EngineStore(
                new RedisEngine(options, clock, clock, BackendObserver.NONE),
                policies,
                SessionObserver.NONE,
                BackendObserver.NONE);
    }

    int nearCache() {
        return 0;
    }

    @Override
    protected int repetitions() {
        return 200;
    }
}
