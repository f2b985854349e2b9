package dev.sessionstore.store.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.store.SessionStoreBasics;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.engines.TestMemcached;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** All but the capabilities, which memcached has not. */
@Needs(value = "memcached", remedy = "apt-get install memcached")
class MemcachedStoreTest extends SessionStoreBasics {
    @Override
    protected SessionStore newStore(Policies policies, MutableClock clock) {
        MemcachedOptions options =
                new MemcachedOptions(TestMemcached.shared().url(), TestMemcached.newPrefix(), Duration.ofSeconds(20));
        MemcachedEngine engine = new MemcachedEngine(options, clock, clock, BackendObserver.NONE);
        return new EngineStore(engine, policies, SessionObserver.NONE, BackendObserver.NONE);
    }

    @Override
    protected int repetitions() {
        return 200;
    }

    @Test
    void itDeclaresNoCapability() {
        assertThat(store.principalIndex()).isEmpty();
        assertThat(store.scan()).isEmpty();
        assertThat(store.count()).isEmpty();
    }
}
