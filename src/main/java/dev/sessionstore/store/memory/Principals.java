package dev.sessionstore.store.memory;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a principal's sessions have. A key is added before its session stands and removed after it is gone: there
 * may be too many, never too few, and who reads looks at each.
 *
 * <p>Thread-safe. A set is touched only inside {@code compute} on its entry.
 */
final class Principals {
    private record PrincipalKey(String namespace, String principal) {}

    private static final SessionKey[] NO_KEYS = {};

    private final ConcurrentHashMap<PrincipalKey, SessionKeySet> keys = new ConcurrentHashMap<>();

    /**
     * The session whose principal names an entry's key; null: none does. A key that was rotated away stays, so that a
     * listing that began before can follow it.
     */
    static @Nullable Session namedBy(@Nullable Object value) {
        Session named = null;
        if (value instanceof Session session) {
            named = session;
        } else if (value instanceof Passage passage) {
            named = passage.named();
        } else if (value instanceof Tombstone gone && gone.rotation() != null) {
            named = gone.rotation().before();
        }
        return named != null && named.principal() != null ? named : null;
    }

    static boolean isSamePrincipal(@Nullable Session one, @Nullable Session other) {
        PrincipalKey first = keyOf(one);
        return first == null ? keyOf(other) == null : first.equals(keyOf(other));
    }

    void add(SessionKey key, @Nullable Session named) {
        PrincipalKey principal = keyOf(named);
        if (principal != null) {
            keys.compute(principal, (same, held) -> {
                SessionKeySet set = held == null ? new SessionKeySet() : held;
                set.add(key);
                return set;
            });
        }
    }

    void remove(SessionKey key, @Nullable Session named) {
        PrincipalKey principal = keyOf(named);
        if (principal != null) {
            keys.computeIfPresent(principal, (same, set) -> {
                set.remove(key);
                return set.isEmpty() ? null : set;
            });
        }
    }

    /** A copy, of one instant. */
    SessionKey[] keysOf(String namespace, String principal) {
        SessionKey[][] copy = {NO_KEYS};
        keys.computeIfPresent(new PrincipalKey(namespace, principal), (same, set) -> {
            copy[0] = set.toArray();
            return set;
        });
        return copy[0];
    }

    /** How many principals have any key. */
    int size() {
        return keys.size();
    }

    private static @Nullable PrincipalKey keyOf(@Nullable Session named) {
        return named == null || named.principal() == null
                ? null
                : new PrincipalKey(named.namespace(), named.principal());
    }
}
