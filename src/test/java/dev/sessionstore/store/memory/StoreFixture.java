package dev.sessionstore.store.memory;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.TestPolicies;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;

/** What the tests of the memory store begin with. */
abstract class StoreFixture {
    final MutableClock clock = new MutableClock();
    final Recorder recorder = new Recorder();
    Policies policies = Policies.allDefault();
    MemoryStore store;

    MemoryStore open(long maxSessions, long maxBytes, MemoryOptions.WhenFull whenFull) {
        store = new MemoryStore(new MemoryOptions(maxSessions, maxBytes, whenFull), policies, clock, recorder);
        return store;
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    /** Expired sessions are held for that long. */
    static Policies advisory(Duration orphanAfter) {
        return new Policies(TestPolicies.advisory(orphanAfter), Map.of());
    }

    static SessionKey newKey() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new SessionKey(random.nextLong(), random.nextLong());
    }

    Session.Builder begin() {
        return Session.begin(newKey(), "shop", clock.millis()).idleSeconds(1800);
    }

    /** Of that size in bytes, at least 8. */
    static Attributes attributes(int size) {
        byte[] json = new byte[size];
        Arrays.fill(json, (byte) 'x');
        json[0] = '{';
        json[1] = '"';
        json[2] = 'a';
        json[3] = '"';
        json[4] = ':';
        json[5] = '"';
        json[size - 2] = '"';
        json[size - 1] = '}';
        return Attributes.ofCheckedJson(json);
    }
}
