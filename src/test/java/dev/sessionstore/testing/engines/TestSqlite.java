package dev.sessionstore.testing.engines;

import java.util.Map;

/** To come. */
public final class TestSqlite implements TestEngine {
    private TestSqlite() {}

    /** The one of this JVM. */
    public static TestSqlite shared() {
        return new TestSqlite();
    }

    @Override
    public Map<String, String> newRoom() {
        throw new UnsupportedOperationException();
    }
}
