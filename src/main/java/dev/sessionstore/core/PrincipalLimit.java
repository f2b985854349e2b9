package dev.sessionstore.core;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a principal within its namespace's maximum of sessions. Counting and writing happen under a lock per principal,
 * so parallel logins on one node cannot slip through together. Nodes that share a store may overshoot by one each for
 * the moment of a parallel login.
 */
final class PrincipalLimit {
    private static final int STRIPES = 64;
    private static final long PATIENCE_MILLIS = 500;

    private final SessionStore store;
    private final Policies policies;
    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

    PrincipalLimit(SessionStore store, Policies policies) {
        this.store = store;
        this.policies = policies;
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /**
     * Runs a write that leaves {@code next}, having made room for it first where it adds to its principal's live
     * sessions.
     *
     * @param before the session that the write changes; null when it creates one
     */
    <T> T admitting(Session next, @Nullable Session before, Supplier<T> write) {
        NamespacePolicy policy = policies.of(next.namespace());
        String principal = next.principal();
        if (principal == null || policy.maxSessionsPerPrincipal() == 0) {
            return write.get();
        }
        // One that expired and is held is none of its principal's live ones, until a write gives it a later end.
        long now = store.clock().millis();
        boolean had = before != null && principal.equals(before.principal()) && !policies.isExpiredButHeld(before, now);
        if (had || next.isExpired(now)) {
            return write.get();
        }
        ReentrantLock lock = locks[Math.floorMod(31 * next.namespace().hashCode() + principal.hashCode(), STRIPES)];
        waitFor(lock);
        try {
            makeRoom(next.namespace(), principal, policy);
            return write.get();
        } finally {
            lock.unlock();
        }
    }

    /** Not for ever: with an engine that is dumb, each who has it keeps it for a timeout. */
    private static void waitFor(ReentrantLock lock) {
        try {
            if (!lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw StoreUnavailableException.refused("other logins of this principal are still under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreUnavailableException.refused("interrupted while other logins of this principal are under way");
        }
    }

    private void makeRoom(String namespace, String principal, NamespacePolicy policy) {
        PrincipalIndex index = store.principalIndex().orElseThrow(() -> SessionService.notSupported("principal-index"));
        int most = policy.maxSessionsPerPrincipal();
        boolean again = true;
        while (again) {
            again = false;
            // Newest first: what comes after the newest `most - 1` must go.
            List<Session> newest =
                    index.sessionsOf(namespace, principal, null, most + 1).sessions();
            if (newest.size() >= most && policy.whenExceeded() == NamespacePolicy.WhenExceeded.REJECT) {
                throw Refusal.of(
                        Refusal.Rule.SESSION_LIMIT,
                        "the principal has " + most + " sessions; the limit of this namespace is " + most);
            }
            for (Session oldest : newest.subList(Math.min(newest.size(), most - 1), newest.size())) {
                store.remove(oldest, Reason.REVOKED);
                again = true;
            }
        }
    }
}
