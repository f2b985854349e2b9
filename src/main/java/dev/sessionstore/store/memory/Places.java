package dev.sessionstore.store.memory;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a listing shows a session: at its own key, and, if it was rotated since the listing began, at the keys it had
 * before. So one that moved to a place already passed is still shown where it would have been, and with no rotation
 * nothing is shown twice.
 *
 * <p>For one thread and one look at the store.
 */
final class Places {
    /**
     * @param createdAt 0 in a scan
     * @param key in the order of the listing; the session may have another one by now
     */
    record Place(long createdAt, SessionKey key, Session session) {
        static final Comparator<Place> NEWEST_FIRST =
                Comparator.comparingLong(Place::createdAt).reversed().thenComparing(Place::key, SessionKey.BY_HANDLE);
        static final Comparator<Place> BY_KEY = Comparator.comparing(Place::key);
    }

    private final Holdings holdings;
    private final long since;
    private final long now;
    /** By incarnation: where one chain of rotations led, so that a long one is not followed from each of its links. */
    private final Map<Long, Session> followed = new HashMap<>();

    /** @param since the order of the last rotation before the listing began */
    Places(Holdings holdings, long since, long now) {
        this.holdings = holdings;
        this.since = since;
        this.now = now;
    }

    /** The session to show in the place of a key at which this was found; null: none. */
    @Nullable Session shown(Lookup found) {
        if (found instanceof Session session) {
            return session;
        }
        if (!(found instanceof Tombstone gone)
                || gone.rotation() == null
                || gone.rotation().order() <= since) {
            return null;
        }
        long incarnation = gone.rotation().before().incarnation();
        Session known = followed.get(incarnation);
        if (known != null) {
            return known;
        }
        Session successor = successor(gone.rotation());
        if (successor == null || successor.incarnation() != incarnation) {
            return null;
        }
        followed.put(incarnation, successor);
        return successor;
    }

    /** Orders grow along a chain; a key that was used again meanwhile belongs to another one. */
    private @Nullable Session successor(Tombstone.Rotation first) {
        Tombstone.Rotation moved = first;
        while (true) {
            Lookup next = holdings.look(moved.successor(), now);
            if (next instanceof Session session) {
                return session;
            }
            if (!(next instanceof Tombstone gone)
                    || gone.rotation() == null
                    || gone.rotation().order() <= moved.order()) {
                return null;
            }
            moved = gone.rotation();
        }
    }
}
