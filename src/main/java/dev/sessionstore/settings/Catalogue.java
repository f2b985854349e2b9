package dev.sessionstore.settings;

import dev.sessionstore.core.NamespacePolicy.Expiry;
import dev.sessionstore.core.NamespacePolicy.WhenExceeded;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every setting, once. Flags, names of environment variables, keys of the file, {@code --help}, the print-out of
 * {@code config} and the README's table are made from this list, in this order.
 */
public final class Catalogue {
    private static final List<Setting<?>> LIST = new ArrayList<>();
    private static final Duration NONE = Duration.ZERO;
    private static final Duration DAY = Duration.ofDays(1);

    static final Setting<Optional<Path>> CONFIG =
            add(Setting.of("config", Kind.file(), "", "A YAML file of settings; it alone can hold `namespaces`."));

    // Where it listens and who may call.
    static final Setting<String> HOST = add(Setting.of(
            "host", Kind.host(), "127.0.0.1", "The address to listen on; one that is not loopback needs a key."));
    static final Setting<Integer> PORT =
            add(Setting.of("port", Kind.number(0, 65535), "8080", "The port to listen on; 0: any that is free."));
    static final Setting<Boolean> ALLOW_ANONYMOUS = add(Setting.of(
            "allow-anonymous",
            Kind.bool(),
            "false",
            "Start without any key on an address that others can reach, and serve them all."));
    static final Setting<Optional<Secret>> API_KEY = add(Setting.of(
            "api-key", Kind.secretText(), "", "One key with role admin on all namespaces; at least 32 characters."));
    static final Setting<Optional<Path>> API_KEYS_FILE = add(Setting.of(
            "api-keys-file",
            Kind.file(),
            "",
            "A file with a line per key: SHA-256-in-hex ROLE NAMESPACE[,NAMESPACE…]; re-read when it changes."));
    static final Setting<Boolean> METRICS_OPEN =
            add(Setting.of("metrics-open", Kind.bool(), "false", "Serve /metrics without a key."));
    static final Setting<Optional<Secret>> ID_KEY = add(Setting.of(
            "id-key",
            Kind.secretText(),
            "",
            "Hash ids with this secret (HMAC-SHA-256), at least 32 characters; a change of it loses all sessions."));
    static final Setting<Optional<Path>> TLS_CERT = add(
            Setting.of("tls-cert", Kind.file(), "", "The server's certificate chain (PEM); re-read when it changes."));
    static final Setting<Optional<Path>> TLS_KEY =
            add(Setting.of("tls-key", Kind.file(), "", "The certificate's private key (PEM, not encrypted)."));
    static final Setting<Optional<Path>> TLS_CLIENT_CA = add(Setting.of(
            "tls-client-ca", Kind.file(), "", "Refuse clients without a certificate signed by one of these (PEM)."));

    // How sessions live. The file may say otherwise for a namespace.
    static final Setting<Optional<Duration>> IDLE_TIMEOUT = add(Setting.ofNamespace(
            "idle-timeout", Kind.timeout("30m"), "30m", "How long a session lives after its last access."));
    static final Setting<Optional<Duration>> ABSOLUTE_TIMEOUT = add(Setting.ofNamespace(
            "absolute-timeout", Kind.timeout("24h"), "24h", "How long a session lives after its creation."));
    static final Setting<Optional<Duration>> PERMANENT_LIFETIME = add(Setting.ofNamespace(
            "permanent-lifetime", Kind.timeout("31d"), "31d", "The idle timeout of permanent sessions."));
    static final Setting<Duration> TOMBSTONE = add(Setting.ofNamespace(
            "tombstone",
            Kind.duration(NONE, Duration.ofSeconds(Kind.MAX_TIMEOUT_SECONDS), "5m"),
            "5m",
            "How long an id that is gone answers 410 with the reason; 0s: it may be used again at once."));
    static final Setting<OptionalLong> MAX_SESSIONS_PER_PRINCIPAL = add(Setting.ofNamespace(
            "max-sessions-per-principal",
            Kind.limit(Integer.MAX_VALUE),
            "none",
            "How many sessions a principal may have at once."));
    static final Setting<WhenExceeded> WHEN_EXCEEDED = add(Setting.ofNamespace(
            "when-exceeded",
            Kind.choice(WhenExceeded.class),
            "revoke-oldest",
            "What happens when a principal would have one more: its oldest goes, or the new one is refused (409)."));

