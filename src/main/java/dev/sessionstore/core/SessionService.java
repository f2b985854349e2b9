package dev.sessionstore.core;

import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every rule about sessions, once. Each write reads, decides and compares-and-sets, and begins again when another write
 * came first; so all stores give the same guarantees.
 *
 * <p>A {@code guard} is the caller's own condition (a binding, a precondition, faulty fields): it is shown the session
 * at every attempt, before anything changes, and refuses by throwing.
 *
 * <p>Thread-safe. Methods throw {@link Refusal} when a rule forbids the call, and what {@link SessionStore} throws.
 */
public final class SessionService {
    /** How long a session may live that is written to be ended at once, should its end not be written any more. */
    private static final long MOMENT_MILLIS = 60_000;

    private static final int MOST_UNSEEN = 3;

    private final SessionStore store;
    private final Policies policies;
    private final int maxSessionBytes;
    private final PrincipalLimit principalLimit;
    private final Revocation revocation;

    /** @param maxSessionBytes the most bytes that a session's attributes may take */
    public SessionService(SessionStore store, Policies policies, int maxSessionBytes) {
        this.store = store;
        this.policies = policies;
        this.maxSessionBytes = maxSessionBytes;
        this.revocation = new Revocation(store);
        this.principalLimit = new PrincipalLimit(store, policies);
    }

    /** The present by the clock of the store, in epoch milliseconds. */
    public long now() {
        return store.clock().millis();
    }

    /** What is there under that key, as it is. */
    public Lookup find(SessionKey key) {
        return store.find(key);
    }

    /** Whether the session's time ran out, and its namespace holds it for its application. */
    public boolean isExpiredButHeld(Session session) {
        // Not even the clock is asked for what cannot be.
        return policies.anyAdvisory() && policies.isExpiredButHeld(session, now());
    }

    /** The session under that key, unchanged by the look. */
    public Session look(SessionKey key) {
        return heldOf(store.find(key));
    }

    /**
     * What a holder of the id reads: the session, or within the grace of a rotation the frozen one that was.
     *
     * @param slides whether this counts as an access; one is recorded when it is due, and none of a session that expired
     *     and is held, for a look must not revive it
     */
    public Session read(SessionKey key, Consumer<Session> guard, boolean slides) {
        Lookup found = store.find(key);
        if (!(found instanceof Session session)) {
            Session frozen = frozenOf(found);
            guard.accept(frozen);
            return frozen;
        }
        guard.accept(session);
        long now = now();
        if (!slides || !session.isTouchDue(now) || session.isExpired(now)) {
            return session;
        }
        store.touchLater(key, Instant.ofEpochMilli(now));
        // Itself, where the store noted the access in place.
        return session.accessed(now);
    }

    private Session frozenOf(Lookup found) {
        Tombstone.Rotation rotation = rotationOf(found);
        if (rotation != null && isInGrace(rotation) && store.find(rotation.successor()) instanceof Session) {
            return rotation.before();
        }
        return heldOf(found);
    }

    private boolean isInGrace(Tombstone.Rotation rotation) {
        long now = now();
        return rotation.isInGrace(now) && !policies.isOver(rotation.before(), now);
    }

    private static Tombstone.@Nullable Rotation rotationOf(Lookup found) {
        return found instanceof Tombstone tombstone ? tombstone.rotation() : null;
    }

