package dev.sessionstore.store;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.CellBody.Gone;
import dev.sessionstore.store.CellBody.Held;
import dev.sessionstore.store.CellBody.Reserved;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What cells mean now, and the taking of a free key. Thread-safe.
 *
 * <p>A rotation has three steps: the new key is reserved, the old session becomes a marker that names the new key and
 * carries the successor, the reservation becomes the successor. The second step is the one that counts. Whoever meets
 * a reservation whose marker stands takes the third one.
 */
final class Cells {
    private static final Logger LOG = LoggerFactory.getLogger(Cells.class);

    private final Engine engine;
    private final Policies policies;
    private final BackendObserver observer;

    Cells(Engine engine, Policies policies, BackendObserver observer) {
        this.engine = engine;
        this.policies = policies;
        this.observer = observer;
    }

    long now() {
        return engine.clock().millis();
    }

    /** The cell, over or not; null: there is none that can be read. */
    @Nullable Cell find(SessionKey key) {
        try {
            return engine.find(key);
        } catch (UnreadableCellException e) {
            report(key, e);
            return null;
        }
    }

    /** What the cell tells; null: nothing that can be read. */
    @Nullable CellBody bodyOf(Cell cell) {
        try {
            return CellBody.read(cell);
        } catch (UnreadableCellException e) {
            report(cell.key(), e);
            return null;
        }
    }

    private void report(SessionKey key, UnreadableCellException e) {
        observer.unreadable();
        LOG.warn(
                "the record of {} in the store {} cannot be read and counts as absent: {}",
                key,
                engine.name(),
                e.getMessage());
    }

    Lookup look(SessionKey key) {
        Cell cell = find(key);
        return cell == null ? Lookup.ABSENT : look(cell);
    }

    /** What a cell is now, when its rotation was finished. */
    Lookup look(Cell cell) {
        long now = now();
        CellBody body = bodyOf(cell);
        if (body == null || cell.isDropped(now)) {
            return Lookup.ABSENT;
        }
        if (body instanceof Held held) {
            return cell.isOver(now) ? expired(cell) : held.session();
        }
        if (body instanceof Gone gone) {
            Tombstone tombstone = gone.tombstone();
            return tombstone.isForgotten(now) ? Lookup.ABSENT : tombstone;
        }
        return arrive(cell, ((Reserved) body).from());
    }

    private static Tombstone expired(Cell cell) {
        return new Tombstone(cell.key(), cell.namespace(), Reason.EXPIRED, cell.overAt(), cell.droppedAt(), null);
    }

    /** The session that a reservation waits for, if it has left its old key; else nothing is here yet. */
    private Lookup arrive(Cell reserved, SessionKey from) {
        Gone left = markerTo(reserved, from);
        if (left != null) {
            finish(left);
        }
        // The third step was taken, by us or by another. If not, the rotation is not at its second yet.
        Cell again = find(reserved.key());
        return again == null || again.stamp().equals(reserved.stamp()) ? Lookup.ABSENT : look(again);
    }

    /** The marker under the old key, if that session left for this reservation. */
    private @Nullable Gone markerTo(Cell reserved, SessionKey from) {
        Cell origin = find(from);
        if (origin == null || origin.stamp().incarnation() != reserved.stamp().incarnation()) {
            return null;
        }
        return bodyOf(origin) instanceof Gone gone && gone.leadsTo(reserved.key()) ? gone : null;
    }

    /**
     * Takes the third step of a rotation, if nobody has, and then lets the marker forget what it carries.
     *
     * @param left carries the successor, or did
     */
    void finish(Gone left) {
        Session arriving = left.arriving();
        Tombstone.Rotation moved = left.tombstone().rotation();
        if (arriving == null || moved == null) {
            return;
        }
        long incarnation = arriving.incarnation();
        // Nothing but the reservation: a successor that went since must not come again.
        engine.put(new Stamp(incarnation, Stamp.RESERVED), CellBody.of(arriving, policies));
        engine.put(new Stamp(incarnation, Stamp.LEAVING), CellBody.of(left.tombstone(), moved.before(), null));
    }

    /**
     * Writes a cell where its key is free.
     *
     * @param from the key that a reservation is for; null: the cell is a session
     * @return {@link Outcome#DONE}, {@link Outcome#EXISTS} or {@link Outcome#GONE}
     */
    Outcome take(Cell cell, @Nullable SessionKey from) {
        while (true) {
            if (engine.put(null, cell) == Put.DONE) {
                return Outcome.DONE;
            }
            Cell there;
            try {
                there = engine.find(cell.key());
            } catch (UnreadableCellException e) {
                report(cell.key(), e);
                engine.discard(cell.key(), e.bytes());
                continue;
            }
            if (there == null) {
                continue;
            }
            Outcome outcome = take(cell, from, there);
            if (outcome != null) {
                return outcome;
            }
        }
    }

    /** One attempt against what stands there; null: look again. */
    private @Nullable Outcome take(Cell cell, @Nullable SessionKey from, Cell there) {
        CellBody body = bodyOf(there);
        if (body == null || there.isDropped(now())) {
            engine.clear(there);
            return null;
        }
        if (body instanceof Reserved reserved) {
            boolean ours = reserved.from().equals(from)
                    && there.stamp().incarnation() == cell.stamp().incarnation();
            if (ours) {
                // Of a twin, or of an attempt that did not come to its end: for another principal perhaps, and about to
                // end.
                return engine.put(there.stamp(), cell) == Put.DONE ? Outcome.DONE : null;
            }
            if (isUnderWay(there, reserved.from())) {
                return Outcome.EXISTS;
            }
        }
        Lookup seen = look(there);
        if (seen != Lookup.ABSENT) {
            return seen instanceof Session ? Outcome.EXISTS : Outcome.GONE;
        }
        if (body instanceof Gone left) {
            finish(left);
        }
        return engine.put(there.stamp(), cell) == Put.DONE ? Outcome.DONE : null;
    }

    /** Whether the session that is to come may still leave its old key. */
    private boolean isUnderWay(Cell reserved, SessionKey from) {
        Cell origin = find(from);
        return origin != null
                && origin.isSession()
                && origin.stamp().incarnation() == reserved.stamp().incarnation()
                && !origin.isOver(now());
    }
}