    static final Setting<Expiry> EXPIRY = add(Setting.ofNamespace(
            "expiry",
            Kind.choice(Expiry.class),
            "enforced",
            "Whether an expired session is gone at once, or held for a host that scavenges by itself (decision 008)."));
    static final Setting<Duration> ORPHAN_AFTER = add(Setting.ofNamespace(
            "orphan-after",
            Kind.duration(Duration.ofSeconds(1), Duration.ofSeconds(Kind.MAX_TIMEOUT_SECONDS), "24h"),
            "24h",
            "How long an expired session is held where expiry is advisory, at most."));

    // How much it takes.
    static final Setting<Integer> MAX_BODY_BYTES =
            add(Setting.of("max-body-bytes", Kind.size(1, "1MiB"), "1MiB", "The largest request body."));
    static final Setting<Integer> MAX_SESSION_BYTES = add(
            Setting.of("max-session-bytes", Kind.size(2, "256KiB"), "256KiB", "The largest attributes of a session."));
    static final Setting<Integer> MAX_HEADER_BYTES = add(
            Setting.of("max-header-bytes", Kind.size(512, "8KiB"), "8KiB", "The largest request line with headers."));
    static final Setting<OptionalLong> MAX_SESSIONS =
            add(Setting.of("max-sessions", Kind.limit(Long.MAX_VALUE), "none", "How many sessions are kept at once."));
    static final Setting<Long> MAX_MEMORY_BYTES = add(Setting.of(
            "max-memory-bytes", Kind.memory("60%"), "60%", "How much memory sessions may take; percent: of the heap."));
    static final Setting<Settings.WhenFull> WHEN_FULL = add(Setting.of(
            "when-full",
            Kind.choice(Settings.WhenFull.class),
            "reject",
            "What happens at either of these two limits: a new session is refused (507), or an old one is evicted."));
    static final Setting<Integer> MAX_CONNECTIONS =
            add(Setting.of("max-connections", Kind.number(1, 1_000_000), "10000", "How many connections are open."));
    static final Setting<Integer> MAX_REQUESTS = add(Setting.of(
            "max-requests",
            Kind.number(1, 100_000),
            "200",
            "How many requests are handled at once, not counting those that are answered promptly."));
    static final Setting<Integer> MAX_QUEUED_REQUESTS = add(Setting.of(
            "max-queued-requests",
            Kind.number(0, 1_000_000),
            "1000",
            "How many requests wait for their turn; further ones are answered 503."));
    static final Setting<Duration> CONNECTION_IDLE_TIMEOUT = add(Setting.of(
            "connection-idle-timeout",
            Kind.duration(Duration.ofMillis(1), DAY, "30s"),
            "30s",
            "After how long without traffic a connection is closed."));
    static final Setting<Integer> MIN_REQUEST_RATE = add(Setting.of(
            "min-request-rate",
            Kind.number(0, 1_000_000_000),
            "100",
            "How many bytes per second a request body must bring on average; 0: any."));

    static final Setting<Boolean> NON_BLOCKING = add(Setting.of(
            "non-blocking",
            Kind.bool(),
            "true",
            "Answer session routes on the threads that read requests, before the servlet layer; false: by Javalin like all"
                    + " others."));

    // Where it is written down.
    static final Setting<Optional<Path>> DATA_DIR = add(
            Setting.of(
                    "data-dir",
                    Kind.directory(),
                    "",
                    "The directory that sessions survive a restart in, made if it is missing; none: they live in memory alone."));
    static final Setting<Settings.Fsync> FSYNC = add(Setting.of(
            "fsync",
            Kind.choice(Settings.Fsync.class),
            "everysec",
            "When a write is forced to disk: before it is answered, each second, or as the system likes."));
    static final Setting<Duration> SNAPSHOT_INTERVAL = add(Setting.of(
            "snapshot-interval",
            Kind.duration(Duration.ofSeconds(1), Duration.ofDays(365), "5m"),
            "5m",
            "How long after the last snapshot the next one is taken, if anything changed."));
    static final Setting<Optional<Path>> DATA_KEY_FILE = add(Setting.of(
            "data-key-file",
            Kind.file(),
            "",
            "A file with a line per key that data-dir is encrypted with: 64 hex digits or base64; the first writes, all"
                    + " read."));