    /**
     * Begins a session under a key that is free.
     *
     * @param guard shown the live session that holds the key already, before it is refused as existing
     */
    public Session create(SessionKey key, String namespace, SessionChange values, Consumer<Session> guard) {
        long now = now();
        Session session = values.begin(Session.begin(key, namespace, now), policies.of(namespace));
        refuseTooLarge(session);
        // Timeouts are a second at least, so only an explicit end can be over already.
        Session live = policies.isOver(session, now)
                ? session.with().endsAt(now + MOMENT_MILLIS).build()
                : session;
        return principalLimit.admitting(live, null, () -> {
            int unseen = 0;
            while (true) {
                switch (store.create(live)) {
                    case DONE -> {
                        if (live != session) {
                            store.remove(live, Reason.EXPIRED);
                        }
                        return session;
                    }
                    case EXISTS -> {
                        if (store.find(key) instanceof Session holder) {
                            guard.accept(holder);
                            throw Refusal.of(Refusal.Rule.EXISTS, "a live session has this id already", holder);
                        }
                        refuseReserved(++unseen);
                    }
                    default -> {
                        if (store.find(key) instanceof Tombstone tombstone) {
                            throw Refusal.gone(tombstone.reason());
                        }
                    }
                }
            }
        });
    }

    /** Applies a change and slides the idle timeout. A change of nothing only slides. */
    public Session change(SessionKey key, Consumer<Session> guard, SessionChange change) {
        return write(key, guard, change, true);
    }

    private Session write(SessionKey key, Consumer<Session> guard, SessionChange change, boolean slides) {
        while (true) {
            Session session = look(key);
            guard.accept(session);
            long now = now();
            long accessedAt = slides ? now : session.lastAccessedAt();
            Session next = change.applyTo(session, policies.of(session.namespace()), accessedAt);
            if (next == session) {
                return slides ? accessed(session, now) : session;
            }
            refuseTooLarge(next);
            // What is over by this very write goes at once: it answers normally, and its tombstone time runs from now.
            Outcome outcome = policies.isOver(next, now)
                    ? store.remove(session, Reason.EXPIRED)
                    : principalLimit.admitting(next, session, () -> store.replace(session, next));
            if (outcome == Outcome.DONE) {
                return next;
            }
        }
    }

    /** Slides the idle timeout, nothing else. */
    public Session touch(SessionKey key, Consumer<Session> guard) {
        Session session = look(key);
        guard.accept(session);
        return accessed(session, now());
    }

    private Session accessed(Session session, long now) {
        if (!session.isExpired(now)) {
            store.touch(session.key(), Instant.ofEpochMilli(now));
            // Itself, where the store noted the access in place.
            return session.accessed(now);
        }
        Session next = session.accessed(now);
        return principalLimit.admitting(next, session, () -> {
            store.touch(session.key(), Instant.ofEpochMilli(now));
            return next;
        });
    }

    /**
     * Ends the session now: it is gone, or expired and held where expiry is advisory; one that expired stays as it is.
     *
     * @return the session with its end
     */
    public Session expire(SessionKey key, Consumer<Session> guard) {
        while (true) {
            Session session = look(key);
            guard.accept(session);
            long now = now();
            if (session.isExpired(now)) {
                return session;
            }
            NamespacePolicy policy = policies.of(session.namespace());
            Session next = SessionChange.ofEnd(now).applyTo(session, policy, session.lastAccessedAt());
            Outcome outcome =
                    policies.isOver(next, now) ? store.remove(session, Reason.EXPIRED) : store.replace(session, next);
            if (outcome == Outcome.DONE) {
                return next;
            }
        }
    }

    /** Sets the explicit end, earlier or later; one that is not in the future ends the session at once. */
    public Session expireAt(SessionKey key, Consumer<Session> guard, long endsAt) {
        return write(key, guard, SessionChange.ofEnd(endsAt), false);
    }

    /** Takes the session away. */
    public void remove(SessionKey key, Consumer<Session> guard, Reason why) {
        while (true) {
            Session session = look(key);
            guard.accept(session);
            if (store.remove(session, why) == Outcome.DONE) {
                return;
            }
        }
    }

