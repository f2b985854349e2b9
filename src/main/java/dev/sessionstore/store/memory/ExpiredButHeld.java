package dev.sessionstore.store.memory;

import dev.sessionstore.core.Count.Counted;
import dev.sessionstore.core.Session;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which sessions expired and are held, because expiry is advisory in their namespace: counts of live sessions leave them
 * out. The wheel's visitor notes one, whoever changes or revives it forgets it again; a session may be here a moment too
 * late, never too long.
 *
 * <p>Thread-safe. A set is touched only inside {@code compute} on its entry.
 */
final class ExpiredButHeld {
    private static final class Noted {
        private final SessionKeySet keys = new SessionKeySet();
        private long bytes;
    }

    private final MemoryEstimate estimate;
    private final ConcurrentHashMap<String, Noted> namespaces = new ConcurrentHashMap<>();

    ExpiredButHeld(MemoryEstimate estimate) {
        this.estimate = estimate;
    }

    boolean has(Session session) {
        boolean[] there = new boolean[1];
        namespaces.computeIfPresent(session.namespace(), (same, noted) -> {
            there[0] = noted.keys.contains(session.key());
            return noted;
        });
        return there[0];
    }

    void note(Session session) {
        namespaces.compute(session.namespace(), (same, held) -> {
            Noted noted = held == null ? new Noted() : held;
            if (noted.keys.add(session.key())) {
                noted.bytes += estimate.bytesOf(session);
            }
            return noted;
        });
    }

    /** @return false if it was not noted */
    boolean forget(Session session) {
        if (namespaces.isEmpty()) {
            return false;
        }
        boolean[] was = new boolean[1];
        namespaces.computeIfPresent(session.namespace(), (same, noted) -> {
            was[0] = noted.keys.remove(session.key());
            if (was[0]) {
                noted.bytes -= estimate.bytesOf(session);
            }
            return noted.keys.isEmpty() ? null : noted;
        });
        return was[0];
    }

    Counted count(String namespace) {
        Counted[] counted = {Counted.NONE};
        namespaces.computeIfPresent(namespace, (same, noted) -> {
            counted[0] = new Counted(noted.keys.size(), noted.bytes);
            return noted;
        });
        return counted[0];
    }
}
