package dev.sessionstore.store;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Count;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.PrincipalIndex;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Scan;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.Cell.Stamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The session store on an engine: what a cell means now, and which cell each write expects and leaves. Rotation, which
 * concerns two keys, is {@link EngineRotation}'s.
 *
 * <p>Thread-safe. The observer hears of what this node does; what an engine drops by itself nobody reports.
 */
public final class EngineStore implements SessionStore {
    private final Engine engine;
    private final Policies policies;
    private final SessionObserver observer;
    private final Cells cells;
    private final EngineRotation rotation;

    /** @param backend hears of records that cannot be read */
    public EngineStore(Engine engine, Policies policies, SessionObserver observer, BackendObserver backend) {
        this.engine = engine;
        this.policies = policies;
        this.observer = observer;
        cells = new Cells(engine, policies, backend);
        rotation = new EngineRotation(engine, cells, policies);
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public Lookup find(SessionKey key) {
        return cells.look(key);
    }

    @Override
    public Outcome create(Session session) {
        Outcome outcome = cells.take(CellBody.of(session, policies), null);
        if (outcome == Outcome.DONE) {
            observer.created(session);
        }
        return outcome;
    }

    @Override
    public Outcome replace(Session expected, Session next) {
        Outcome outcome = outcome(engine.put(Stamp.of(expected), CellBody.of(next, policies)), expected.key());
        if (outcome == Outcome.DONE) {
            observer.changed(next);
        }
        return outcome;
    }

    @Override
    public Outcome remove(Session expected, Reason why) {
        long now = engine.clock().millis();
        Tombstone tombstone = Tombstone.ofRemoved(expected, why, now, policies.of(expected.namespace()));
        Outcome outcome =
                outcome(engine.put(Stamp.of(expected), CellBody.of(tombstone, expected, null)), expected.key());
        if (outcome == Outcome.DONE) {
            observer.removed(expected, why);
        }
        return outcome;
    }

    @Override
    public Outcome rotate(Session expected, Session next, Instant graceUntil) {
        Outcome outcome = rotation.rotate(expected, next, graceUntil.toEpochMilli());
        if (outcome == Outcome.DONE) {
            observer.removed(expected, Reason.ROTATED);
        }
        return outcome;
    }

    private Outcome outcome(Put put, SessionKey key) {
        return switch (put) {
            case DONE -> Outcome.DONE;
            case CHANGED -> Outcome.CHANGED;
            case GONE -> Outcome.GONE;
            case ABSENT -> Outcome.ABSENT;
            case LOOK -> {
                Lookup there = cells.look(key);
                yield there instanceof Session
                        ? Outcome.CHANGED
                        : there instanceof Tombstone ? Outcome.GONE : Outcome.ABSENT;
            }
        };
    }

    @Override
    public void touch(SessionKey key, Instant accessedAt) {
        engine.touch(key, accessedAt.toEpochMilli());
    }

    @Override
    public void touchLater(SessionKey key, Instant accessedAt) {
        engine.touchLater(key, accessedAt.toEpochMilli());
    }

    @Override
    public InstantSource clock() {
        return engine.clock();
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Optional<PrincipalIndex> principalIndex() {
        return engine.listing().map(listing -> new OwnerListing(listing, cells));
    }

    @Override
    public Optional<Scan> scan() {
        return engine.walk().map(walk -> new NamespaceWalk(walk, cells));
    }

    @Override
    public Optional<Count> count() {
        return engine.tally().map(TallyCount::new);
    }

    private record TallyCount(Engine.Tally tally) implements Count {
        @Override
        public Counted count(String namespace) {
            return tally.count(namespace);
        }

        @Override
        public Map<String, Counted> countAll() {
            return tally.countAll();
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
