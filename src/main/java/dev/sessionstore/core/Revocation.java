package dev.sessionstore.core;

import org.jspecify.annotations.Nullable;

/**
 * Takes sessions away in bulk. A pass lists and removes; passes go on until one finds nothing that began before the
 * call, because a session that is patched or rotated during a pass may have slipped by.
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
        boolean again = true;
        while (again) {
            again = false;
            Page.Cursor after = null;
            do {
                Page page = listing.page(after);
                for (Session session : page.sessions()) {
                    // Rotation keeps the incarnation: the spared session stays spared under a new key.
                    boolean isSpared = spared != null && session.incarnation() == spared.incarnation();
                    if (!isSpared && session.createdAt() <= began) {
                        again = true;
                        revoked += store.remove(session, Reason.REVOKED) == Outcome.DONE ? 1 : 0;
                    }
                }
                after = page.next();
            } while (after != null);
        }
        return revoked;
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
