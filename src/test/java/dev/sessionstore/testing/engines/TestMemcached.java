package dev.sessionstore.testing.engines;

import java.util.Map;

/** To come. */
public final class TestMemcached implements TestEngine {
    private TestMemcached() {}

    /** The one of this JVM. */
    public static TestMemcached shared() {
        return new TestMemcached();
    }

    @Override
    public Map<String, String> newRoom() {
        throw new UnsupportedOperationException();
    }
}
