package dev.sessionstore.store.memory;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.memory.Places.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists a principal's sessions, newest first. Thread-safe. */
final class PrincipalListing {
    private final Holdings holdings;
    private final Rotations rotations;

    PrincipalListing(Holdings holdings, Rotations rotations) {
        this.holdings = holdings;
        this.rotations = rotations;
    }

    Page page(String namespace, String principal, Shown shown, Page.@Nullable Cursor after, int limit) {
        long since = after == null ? rotations.last() : after.since();
        List<Place> found = find(namespace, principal, shown, since);
        if (after != null) {
            found.removeIf(place -> !isAfter(place, after));
        }
        found.sort(Place.NEWEST_FIRST);
        List<Session> sessions = new ArrayList<>();
        Set<Long> incarnations = new HashSet<>();
        Place last = null;
        for (Place place : found) {
            if (incarnations.contains(place.session().incarnation())) {
                continue;
            }
            if (last != null && sessions.size() == limit) {
                return new Page(sessions, new Page.Cursor(last.createdAt(), last.key(), since));
            }
            incarnations.add(place.session().incarnation());
            sessions.add(place.session());
            last = place;
        }
        return new Page(sessions, null);
    }

    /**
     * A session may move while we look: at its old key there is a tombstone by now, and its new key was not yet in the
     * snapshot. Then we follow the tombstone. Where no tombstone is kept, the key has nothing, and another snapshot is
     * taken until one has no such key: the new key is in the index before the old one stops being live. Tombstones of
     * rotations before the listing need no following: their successors are in the snapshot for the same reason.
     */
    private List<Place> find(String namespace, String principal, Shown shown, long since) {
        long now = holdings.clock.millis();
        Places view = new Places(holdings, since, now);
        List<Place> found = new ArrayList<>();
        Set<SessionKey> looked = new HashSet<>();
        boolean again = true;
        while (again) {
            again = false;
            for (SessionKey key : holdings.principals.keysOf(namespace, principal)) {
                if (!looked.add(key)) {
                    continue;
                }
                Lookup lookup = holdings.look(key, now);
                again |= lookup == Lookup.ABSENT;
                Session session = view.shown(lookup);
                if (session != null
                        && session.namespace().equals(namespace)
                        && principal.equals(session.principal())
                        && shown.shows(session, now)) {
                    found.add(new Place(createdAt(lookup, session), key, session));
                }
            }
        }
        return found;
    }

    /** The time by which the place was sorted when the session was there. */
    private static long createdAt(Lookup lookup, Session shown) {
        return lookup instanceof Tombstone gone && gone.rotation() != null
                ? gone.rotation().before().createdAt()
                : shown.createdAt();
    }

    private static boolean isAfter(Place place, Page.Cursor cursor) {
        return place.createdAt() < cursor.createdAt()
                || place.createdAt() == cursor.createdAt()
                        && SessionKey.BY_HANDLE.compare(place.key(), cursor.key()) > 0;
    }
}
