package dev.sessionstore.http;

import java.util.Set;

/**
 * Whoever holds a key.
 *
 * @param namespaces the names it may use; {@code *} covers all
 */
public record Caller(Role role, Set<String> namespaces) {
    public static final String ALL = "*";

    public Caller {
        namespaces = Set.copyOf(namespaces);
    }

    public boolean covers(String namespace) {
        return coversAll() || namespaces.contains(namespace);
    }

    public boolean coversAll() {
        return namespaces.contains(ALL);
    }
}
