package dev.sessionstore.core;

import java.util.Map;

/** The policy of every namespace. Immutable and thread-safe. */
public final class Policies {
    private final NamespacePolicy defaults;
    private final Map<String, NamespacePolicy> named;

    /** @param named the namespaces that differ from the defaults */
    public Policies(NamespacePolicy defaults, Map<String, NamespacePolicy> named) {
        this.defaults = defaults;
        this.named = Map.copyOf(named);
    }

    public static Policies allDefault() {
        return new Policies(NamespacePolicy.DEFAULT, Map.of());
    }

    public NamespacePolicy of(String namespace) {
        return named.isEmpty() ? defaults : named.getOrDefault(namespace, defaults);
    }
}
