package dev.sessionstore.store;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where sessions went that were rotated since a listing began. At their old places they are shown for what they are by
 * now: their new ones may lie behind the listing, or before it among keys that the engine had read already. A session that
 * was rotated since the last seconds before the listing may therefore be shown twice, on two pages: clocks differ a little,
 * and writes take their time.
 *
 * <p>For one thread and one page.
 */
final class Moved {
    private static final long MARGIN_MILLIS = 2_000;
    private static final int LONGEST_CHAIN = 1_000;

    private final Cells cells;
    private final long since;
    /** By incarnation: a long chain is not followed from each of its links. */
    private final Map<Long, Session> followed = new HashMap<>();
    /** Incarnations that are gone for good. */
    private final Set<Long> ended = new HashSet<>();

    /** @param after where the page before ended; null for the first one */
    Moved(Cells cells, Page.@Nullable Cursor after) {
        this.cells = cells;
        since = after == null ? cells.now() - MARGIN_MILLIS : after.since();
    }

    /** For the page's cursor. */
    long since() {
        return since;
    }

    /** The session of that cell, wherever it lives now; null: it was rotated before, or lives nowhere. */
    @Nullable Session sessionOf(Cell cell) {
        Lookup there = cells.look(cell);
        if (there instanceof Session session) {
            return session;
        }
        Tombstone.Rotation rotation = rotationOf(cell, there);
        if (rotation == null || rotation.order() < since) {
            return null;
        }
        long incarnation = cell.stamp().incarnation();
        Session known = followed.get(incarnation);
        if (known == null && !ended.contains(incarnation)) {
            known = follow(rotation, incarnation);
            if (known != null) {
                followed.put(incarnation, known);
            }
        }
        return known;
    }

    private @Nullable Session follow(Tombstone.Rotation first, long incarnation) {
        Set<SessionKey> seen = new HashSet<>();
        Tombstone.Rotation moved = first;
        while (moved != null && seen.size() < LONGEST_CHAIN && seen.add(moved.successor())) {
            Cell next = cells.find(moved.successor());
            // A key that was used again belongs to another session.
            if (next == null || next.stamp().incarnation() != incarnation) {
                return null;
            }
            Lookup there = cells.look(next);
            if (there instanceof Session session) {
                return session;
            }
            moved = rotationOf(next, there);
            if (next.stamp().revision() == Cell.Stamp.GONE && moved == null) {
                ended.add(incarnation);
            }
        }
        return null;
    }

    /**
     * A marker that is forgotten already tells no less where its session went. What was read as a reservation may have been
     * arrived at, and left again, by the time it was looked at.
     */
    private Tombstone.@Nullable Rotation rotationOf(Cell cell, Lookup there) {
        if (there instanceof Tombstone left && left.rotation() != null) {
            return left.rotation();
        }
        return !cell.isSession() && cells.bodyOf(cell) instanceof CellBody.Gone gone
                ? gone.tombstone().rotation()
                : null;
    }
}
