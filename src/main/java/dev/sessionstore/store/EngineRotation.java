package dev.sessionstore.store;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.CellBody.Gone;

/** Moves a session to another key in the three steps that {@link Cells} tells of. Thread-safe. */
final class EngineRotation {
    private final Engine engine;
    private final Cells cells;
    private final Policies policies;

    EngineRotation(Engine engine, Cells cells, Policies policies) {
        this.engine = engine;
        this.cells = cells;
        this.policies = policies;
    }

    Outcome rotate(Session expected, Session next, long graceUntil) {
        SessionKey from = expected.key();
        if (from.equals(next.key())) {
            return Outcome.EXISTS;
        }
        Cell reserved = CellBody.reservation(next, from, cells.now());
        if (cells.take(reserved, from) != Outcome.DONE) {
            return refusalOr(expected, Outcome.EXISTS);
        }
        long now = cells.now();
        Tombstone tombstone =
                Tombstone.ofRotated(expected, next.key(), graceUntil, now, now, policies.of(expected.namespace()));
        Put put = engine.put(Stamp.of(expected), CellBody.of(tombstone, expected, next));
        switch (put) {
            case DONE -> {
                cells.finish(leftBy(from, new Gone(tombstone, next)));
                return Outcome.DONE;
            }
            case CHANGED -> {
                // The reservation stays for the next attempt; a twin may be about to use it, too.
                return Outcome.CHANGED;
            }
            default -> {
                return abandon(expected, reserved);
            }
        }
    }

    /** As it stands: with the later access. */
    private Gone leftBy(SessionKey from, Gone written) {
        Cell marker = cells.find(from);
        return marker != null && cells.bodyOf(marker) instanceof Gone gone && gone.arriving() != null ? gone : written;
    }

    private Outcome abandon(Session expected, Cell reserved) {
        Cell there = cells.find(expected.key());
        boolean twinMoved = there != null && cells.bodyOf(there) instanceof Gone gone && gone.leadsTo(reserved.key());
        if (!twinMoved) {
            engine.clear(reserved);
        }
        return there == null || cells.look(there) == Lookup.ABSENT ? Outcome.ABSENT : Outcome.GONE;
    }

    private Outcome refusalOr(Session expected, Outcome taken) {
        Lookup there = cells.look(expected.key());
        if (there instanceof Session held) {
            return held.isSameVersionAs(expected) ? taken : Outcome.CHANGED;
        }
        return there instanceof Tombstone ? Outcome.GONE : Outcome.ABSENT;
    }
}
