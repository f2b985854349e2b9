package dev.sessionstore.store;

import dev.sessionstore.core.Page;
import dev.sessionstore.core.PrincipalIndex;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.Shown;
import dev.sessionstore.store.Engine.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists a principal's sessions from its owner's cells. Thread-safe. */
final class OwnerListing implements PrincipalIndex {
    private static final int MOST_AT_ONCE = 1000;

    private final Engine.Listing listing;
    private final Cells cells;

    OwnerListing(Engine.Listing listing, Cells cells) {
        this.listing = listing;
        this.cells = cells;
    }

    @Override
    public Page sessionsOf(String namespace, String principal, Shown shown, Page.@Nullable Cursor after, int limit) {
        String owner = Objects.requireNonNull(Owner.of(namespace, principal));
        Moved moved = new Moved(cells, after);
        Place at = after == null ? null : new Place(after.createdAt(), after.key());
        List<Session> sessions = new ArrayList<>();
        Set<Long> incarnations = new HashSet<>();
        Place last = null;
        while (true) {
            int wanted = Math.min(limit - sessions.size() + 1, MOST_AT_ONCE);
            List<Cell> found = listing.cells(owner, at, wanted);
            for (Cell cell : found) {
                at = Place.of(cell);
                Session session = moved.sessionOf(cell);
                if (session == null
                        || !session.namespace().equals(namespace)
                        || !principal.equals(session.principal())
                        || !shown.shows(session, cells.now())
                        || incarnations.contains(session.incarnation())) {
                    continue;
                }
                if (last != null && sessions.size() == limit) {
                    return new Page(sessions, new Page.Cursor(last.createdAt(), last.key(), moved.since()));
                }
                incarnations.add(session.incarnation());
                sessions.add(session);
                last = at;
            }
            if (found.size() < wanted) {
                return new Page(sessions, null);
            }
        }
    }
}