    /**
     * Gives the session another key in one step, keeping the rest. A repeat with the same key answers the successor,
     * without changes and without looking at the guard.
     *
     * @param repeatGuard shown the session as it was before, when this is a repeat
     * @param newKey where it goes
     * @param graceMillis for how long the old key may still read the session as it was; 0: not at all
     */
    public Session rotate(
            SessionKey key,
            Consumer<Session> guard,
            Consumer<Session> repeatGuard,
            SessionKey newKey,
            SessionChange change,
            long graceMillis) {
        int unseen = 0;
        while (true) {
            Lookup found = store.find(key);
            Tombstone.Rotation rotation = rotationOf(found);
            if (rotation != null && rotation.successor().equals(newKey)) {
                repeatGuard.accept(rotation.before());
                if (store.find(newKey) instanceof Session successor) {
                    return successor;
                }
            }
            Session session = heldOf(found);
            guard.accept(session);
            long now = now();
            Session next = change.applyTo(session, policies.of(session.namespace()), session.lastAccessedAt())
                    .with()
                    .key(newKey)
                    .build();
            refuseTooLarge(next);
            Session live = policies.isOver(next, now)
                    ? session.with()
                            .key(newKey)
                            .endsAt(Math.min(session.endsAt(), now + MOMENT_MILLIS))
                            .build()
                    : next;
            Instant graceUntil = Instant.ofEpochMilli(now + graceMillis);
            Outcome outcome = principalLimit.admitting(live, session, () -> store.rotate(session, live, graceUntil));
            if (outcome == Outcome.DONE) {
                if (live != next) {
                    store.remove(live, Reason.EXPIRED);
                }
                return next;
            }
            if (outcome == Outcome.EXISTS) {
                refuseTaken(newKey);
                refuseReserved(++unseen);
            }
        }
    }

    /** What has a key and is not seen went just now, or is yet to come: a rotation keeps it for its session. */
    private static void refuseReserved(int timesUnseen) {
        if (timesUnseen > MOST_UNSEEN) {
            throw Refusal.of(Refusal.Rule.EXISTS, "a rotation that is under way has this id");
        }
    }

    private void refuseTaken(SessionKey newKey) {
        Lookup taken = store.find(newKey);
        if (taken instanceof Session live) {
            throw Refusal.of(Refusal.Rule.EXISTS, "a live session has the new id already", live);
        }
        if (taken instanceof Tombstone tombstone) {
            throw Refusal.gone(tombstone.reason());
        }
    }

    /**
     * Takes away every session of a principal that began before the call, rotated ones too.
     *
     * @param except the key of one to spare, which must be that principal's; null: none
     * @return how many it took away
     */
    public long revokeAll(String namespace, String principal, @Nullable SessionKey except) {
        return revocation.ofPrincipal(namespace, principal, except);
    }

    /** Takes away every session of a namespace that began before the call; answers how many. */
    public long revokeNamespace(String namespace) {
        return revocation.ofNamespace(namespace);
    }

    public Page sessionsOf(String namespace, String principal, Page.@Nullable Cursor after, int limit) {
        return store.principalIndex()
                .orElseThrow(() -> notSupported("principal-index"))
                .sessionsOf(namespace, principal, after, limit);
    }

    public Page sessions(String namespace, Shown shown, Page.@Nullable Cursor after, int limit) {
        return store.scan().orElseThrow(() -> notSupported("scan")).scan(namespace, shown, after, limit);
    }

    static Refusal notSupported(String capability) {
        return Refusal.of(Refusal.Rule.NOT_SUPPORTED, "this store lacks the capability " + capability);
    }

    private static Session heldOf(Lookup found) {
        if (found instanceof Session session) {
            return session;
        }
        throw found instanceof Tombstone tombstone ? Refusal.gone(tombstone.reason()) : Refusal.notFound();
    }

    private void refuseTooLarge(Session next) {
        int size = next.attributes().size();
        if (size > maxSessionBytes) {
            throw Refusal.of(
                    Refusal.Rule.TOO_LARGE, "attributes are " + size + " bytes; the limit is " + maxSessionBytes);
        }
    }
}
