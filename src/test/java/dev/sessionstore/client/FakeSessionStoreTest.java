package dev.sessionstore.client;

import dev.sessionstore.testing.MutableClock;

class FakeSessionStoreTest extends SessionClientContract {
    private final MutableClock clock = new MutableClock();
    private final FakeSessionStore store = new FakeSessionStore(clock);

    @Override
    SessionClient client(AttributeCodec codec) {
        return store.client(codec);
    }

    @Override
    MutableClock clock() {
        return clock;
    }
}
