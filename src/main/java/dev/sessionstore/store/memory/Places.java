package dev.sessionstore.store.memory;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Where a listing shows a session: at its own key, and, if it was rotated since the listing began, at the keys it had
 * before. So one that moved to a place already passed is still shown where it would have been, and with no rotation
 * nothing is shown twice.
 *
 * <p>Thread-safe.
 */
final class Places {
    /**
     * @param createdAt 0 in a scan
     * @param key in the order of the listing; the session may have another one by now
     */
    record Place(long createdAt, SessionKey key, Session session) {
        static final Comparator<Place> NEWEST_FIRST =
                Comparator.comparingLong(Place::createdAt).reversed().thenComparing(Place::key);
        static final Comparator<Place> BY_KEY = Comparator.comparing(Place::key);
    }

    private final Holdings holdings;

    Places(Holdings holdings) {
        this.holdings = holdings;
    }

    /**
     * The session to show for that key; null: none.
     *
     * @param since the order of the last rotation before the listing began
     */
    @Nullable Session shown(Lookup found, long since, long now) {
        if (found instanceof Session session) {
            return session;
        }
        // Orders grow along a chain; a key that was used again meanwhile belongs to another one.
        long order = since;
        Lookup next = found;
        while (next instanceof Tombstone gone
                && gone.rotation() != null
                && gone.rotation().order() > order) {
            Tombstone.Rotation moved = gone.rotation();
            order = moved.order();
            next = holdings.look(moved.successor(), now);
            if (next instanceof Session session) {
                return session.incarnation() == moved.before().incarnation() ? session : null;
            }
        }
        return null;
    }
}
