package dev.sessionstore.store.redis;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.store.SessionStoreListings;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.engines.TestRedis;
import java.time.Duration;

class RedisStoreTest extends SessionStoreListings {
    @Override
    protected SessionStore newStore(Policies policies, MutableClock clock) {
        RedisOptions options =
                new RedisOptions(url(), TestRedis.newPrefix(), Duration.ofSeconds(10), null, nearCache());
        RedisEngine engine = new RedisEngine(options, clock, clock, BackendObserver.NONE);
        NearCache near = engine.near();
        if (near != null) {
            engine.ping();
            Room.await(near::stands);
        }
        return new EngineStore(engine, policies, SessionObserver.NONE, BackendObserver.NONE);
    }

    String url() {
        return TestRedis.shared().url();
    }

    int nearCache() {
        return 0;
    }

    /** SCAN repeats itself while Redis moves its keys to a larger table. */
    @Override
    protected boolean scansShowOnce() {
        return false;
    }

    @Override
    protected int repetitions() {
        return 100;
    }
}
