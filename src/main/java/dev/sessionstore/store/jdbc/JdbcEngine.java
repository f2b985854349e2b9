package dev.sessionstore.store.jdbc;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.Put;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** To come. */
public final class JdbcEngine implements Engine {
    private final JdbcOptions options;

    /**
     * Connects to nothing yet.
     *
     * @param given for tests: the clock by which everything is reckoned; null: the engine's own, or else the node's
     * @throws IllegalArgumentException if the options make no sense; the message names no secret
     */
    public JdbcEngine(
            JdbcOptions options, InstantSource node, @Nullable InstantSource given, BackendObserver observer) {
        this.options = options;
    }

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public @Nullable Cell find(SessionKey key) {
        throw new UnsupportedOperationException(options.toString());
    }

    @Override
    public Put put(@Nullable Stamp expected, Cell next) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void touch(SessionKey key, long accessedAt) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void touchLater(SessionKey key, long accessedAt) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void clear(Cell there) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void discard(SessionKey key, byte[] unreadable) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void ping() {
        throw new UnsupportedOperationException();
    }

    @Override
    public InstantSource clock() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
