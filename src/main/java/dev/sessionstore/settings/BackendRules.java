package dev.sessionstore.settings;

import dev.sessionstore.core.Policies;
import dev.sessionstore.settings.Settings.Backend;
import dev.sessionstore.settings.Settings.BackendKind;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which settings go with which backend. */
final class BackendRules {
    /** How the URLs of each begin. */
    private static final Map<BackendKind, List<String>> SCHEMES = new EnumMap<>(Map.of(
            BackendKind.REDIS, List.of("redis:", "rediss:", "redis-sentinel:", "rediss-sentinel:"),
            BackendKind.JDBC, List.of("jdbc:postgresql:", "jdbc:mariadb:", "jdbc:mysql:", "jdbc:h2:", "jdbc:sqlite:"),
            BackendKind.MEMCACHED, List.of("memcached:"),
            BackendKind.MONGODB, List.of("mongodb:", "mongodb+srv:"),
            BackendKind.FILE, List.of("file:")));

    /** Settings that have an effect with some backends only. */
    private static final Map<Setting<?>, Set<BackendKind>> ONLY_WITH = Map.ofEntries(
            Map.entry(
                    Catalogue.BACKEND_TIMEOUT, EnumSet.complementOf(EnumSet.of(BackendKind.MEMORY, BackendKind.NONE))),
            Map.entry(Catalogue.KEY_PREFIX, Set.of(BackendKind.REDIS, BackendKind.MEMCACHED)),
            Map.entry(Catalogue.BACKEND_CA, Set.of(BackendKind.REDIS, BackendKind.MONGODB)),
            Map.entry(Catalogue.BACKEND_CONNECTIONS, Set.of(BackendKind.JDBC, BackendKind.MONGODB)),
            Map.entry(Catalogue.BACKEND_TABLE, Set.of(BackendKind.JDBC)),
            Map.entry(Catalogue.BACKEND_CREATE_TABLE, Set.of(BackendKind.JDBC)),
            Map.entry(Catalogue.BACKEND_DATABASE, Set.of(BackendKind.MONGODB)),
            Map.entry(Catalogue.BACKEND_COLLECTION, Set.of(BackendKind.MONGODB)),
            Map.entry(Catalogue.BACKEND_THRESHOLD, Set.of(BackendKind.FILE)),
            Map.entry(Catalogue.BACKEND_FILE_MODE, Set.of(BackendKind.FILE)),
            Map.entry(Catalogue.BACKEND_NEAR_CACHE, Set.of(BackendKind.REDIS)),
            Map.entry(Catalogue.MAX_SESSIONS, Set.of(BackendKind.MEMORY)),
            Map.entry(Catalogue.MAX_MEMORY_BYTES, Set.of(BackendKind.MEMORY)),
            Map.entry(Catalogue.WHEN_FULL, Set.of(BackendKind.MEMORY)));

    private BackendRules() {}

    /** @throws IllegalArgumentException if no backend's URLs begin like that; the message does not repeat it */
    static BackendKind kindOf(String url) {
        return SCHEMES.entrySet().stream()
                .filter(each -> each.getValue().stream().anyMatch(url::startsWith))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("is no URL of a store; try redis://localhost:6379,"
                        + " jdbc:postgresql://localhost/sessions, mongodb://localhost, memcached://localhost or"
                        + " file:///var/lib/sessions"));
    }

    static void check(Sources from, Backend backend, Policies policies) {
        if (!from.areSound(Catalogue.BACKEND, Catalogue.BACKEND_URL)) {
            return;
        }
        BackendKind kind = backend.kind();
        checkUrl(from, backend, kind);
        if (kind != BackendKind.MEMORY && from.isGiven(Catalogue.DATA_DIR)) {
            from.faults.add(from.sourceOf(Catalogue.DATA_DIR) + ": goes with the backend memory, not with " + name(kind)
                    + ", which keeps sessions where backend-url says");
        }
        if ((kind == BackendKind.MEMCACHED || kind == BackendKind.NONE) && policies.anyPrincipalLimit()) {
            // Else each login would answer 501.
            from.faults.add(from.sourceOf(Catalogue.MAX_SESSIONS_PER_PRINCIPAL) + ": the backend " + name(kind)
                    + " cannot tell a principal's sessions; say none, or choose another backend");
        }
        if ((kind == BackendKind.MEMCACHED || kind == BackendKind.NONE) && policies.anyAdvisory()) {
            from.warnings.add(from.sourceOf(Catalogue.EXPIRY) + ": the backend " + name(kind)
                    + " cannot list what expired (expiredBefore answers 501), so a host that scavenges finds nothing");
        }
        for (Setting<?> setting : Catalogue.ALL) {
            if (from.isGiven(setting)
                    && !ONLY_WITH.getOrDefault(setting, Set.of(kind)).contains(kind)) {
                from.warnings.add(from.sourceOf(setting) + ": has no effect with the backend " + name(kind));
            }
        }
    }

    private static void checkUrl(Sources from, Backend backend, BackendKind kind) {
        List<String> schemes = SCHEMES.getOrDefault(kind, List.of());
        Secret url = backend.url();
        if (url == null) {
            if (kind == BackendKind.JDBC || kind == BackendKind.FILE) {
                from.faults.add(
                        from.sourceOf(Catalogue.BACKEND) + ": " + name(kind) + " needs backend-url, too, such as "
                                + (kind == BackendKind.JDBC
                                        ? "jdbc:postgresql://localhost/sessions?user=me"
                                        : "file:/var/lib/sessions"));
            }
        } else if (schemes.isEmpty()) {
            from.faults.add(from.sourceOf(Catalogue.BACKEND_URL) + ": the backend " + name(kind)
                    + " is in no other place; set backend to redis, jdbc, memcached, mongodb or file");
        } else if (schemes.stream().noneMatch(url.reveal()::startsWith)) {
            from.faults.add(from.sourceOf(Catalogue.BACKEND_URL) + ": a URL of the backend " + name(kind)
                    + " begins with " + String.join(" or ", schemes));
        }
    }

    private static String name(BackendKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
