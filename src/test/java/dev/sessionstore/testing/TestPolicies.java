package dev.sessionstore.testing;

import dev.sessionstore.core.NamespacePolicy;
import java.time.Duration;

/** The default policy of a namespace, but for one thing. */
public final class TestPolicies {
    private static final NamespacePolicy DEFAULT = NamespacePolicy.DEFAULT;

    private TestPolicies() {}

    /** Tombstones stay for so long; zero: there are none. */
    public static NamespacePolicy tombstone(Duration tombstone) {
        return of(tombstone, DEFAULT.expiry(), DEFAULT.orphanAfter());
    }

    /** Expiry is advisory, and expired sessions are held for so long. */
    public static NamespacePolicy advisory(Duration orphanAfter) {
        return of(DEFAULT.tombstone(), NamespacePolicy.Expiry.ADVISORY, orphanAfter);
    }

    private static NamespacePolicy of(Duration tombstone, NamespacePolicy.Expiry expiry, Duration orphanAfter) {
        return new NamespacePolicy(
                DEFAULT.idleTimeout(),
                DEFAULT.absoluteTimeout(),
                DEFAULT.permanentLifetime(),
                tombstone,
                DEFAULT.maxSessionsPerPrincipal(),
                DEFAULT.whenExceeded(),
                expiry,
                orphanAfter);
    }
}
