package dev.sessionstore.store.none;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Accepts sessions and forgets them, for tests of applications and smoke runs: whoever reads finds nothing, and must do
 * with that as with a session that is gone. Thread-safe.
 */
public final class NoneStore implements SessionStore {
    private final InstantSource clock;
    private final SessionObserver observer;

    public NoneStore(InstantSource clock, SessionObserver observer) {
        this.clock = clock;
        this.observer = observer;
    }

    @Override
    public String name() {
        return "none";
    }

    @Override
    public Lookup find(SessionKey key) {
        return Lookup.ABSENT;
    }

    @Override
    public Outcome create(Session session) {
        observer.created(session);
        return Outcome.DONE;
    }

    @Override
    public Outcome replace(Session expected, Session next) {
        return Outcome.ABSENT;
    }

    @Override
    public Outcome remove(Session expected, Reason why) {
        return Outcome.ABSENT;
    }

    @Override
    public Outcome rotate(Session expected, Session next, Instant graceUntil) {
        return Outcome.ABSENT;
    }

    @Override
    public void touch(SessionKey key, Instant accessedAt) {}

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public void close() {}
}
