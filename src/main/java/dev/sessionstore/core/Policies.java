package dev.sessionstore.core;

import java.util.Map;

/** The policy of every namespace. Immutable and thread-safe. */
public final class Policies {
    private final NamespacePolicy defaults;
    private final Map<String, NamespacePolicy> named;
    private final boolean anyAdvisory;

    /** @param named the namespaces that differ from the defaults */
    public Policies(NamespacePolicy defaults, Map<String, NamespacePolicy> named) {
        this.defaults = defaults;
        this.named = Map.copyOf(named);
        anyAdvisory = isAdvisory(defaults) || named.values().stream().anyMatch(Policies::isAdvisory);
    }

    private static boolean isAdvisory(NamespacePolicy policy) {
        return policy.expiry() == NamespacePolicy.Expiry.ADVISORY;
    }

    /** Whether any namespace bounds how many sessions a principal has. */
    public boolean anyPrincipalLimit() {
        return defaults.maxSessionsPerPrincipal() > 0
                || named.values().stream().anyMatch(policy -> policy.maxSessionsPerPrincipal() > 0);
    }

    public static Policies allDefault() {
        return new Policies(NamespacePolicy.DEFAULT, Map.of());
    }

    public NamespacePolicy of(String namespace) {
        return named.isEmpty() ? defaults : named.getOrDefault(namespace, defaults);
    }

    /** Whether nobody finds the session any more. Asks for its policy only when its time ran out. */
    public boolean isOver(Session session, long now) {
        return session.isExpired(now)
                && (!anyAdvisory || now >= of(session.namespace()).goesAt(session));
    }

    /** Whether the session's time ran out, and its namespace holds it for its application. */
    boolean isExpiredButHeld(Session session, long now) {
        return anyAdvisory && session.isExpired(now) && !isOver(session, now);
    }

    /** Whether any namespace holds sessions that expired. */
    public boolean anyAdvisory() {
        return anyAdvisory;
    }
}
