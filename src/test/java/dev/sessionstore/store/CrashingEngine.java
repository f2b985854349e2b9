package dev.sessionstore.store;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell.Stamp;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An engine whose node dies before its nth write, or hears no answer to it. */
final class CrashingEngine implements Engine {
    private final Engine engine;
    private final boolean afterIt;
    private int writesLeft;

    /** @param afterIt whether that write was done */
    CrashingEngine(Engine engine, int writes, boolean afterIt) {
        this.engine = engine;
        this.writesLeft = writes;
        this.afterIt = afterIt;
    }

    private void dieIfLast() {
        if (writesLeft == 0) {
            throw new StoreUnavailableException("the node died", null);
        }
    }

    @Override
    public Put put(@Nullable Stamp expected, Cell next) {
        dieIfLast();
        if (--writesLeft == 0 && !afterIt) {
            throw new StoreUnavailableException("the node died", null);
        }
        Put put = engine.put(expected, next);
        dieIfLast();
        return put;
    }

    @Override
    public @Nullable Cell find(SessionKey key) throws UnreadableCellException {
        dieIfLast();
        return engine.find(key);
    }

    @Override
    public void touch(SessionKey key, long accessedAt) {
        engine.touch(key, accessedAt);
    }

    @Override
    public void touchLater(SessionKey key, long accessedAt) {
        engine.touchLater(key, accessedAt);
    }

    @Override
    public void clear(Cell there) {
        dieIfLast();
        engine.clear(there);
    }

    @Override
    public void discard(SessionKey key, byte[] unreadable) {
        engine.discard(key, unreadable);
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public void ping() {}

    @Override
    public InstantSource clock() {
        return engine.clock();
    }

    @Override
    public Optional<Listing> listing() {
        return engine.listing();
    }

    @Override
    public void close() {}
}
