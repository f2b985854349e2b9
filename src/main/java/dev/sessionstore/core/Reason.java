package dev.sessionstore.core;

import java.util.Locale;

/** Why a session is no longer there. */
public enum Reason {
    /** Destroyed by a call that named it by id. */
    DELETED,
    /** Its time ran out, or a call ended it now. */
    EXPIRED,
    /** Taken away from its holder: by handle, by principal, by namespace, or to make room under a principal's maximum. */
    REVOKED,
    /** It lives on under a new id. */
    ROTATED,
    /** Dropped by a full store that was told to evict. Leaves no tombstone. */
    EVICTED;

    /** As the contract spells it: {@code "deleted"}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
