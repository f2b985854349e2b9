package dev.sessionstore.store.memory;

import dev.sessionstore.core.Count.Counted;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.Tombstone;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries and everything that must agree with them: index, counts, wheel. Each entry goes through one method,
 * {@link #swap}, so that none of them is forgotten.
 *
 * <p>Thread-safe; who swaps holds the key's lock.
 */
final class Holdings {
    /** For a swap that the ledger is not told of by itself. */
    static final Runnable UNTOLD = () -> {};

    final Entries entries;
    final KeyLocks locks = new KeyLocks();
    final Principals principals = new Principals();
    final Usage usage;
    final ExpiredButHeld expiredButHeld;
    final ExpiryWheel wheel;
    final SessionObserver observer;
    final InstantSource clock;
    final boolean evicts;

    final Ledger ledger;

    private final Policies policies;
    /** Caffeine knows by itself which tombstones to evict. */
    private final @Nullable OldestTombstones oldest;

    Holdings(MemoryOptions options, Policies policies, InstantSource clock, SessionObserver observer, Ledger ledger) {
        this.ledger = ledger;
        evicts = options.whenFull() == MemoryOptions.WhenFull.EVICT;
        MemoryEstimate estimate = new MemoryEstimate(evicts);
        expiredButHeld = new ExpiredButHeld(estimate);
        this.policies = policies;
        this.clock = clock;
        this.observer = observer;
        wheel = new ExpiryWheel(clock.millis());
        usage = evicts
                ? new Usage(estimate, 0, 0)
                : new Usage(estimate, options.maxSessions(), options.maxMemoryBytes());
        entries =
                evicts ? new EvictingEntries(options, estimate, this::evicted, ledger::evicted) : new ShardedEntries();
        oldest = evicts ? null : new OldestTombstones(entries, usage);
    }

    /**
     * What a reader finds in this value of that key at that time. Whether a session lives is told by one look at its
     * times (and, where expiry is advisory, whether it is held still), but that it is over is decided under its key's
     * lock alone, by {@link #settle}, and for good: were readers to decide it by themselves, one could find a session
     * expired that a write, or an access, in flight then prolongs, and another find it live. Not under a key's lock.
     */
    Lookup seen(SessionKey key, @Nullable Object held, long now) {
        Object value = presentIn(held);
        while (value instanceof Session session && policies.isOver(session, now)) {
            settleLocked(key, now);
            value = presentIn(entries.look(key));
        }
        return value instanceof Session session ? session : remembered(value, now);
    }

    private static @Nullable Object presentIn(@Nullable Object held) {
        return held instanceof Passage passage ? passage.now() : held;
    }

    private static Lookup remembered(@Nullable Object value, long now) {
        return value instanceof Tombstone gone && !gone.isForgotten(now) ? gone : Lookup.ABSENT;
    }

    /** For listings, which are no use of a session. */
    Lookup look(SessionKey key, long now) {
        return seen(key, entries.look(key), now);
    }

    /** The mark of a session that goes now; null where the namespace keeps none. */
    @Nullable Tombstone tombstoneOf(Session session, Reason why, long now) {
        NamespacePolicy policy = policies.of(session.namespace());
        return policy.tombstone().isZero() ? null : Tombstone.ofRemoved(session, why, now, policy);
    }

    /** The mark of a session that moves now. */
    Tombstone rotationOf(Session held, SessionKey to, long graceUntil, long now, long order) {
        return Tombstone.ofRotated(held, to, graceUntil, now, order, policies.of(held.namespace()));
    }

    /** {@link Entries#swap}, with index, wheel, counts and ledger. */
    boolean swap(SessionKey key, @Nullable Object from, @Nullable Object to) {
        if (!swapUncounted(key, from, to)) {
            return false;
        }
        usage.changed(from, to);
        return true;
    }

    /** {@link Entries#swap}, with index, wheel and ledger. */
    boolean swapUncounted(SessionKey key, @Nullable Object from, @Nullable Object to) {
        return swap(key, from, to, () -> ledger.changed(key, to));
    }

    /** {@link Entries#swap}, with index, wheel and counts, for what the ledger knows or need not know. */
    boolean swapUntold(SessionKey key, @Nullable Object from, @Nullable Object to) {
        if (!swap(key, from, to, UNTOLD)) {
            return false;
        }
        usage.changed(from, to);
        return true;
    }

    /** {@link Entries#swap}, with index and wheel. */
    boolean swap(SessionKey key, @Nullable Object from, @Nullable Object to, Runnable meanwhile) {
        Session named = Principals.namedBy(to);
        Session unnamed = Principals.namedBy(from);
        boolean renames = !Principals.isSamePrincipal(named, unnamed);
        // The index first, and its old place last: it may name too many keys, never too few.
        if (renames) {
            principals.add(key, named);
        }
        boolean swapped = entries.swap(key, from, to, meanwhile);
        if (renames) {
            principals.remove(key, swapped ? unnamed : named);
        }
        if (swapped) {
            boolean wasNoted = from instanceof Session before && expiredButHeld.forget(before);
            // A later end needs no word: the wheel comes by at the earlier one and finds the later.
            if (to instanceof Tombstone || due(to) < due(from) || wasNoted && to instanceof Session) {
                wheel.schedule(key, due(to));
            }
            if (to instanceof Tombstone && oldest != null) {
                oldest.add(key);
            }
        }
        return swapped;
    }

    /** Puts a first value under its key, with its index; nobody else uses the key yet, and the wheel is still to come. */
    void load(SessionKey key, Lookup value) {
        Session named = Principals.namedBy(value);
        if (named != null) {
            principals.add(key, named);
        }
        entries.put(key, value);
        if (value instanceof Tombstone && oldest != null) {
            oldest.add(key);
        }
    }

    /**
     * Turns a session whose time ran out into its tombstone and takes away a tombstone that is forgotten, so that a
     * writer meets neither. Not under the key's lock.
     */
    void settle(SessionKey key, long now) {
        if (isUnsettled(entries.look(key), now)) {
            settleLocked(key, now);
        }
    }

    /** Waits for whoever has the lock, be it for a rotation. */
    private void settleLocked(SessionKey key, long now) {
        Session expired = null;
        locks.lock(key);
        try {
            Object held = entries.look(key);
            if (isUnsettled(held, now)) {
                Object mark = held instanceof Session session
                        ? Tombstone.ofExpired(session, policies.of(session.namespace()))
                        : held;
                // Whoever reads the ledger later has a clock, too.
                if (swapUntold(key, held, remembered(mark, now) instanceof Tombstone left ? left : null)
                        && held instanceof Session session) {
                    expired = session;
                }
            }
        } finally {
            locks.unlock(key);
        }
        if (expired != null) {
            observer.removed(expired, Reason.EXPIRED);
        }
    }

    /** Live sessions of a namespace, as far as the wheel came by. */
    Counted count(String namespace) {
        return live(namespace, usage.count(namespace));
    }

    Map<String, Counted> countAll() {
        Map<String, Counted> counted = usage.countAll();
        counted.replaceAll(this::live);
        counted.values().removeIf(each -> each.sessions() == 0);
        return counted;
    }

    private Counted live(String namespace, Counted all) {
        Counted less = expiredButHeld.count(namespace);
        return less.sessions() == 0
                ? all
                : new Counted(Math.max(0, all.sessions() - less.sessions()), Math.max(0, all.bytes() - less.bytes()));
    }

    /** Why a settled entry is not what a writer expects; null: it is. */
    static @Nullable Outcome refusal(@Nullable Object held, Session expected) {
        if (held instanceof Session session) {
            return session.isSameVersionAs(expected) ? null : Outcome.CHANGED;
        }
        return held == null ? Outcome.ABSENT : Outcome.GONE;
    }

    boolean isUnsettled(@Nullable Object held, long now) {
        return held instanceof Session session ? policies.isOver(session, now) : due(held) <= now;
    }

    /** Notes an access in place, under the key's lock. False if the session is over, or a later access is known. */
    boolean touch(Session held, long at) {
        if (policies.isOver(held, clock.millis()) || !held.touch(at)) {
            return false;
        }
        // A later end needs no word to the wheel, unless it would come by only when the session was to go.
        if (expiredButHeld.forget(held)) {
            wheel.schedule(held.key(), held.expiresAt());
        }
        return true;
    }

    /** When to come by, in epoch milliseconds: there is nothing to do earlier. */
    private static long due(@Nullable Object held) {
        if (held instanceof Session session) {
            return session.expiresAt();
        }
        return held instanceof Tombstone gone ? gone.keepUntil() : Session.NEVER;
    }

    /** Tells the wheel of all that a shard holds; returns how much that is. */
    int schedule(int shard) {
        int count = 0;
        for (Map.Entry<SessionKey, Object> entry : entries.shard(shard).entrySet()) {
            if (due(entry.getValue()) != Session.NEVER) {
                wheel.schedule(entry.getKey(), due(entry.getValue()));
            }
            count++;
        }
        return count;
    }

    /** What the wheel asks of whoever took a key from it. */
    void visit(SessionKey key, long now) {
        settle(key, now);
        Object held = entries.look(key);
        if (held instanceof Passage) {
            wheel.schedule(key, now);
            return;
        }
        if (held instanceof Session session && session.isExpired(now)) {
            wheel.schedule(key, noteExpired(session, now));
            return;
        }
        if (held instanceof Session session) {
            // Noted only if the clock was set back.
            expiredButHeld.forget(session);
        }
        if (due(held) != Session.NEVER) {
            wheel.schedule(key, due(held));
        }
    }

    /** Returns when to come by again. */
    private long noteExpired(Session session, long now) {
        SessionKey key = session.key();
        locks.lock(key);
        try {
            if (entries.look(key) != session) {
                return now;
            }
            if (!session.isExpired(now)) {
                return session.expiresAt();
            }
            if (!expiredButHeld.has(session)) {
                // In one step with an eviction, which forgets it.
                entries.swap(key, session, session, () -> expiredButHeld.note(session));
            }
            return policies.of(session.namespace()).goesAt(session);
        } finally {
            locks.unlock(key);
        }
    }

    /** Forgets the oldest tombstone before its time. False: there is none. Not under a key's lock. */
    boolean dropOldestTombstone() {
        SessionKey key = oldest == null ? null : oldest.poll();
        if (key == null) {
            return false;
        }
        Tombstone dropped = null;
        locks.lock(key);
        try {
            if (entries.look(key) instanceof Tombstone tombstone && swapUntold(key, tombstone, null)) {
                dropped = tombstone;
            }
        } finally {
            locks.unlock(key);
        }
        if (dropped != null && !dropped.isForgotten(clock.millis())) {
            observer.tombstoneDropped(dropped);
        }
        return true;
    }

    /** In one step with the eviction: no writer can put anything in this place before the index is right. */
    private void evicted(SessionKey key, Object value) {
        principals.remove(key, Principals.namedBy(value));
        usage.changed(value, null);
        long now = clock.millis();
        if (value instanceof Session session) {
            expiredButHeld.forget(session);
            observer.removed(session, policies.isOver(session, now) ? Reason.EXPIRED : Reason.EVICTED);
        } else if (value instanceof Tombstone tombstone && !tombstone.isForgotten(now)) {
            observer.tombstoneDropped(tombstone);
        }
    }
}