    // Where they are kept instead, when nodes share them.
    static final Setting<Settings.BackendKind> BACKEND = add(Setting.of(
            "backend",
            Kind.choice(Settings.BackendKind.class),
            "memory",
            "Where sessions are kept: in this process, or in an engine that nodes share; none: nowhere."));
    static final Setting<Optional<Secret>> BACKEND_URL = add(Setting.of(
            "backend-url",
            Kind.secretUrl(),
            "",
            "Where that engine is, with user and password if it asks for them: redis:, rediss:, jdbc:, memcached:, mongodb:,"
                    + " file:; none: this machine."));
    static final Setting<String> KEY_PREFIX = add(Setting.of(
            "key-prefix", Kind.prefix(), "session:", "What the names of keys begin with in redis and memcached."));
    static final Setting<Duration> BACKEND_TIMEOUT = add(Setting.of(
            "backend-timeout",
            Kind.duration(Duration.ofMillis(10), Duration.ofSeconds(10), "400ms"),
            "400ms",
            "How long one exchange with the engine may take."));
    static final Setting<Optional<Path>> BACKEND_CA = add(Setting.of(
            "backend-ca",
            Kind.file(),
            "",
            "Who signs the certificate of redis or mongodb (PEM); none: those that Java trusts."));
    static final Setting<Integer> BACKEND_CONNECTIONS = add(
            Setting.of("backend-connections", Kind.number(1, 1000), "10", "The most connections to jdbc or mongodb."));
    static final Setting<String> BACKEND_TABLE =
            add(Setting.of("backend-table", Kind.identifier(), "sessions", "The table of jdbc."));
    static final Setting<Boolean> BACKEND_CREATE_TABLE = add(Setting.of(
            "backend-create-table", Kind.bool(), "false", "Create the table and its indexes if they are missing."));
    static final Setting<String> BACKEND_DATABASE =
            add(Setting.of("backend-database", Kind.identifier(), "session_store", "The database of mongodb."));
    static final Setting<String> BACKEND_COLLECTION =
            add(Setting.of("backend-collection", Kind.identifier(), "sessions", "The collection of mongodb."));
    static final Setting<OptionalLong> BACKEND_THRESHOLD = add(Setting.of(
            "backend-threshold",
            Kind.limit(Integer.MAX_VALUE),
            "none",
            "How many files of sessions there may be before the oldest go."));
    static final Setting<Integer> BACKEND_FILE_MODE =
            add(Setting.of("backend-file-mode", Kind.octal(), "0600", "Who may read and write the files of sessions."));
    static final Setting<Integer> BACKEND_NEAR_CACHE = add(Setting.of(
            "backend-near-cache",
            Kind.number(0, 10_000_000),
            "0",
            "How many sessions of redis each node keeps at hand; redis tells it when they change."));

    // How it is run.
    static final Setting<Duration> DRAIN_DELAY = add(Setting.of(
            "drain-delay",
            Kind.duration(NONE, DAY, "3s"),
            "3s",
            "How long after SIGTERM the port still accepts while readiness answers 503."));
    static final Setting<Duration> SHUTDOWN_TIMEOUT = add(Setting.of(
            "shutdown-timeout",
            Kind.duration(NONE, DAY, "10s"),
            "10s",
            "How long requests in flight may take to finish after that."));
    static final Setting<Duration> FILE_CHECK_INTERVAL = add(Setting.of(
            "file-check-interval",
            Kind.duration(Duration.ofMillis(10), DAY, "5s"),
            "5s",
            "How often the key and TLS files are looked at for changes."));
    static final Setting<Settings.LogLevel> LOG_LEVEL =
            add(Setting.of("log-level", Kind.choice(Settings.LogLevel.class), "info", "How much is logged."));

    static final List<Setting<?>> ALL = List.copyOf(LIST);

    private Catalogue() {}

    private static <T> Setting<T> add(Setting<T> setting) {
        LIST.add(setting);
        return setting;
    }

    static @Nullable Setting<?> named(String name) {
        return find(name, Setting::name);
    }

    static @Nullable Setting<?> ofVariable(String variable) {
        return find(variable, Setting::variable);
    }

    private static @Nullable Setting<?> find(String wanted, Function<Setting<?>, String> name) {
        for (Setting<?> setting : ALL) {
            if (name.apply(setting).equals(wanted)) {
                return setting;
            }
        }
        return null;
    }

    /** The README's table of settings, lines ended by {@code \n}. */
    public static String markdownTable() {
        StringBuilder table = new StringBuilder("| Flag | Environment | Default | Meaning |\n|---|---|---|---|\n");
        for (Setting<?> setting : ALL) {
            table.append("| `").append(setting.flag());
            table.append("` | `").append(setting.variable());
            table.append("` | `").append(setting.shownFallback());
            table.append("` | ")
                    .append(setting.explanation().replace("|", "\\|"))
                    .append(" |\n");
        }
        return table.toString();
    }
}
