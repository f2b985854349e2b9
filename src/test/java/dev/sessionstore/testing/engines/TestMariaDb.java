package dev.sessionstore.testing.engines;

import java.util.Map;

/** To come. */
public final class TestMariaDb implements TestEngine {
    private TestMariaDb() {}

    /** The one of this JVM. */
    public static TestMariaDb shared() {
        return new TestMariaDb();
    }

    @Override
    public Map<String, String> newRoom() {
        throw new UnsupportedOperationException();
    }
}
