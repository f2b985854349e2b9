package dev.sessionstore.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes sessions away in bulk. A pass lists and removes; passes go on until one finds nothing that began before the
 * call, because a session that is patched or rotated during a pass may have slipped by. The first takes all that it
 * lists, whatever this node's clock says: another node's may be a little ahead of it.
 */
final class Revocation {
    private static final int PAGE = 1000;

    private final SessionStore store;

    Revocation(SessionStore store) {
        this.store = store;
    }

    long ofPrincipal(String namespace, String principal, @Nullable SessionKey except) {
        PrincipalIndex index = store.principalIndex().orElseThrow(() -> SessionService.notSupported("principal-index"));
        Session spared = except == null ? null : sparedOf(except, namespace, principal);
        long began = store.clock().millis();
        return passes(spared, began, after -> index.sessionsOf(namespace, principal, Shown.HELD, after, PAGE));
    }

    long ofNamespace(String namespace) {
        Scan scan = store.scan().orElseThrow(() -> SessionService.notSupported("scan"));
        long began = store.clock().millis();
        return passes(null, began, after -> scan.scan(namespace, Shown.HELD, after, PAGE));
    }

    private interface Listing {
        Page page(Page.@Nullable Cursor after);
    }

    private long passes(@Nullable Session spared, long began, Listing listing) {
        long revoked = 0;
        long last = began;
        boolean first = true;
        boolean again = true;
        while (again) {
            again = false;
            Page.Cursor after = null;
            do {
                Page page = listing.page(after);
                for (Session session : page.sessions()) {
                    // Rotation keeps the incarnation: the spared session stays spared under a new key.
                    boolean isSpared = spared != null && session.incarnation() == spared.incarnation();
                    if (!isSpared && (first || session.createdAt() <= last)) {
                        again = true;
                        last = Math.max(last, session.createdAt());
                        revoked += remove(session) ? 1 : 0;
                    }
                }
                after = page.next();
            } while (after != null);
            first = false;
        }
        return revoked;
    }

    /** Runs after one that is patched or rotated meanwhile: until a next pass lists it, it may be ahead again. */
    private boolean remove(Session listed) {
        Lookup there = listed;
        while (there instanceof Session session
                && session.incarnation() == listed.incarnation()
                && Objects.equals(session.principal(), listed.principal())) {
            if (store.remove(session, Reason.REVOKED) == Outcome.DONE) {
                return true;
            }
            there = lastOf(store.find(session.key()));
        }
        return false;
    }

    /** Where it went. */
    private Lookup lastOf(Lookup found) {
        Lookup there = found;
        while (there instanceof Tombstone gone) {
            Tombstone.Rotation rotation = gone.rotation();
            if (rotation == null) {
                return gone;
            }
            there = store.find(rotation.successor());
        }
        return there;
    }

    private Session sparedOf(SessionKey key, String namespace, String principal) {
        if (store.find(key) instanceof Session session
                && session.namespace().equals(namespace)
                && principal.equals(session.principal())) {
            return session;
        }
        throw Refusal.of(Refusal.Rule.NOT_THE_PRINCIPALS, "is not the handle of a live session of that principal");
    }
}
