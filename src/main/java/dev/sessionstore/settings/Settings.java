package dev.sessionstore.settings;

import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Policies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Everything an operator decides, checked. Immutable.
 *
 * @param host an address or a name; an IPv6 address without brackets
 * @param port 0: any that is free
 * @param tls null: plain HTTP
 * @param disk null: sessions live in memory alone, or in another backend
 * @param warnings lines for the log, none of which holds a secret
 * @param inForce each value as text with its source, secrets masked
 */
public record Settings(
        String host,
        int port,
        Access access,
        @Nullable Tls tls,
        Policies policies,
        Limits limits,
        Traffic traffic,
        @Nullable Disk disk,
        Backend backend,
        Operation operation,
        List<String> warnings,
        List<InForce> inForce) {

    private static final int MOST_BYTES_ON_DISK = 16 << 20;

    /**
     * Who may call.
     *
     * @param apiKey one admin key for all namespaces
     * @param idKey the secret under which ids are hashed; null: plain SHA-256
     */
    public record Access(
            boolean allowAnonymous,
            @Nullable Secret apiKey,
            @Nullable Path apiKeysFile,
            boolean metricsOpen,
            @Nullable Secret idKey) {
        public boolean hasKeys() {
            return apiKey != null || apiKeysFile != null;
        }
    }

    /** @param clientCa null: clients need no certificate */
    public record Tls(Path certificate, Path key, @Nullable Path clientCa) {}

    /**
     * How large things may be.
     *
     * @param maxSessions {@link Long#MAX_VALUE}: as many as fit
     */
    public record Limits(
            int maxBodyBytes,
            int maxSessionBytes,
            int maxHeaderBytes,
            long maxSessions,
            long maxMemoryBytes,
            WhenFull whenFull) {}

    /**
     * How many may come at once, and how slowly.
     *
     * @param maxRequests how many are handled at once
     * @param minRequestRate bytes per second that a request body must bring on average; 0: any
     * @param nonBlocking whether session routes are answered before the servlet layer
     */
    public record Traffic(
            int maxConnections,
            int maxRequests,
            int maxQueuedRequests,
            Duration connectionIdleTimeout,
            int minRequestRate,
            boolean nonBlocking) {}

    /**
     * Where sessions are written down.
     *
     * @param directory may have to be made
     * @param keyFile null: files are plain
     */
    public record Disk(
            Path directory,
            Fsync fsync,
            Duration snapshotInterval,
            @Nullable Path keyFile) {}

    /**
     * Where sessions are kept. What concerns another kind is there, and has no effect.
     *
     * @param url with its password; null: the engine's usual place on this machine
     * @param timeout of one exchange
     * @param ca null: the authorities that Java trusts
     * @param threshold the most files; 0: as many as there are
     * @param fileMode as {@code chmod} takes it
     * @param nearCache how many sessions each node keeps at hand; 0: none
     */
    public record Backend(
            BackendKind kind,
            @Nullable Secret url,
            String keyPrefix,
            Duration timeout,
            @Nullable Path ca,
            int connections,
            String table,
            boolean createTable,
            String database,
            String collection,
            int threshold,
            int fileMode,
            int nearCache) {
        /**
         * The same settings for another place.
         *
         * @throws IllegalArgumentException if no engine's URLs begin like that one; the message does not repeat it
         */
        public Backend at(String place) {
            return new Backend(
                    BackendRules.kindOf(place),
                    new Secret(place),
                    keyPrefix,
                    timeout,
                    ca,
                    connections,
                    table,
                    createTable,
                    database,
                    collection,
                    threshold,
                    fileMode,
                    nearCache);
        }
    }

    public record Operation(
            Duration drainDelay, Duration shutdownTimeout, Duration fileCheckInterval, LogLevel logLevel) {}

    /** @param source a flag, a variable, the file's name, or {@code default} */
    public record InForce(String name, String value, String source) {}

    /** What happens to a new session when there is no room for it. */
    public enum WhenFull {
        REJECT,
        EVICT
    }

    /** Which engine holds the sessions. */
    public enum BackendKind {
        MEMORY,
        REDIS,
        JDBC,
        MEMCACHED,
        MONGODB,
        FILE,
        NONE
    }

    /** When a write is forced to disk. */
    public enum Fsync {
        ALWAYS,
        EVERYSEC,
        NEVER
    }

    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    public Settings {
        warnings = List.copyOf(warnings);
        inForce = List.copyOf(inForce);
    }

    /**
     * The settings from all sources: a flag beats a variable beats the file beats the default.
     *
     * @param flags by name without the dashes
     * @throws InvalidSettingsException with every fault
     */
    public static Settings load(Map<String, String> flags, Map<String, String> environment) {
        return read(new Sources(flags, environment, null));
    }

    /**
     * The settings for a test: values by name, as flags would give them, and the file's text.
     *
     * @throws InvalidSettingsException with every fault
     */
    public static Settings of(Map<String, String> values, @Nullable String yaml) {
        return read(new Sources(values, Map.of(), yaml));
    }

    /** Whether only this machine can reach the address. */
    public boolean isLoopback() {
        return HostText.isLoopback(host);
    }

    static Settings read(Sources from) {
        String host = from.get(Catalogue.HOST);
        int port = from.get(Catalogue.PORT);
        Access access = new Access(
                from.get(Catalogue.ALLOW_ANONYMOUS),
                orNull(from.get(Catalogue.API_KEY)),
                orNull(from.get(Catalogue.API_KEYS_FILE)),
                from.get(Catalogue.METRICS_OPEN),
                orNull(from.get(Catalogue.ID_KEY)));
        Tls tls = readTls(from);
        Policies policies = readPolicies(from);
        Limits limits = new Limits(
                from.get(Catalogue.MAX_BODY_BYTES),
                from.get(Catalogue.MAX_SESSION_BYTES),
                from.get(Catalogue.MAX_HEADER_BYTES),
                from.get(Catalogue.MAX_SESSIONS).orElse(Long.MAX_VALUE),
                from.get(Catalogue.MAX_MEMORY_BYTES),
                from.get(Catalogue.WHEN_FULL));
        Traffic traffic = new Traffic(
                from.get(Catalogue.MAX_CONNECTIONS),
                from.get(Catalogue.MAX_REQUESTS),
                from.get(Catalogue.MAX_QUEUED_REQUESTS),
                from.get(Catalogue.CONNECTION_IDLE_TIMEOUT),
                from.get(Catalogue.MIN_REQUEST_RATE),
                from.get(Catalogue.NON_BLOCKING));
        Backend backend = readBackend(from);
        Disk disk = readDisk(from);
        Operation operation = new Operation(
                from.get(Catalogue.DRAIN_DELAY),
                from.get(Catalogue.SHUTDOWN_TIMEOUT),
                from.get(Catalogue.FILE_CHECK_INTERVAL),
                from.get(Catalogue.LOG_LEVEL));
        checkReach(from, host, access);
        checkSizes(from, limits);
        if (disk != null) {
            checkRecordSize(from, limits);
        }
        BackendRules.check(from, backend, policies);
        if (!from.faults.isEmpty()) {
            throw new InvalidSettingsException(from.faults);
        }
        return new Settings(
                host,
                port,
                access,
                tls,
                policies,
                limits,
                traffic,
                disk,
                backend,
                operation,
                from.warnings,
                from.inForce());
    }

    private static Backend readBackend(Sources from) {
        return new Backend(
                from.get(Catalogue.BACKEND),
                orNull(from.get(Catalogue.BACKEND_URL)),
                from.get(Catalogue.KEY_PREFIX),
                from.get(Catalogue.BACKEND_TIMEOUT),
                orNull(from.get(Catalogue.BACKEND_CA)),
                from.get(Catalogue.BACKEND_CONNECTIONS),
                from.get(Catalogue.BACKEND_TABLE),
                from.get(Catalogue.BACKEND_CREATE_TABLE),
                from.get(Catalogue.BACKEND_DATABASE),
                from.get(Catalogue.BACKEND_COLLECTION),
                orZero(from.get(Catalogue.BACKEND_THRESHOLD)),
                from.get(Catalogue.BACKEND_FILE_MODE),
                from.get(Catalogue.BACKEND_NEAR_CACHE));
    }

    private static @Nullable Tls readTls(Sources from) {
        Path certificate = orNull(from.get(Catalogue.TLS_CERT));
        Path key = orNull(from.get(Catalogue.TLS_KEY));
        Path clientCa = orNull(from.get(Catalogue.TLS_CLIENT_CA));
        if (certificate != null && key != null) {
            return new Tls(certificate, key, clientCa);
        }
        if (from.areSound(Catalogue.TLS_CERT, Catalogue.TLS_KEY)) {
            if (certificate != null) {
                from.faults.add(from.sourceOf(Catalogue.TLS_CERT) + ": needs tls-key, the certificate's key, too");
            }
            if (key != null) {
                from.faults.add(from.sourceOf(Catalogue.TLS_KEY) + ": needs tls-cert, the key's certificate, too");
            }
            if (clientCa != null && certificate == null && key == null) {
                from.faults.add(from.sourceOf(Catalogue.TLS_CLIENT_CA) + ": needs tls-cert and tls-key, too");
            }
        }
        return null;
    }

    private static @Nullable Disk readDisk(Sources from) {
        Path directory = orNull(from.get(Catalogue.DATA_DIR));
        Fsync fsync = from.get(Catalogue.FSYNC);
        Duration snapshotInterval = from.get(Catalogue.SNAPSHOT_INTERVAL);
        Path keyFile = orNull(from.get(Catalogue.DATA_KEY_FILE));
        if (directory != null) {
            if (keyFile == null && from.areSound(Catalogue.DATA_KEY_FILE)) {
                from.warnings.add(from.sourceOf(Catalogue.DATA_DIR) + ": sessions lie in " + directory
                        + " for whoever can read its files; set SESSION_STORE_DATA_KEY_FILE to encrypt them");
            }
            return new Disk(directory, fsync, snapshotInterval, keyFile);
        }
        if (from.areSound(Catalogue.DATA_DIR)) {
            for (Setting<?> setting : List.of(Catalogue.FSYNC, Catalogue.SNAPSHOT_INTERVAL)) {
                if (from.isGiven(setting)) {
                    from.warnings.add(
                            from.sourceOf(setting) + ": has no effect without data-dir: sessions live in memory alone");
                }
            }
            // No warning: somebody would believe that sessions are kept, and encrypted.
            if (keyFile != null) {
                from.faults.add(
                        from.sourceOf(Catalogue.DATA_KEY_FILE) + ": needs data-dir, the directory to encrypt, too");
            }
        }
        return null;
    }

    private static Policies readPolicies(Sources from) {
        NamespacePolicy defaults = new NamespacePolicy(
                orNull(from.get(Catalogue.IDLE_TIMEOUT)),
                orNull(from.get(Catalogue.ABSOLUTE_TIMEOUT)),
                orNull(from.get(Catalogue.PERMANENT_LIFETIME)),
                from.get(Catalogue.TOMBSTONE),
                orZero(from.get(Catalogue.MAX_SESSIONS_PER_PRINCIPAL)),
                from.get(Catalogue.WHEN_EXCEEDED),
                from.get(Catalogue.EXPIRY),
                from.get(Catalogue.ORPHAN_AFTER));
        Map<String, NamespacePolicy> named = new HashMap<>();
        for (String name : from.namespaces()) {
            named.put(name, readPolicy(from, name, defaults));
        }
        return new Policies(defaults, named);
    }

    private static NamespacePolicy readPolicy(Sources from, String name, NamespacePolicy all) {
        int most = all.maxSessionsPerPrincipal();
        return new NamespacePolicy(
                orNull(from.get(name, Catalogue.IDLE_TIMEOUT, Optional.ofNullable(all.idleTimeout()))),
                orNull(from.get(name, Catalogue.ABSOLUTE_TIMEOUT, Optional.ofNullable(all.absoluteTimeout()))),
                orNull(from.get(name, Catalogue.PERMANENT_LIFETIME, Optional.ofNullable(all.permanentLifetime()))),
                from.get(name, Catalogue.TOMBSTONE, all.tombstone()),
                orZero(from.get(
                        name,
                        Catalogue.MAX_SESSIONS_PER_PRINCIPAL,
                        most == 0 ? OptionalLong.empty() : OptionalLong.of(most))),
                from.get(name, Catalogue.WHEN_EXCEEDED, all.whenExceeded()),
                from.get(name, Catalogue.EXPIRY, all.expiry()),
                from.get(name, Catalogue.ORPHAN_AFTER, all.orphanAfter()));
    }

    /** Sessions are credentials: nobody shall offer them to a network without a key by accident. */
    private static void checkReach(Sources from, String host, Access access) {
        boolean sound =
                from.areSound(Catalogue.HOST, Catalogue.ALLOW_ANONYMOUS, Catalogue.API_KEY, Catalogue.API_KEYS_FILE);
        if (sound && !HostText.isLoopback(host) && !access.hasKeys() && !access.allowAnonymous()) {
            from.faults.add(from.sourceOf(Catalogue.HOST) + ": " + host + " can be reached from other machines, and"
                    + " there is no key: set SESSION_STORE_API_KEY or SESSION_STORE_API_KEYS_FILE,"
                    + " or say --allow-anonymous to serve everybody");
        }
    }

    private static void checkSizes(Sources from, Limits limits) {
        if (from.areSound(Catalogue.MAX_SESSION_BYTES, Catalogue.MAX_BODY_BYTES)
                && limits.maxSessionBytes() > limits.maxBodyBytes()) {
            boolean session = !from.sourceOf(Catalogue.MAX_SESSION_BYTES).equals(Catalogue.MAX_SESSION_BYTES.name());
            from.faults.add(from.sourceOf(session ? Catalogue.MAX_SESSION_BYTES : Catalogue.MAX_BODY_BYTES)
                    + ": max-session-bytes (" + limits.maxSessionBytes() + ") must not be larger than max-body-bytes ("
                    + limits.maxBodyBytes() + "), for attributes come in a body");
        }
    }

    /** A session is one record on disk, and whoever reads a record must be able to hold it. */
    private static void checkRecordSize(Sources from, Limits limits) {
        if (from.areSound(Catalogue.MAX_SESSION_BYTES) && limits.maxSessionBytes() > MOST_BYTES_ON_DISK) {
            from.faults.add(from.sourceOf(Catalogue.MAX_SESSION_BYTES) + ": max-session-bytes ("
                    + limits.maxSessionBytes() + ") must not be larger than " + MOST_BYTES_ON_DISK
                    + " (16MiB) with data-dir");
        }
    }

    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }

    private static int orZero(OptionalLong value) {
        return (int) value.orElse(0);
    }
}
