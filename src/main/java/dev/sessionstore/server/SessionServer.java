package dev.sessionstore.server;

import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.http.AccessRules;
import dev.sessionstore.http.Api;
import dev.sessionstore.http.HttpOptions;
import dev.sessionstore.http.HttpServer;
import dev.sessionstore.http.Readiness;
import dev.sessionstore.http.Routes;
import dev.sessionstore.metrics.Metrics;
import dev.sessionstore.settings.Secret;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.store.GuardedEngine;
import dev.sessionstore.store.memory.MemoryOptions;
import dev.sessionstore.store.memory.MemoryStore;
import dev.sessionstore.store.memory.disk.Disk;
import dev.sessionstore.store.memory.disk.DiskOptions;
import dev.sessionstore.store.memory.disk.Fsync;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole service, wired by hand. */
public final class SessionServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionServer.class);
    private static final String JETTY_REFERENCES = "org.eclipse.jetty.util.referencesPerCacheLine";

    static {
        // Jetty pads its queues by it, and to find out would build the JVM's whole management server at each start.
        // 16 is right for compressed references, and ample for others.
        if (System.getProperty(JETTY_REFERENCES) == null) {
            System.setProperty(JETTY_REFERENCES, "16");
        }
    }

    private final Settings settings;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "session-store-files");
        thread.setDaemon(true);
        return thread;
    });
    private final Readiness readiness = new Readiness();
    private final Metrics metrics = new Metrics();
    private final SessionStore store;
    /** Null: another backend holds the sessions. */
    private final @Nullable MemoryStore memory;
    /** Null: no engine that could fail. */
    private final @Nullable GuardedEngine engine;

    private final HttpServer http;

    /** Not listening yet. */
    public SessionServer(Settings settings, Clocks clocks) {
        this(settings, clocks, false);
    }

    private SessionServer(Settings settings, Clocks clocks, boolean repair) {
        this.settings = settings;
        // What reads files first: a broken one leaves no store open.
        AccessRules access = access();
        HttpOptions options = httpOptions();
        if (settings.backend().kind() == Settings.BackendKind.MEMORY) {
            MemoryStore held = memory(clocks.node(), repair);
            engine = null;
            memory = held;
            store = held;
            metrics.countBy(held::countAll);
            if (settings.disk() != null) {
                measureDisk();
            }
        } else {
            Backends.Shared shared = Backends.open(settings.backend(), settings.policies(), clocks, metrics, metrics);
            engine = shared.engine();
            memory = null;
            store = shared.store();
            GuardedEngine watched = engine;
            if (watched != null) {
                readiness.watch(watched::answers);
                metrics.gauge(
                        "session_store_backend_up",
                        "1 while the engine answers, else 0",
                        () -> watched.answers() ? 1 : 0);
            }
        }
        SessionService service =
                new SessionService(store, settings.policies(), settings.limits().maxSessionBytes());
        Secret idKey = settings.access().idKey();
        KeyHash keyHash =
                idKey == null ? KeyHash.plain() : KeyHash.keyed(idKey.reveal().getBytes(StandardCharsets.UTF_8));
        Api api = new Api(
                Routes.of(service, store, readiness, metrics::scrape, access.metricsOpen()),
                access,
                readiness,
                keyHash,
                metrics,
                service::isExpiredButHeld,
                settings.limits().maxBodyBytes());
        http = new HttpServer(options, api);
        metrics.gauge("session_store_http_threads_busy", "HTTP threads at work", http::busyThreads);
        metrics.gauge("session_store_http_tasks_queued", "Tasks that wait for an HTTP thread", http::queuedTasks);
        metrics.gauge("session_store_http_requests_queued", "Requests that wait for their turn", http::queuedRequests);
    }

    private void measureDisk() {
        metrics.counter("session_store_journal_records", "Records written to the journal", () -> disk().records());
        metrics.counter("session_store_journal_syncs", "Syncs of the journal that succeeded", () -> disk().syncs());
        metrics.gauge("session_store_journal_bytes", "Journal since the last snapshot", () -> disk().journalBytes());
        metrics.gauge(
                "session_store_journal_last_sync_seconds",
                "When the last sync of the journal that succeeded began, in Unix time; 0: none yet",
                () -> disk().lastSyncBegan() / 1000.0);
        metrics.gauge(
                "session_store_disk_refuses_writes",
                "1 while the disk is full or failed, else 0",
                () -> disk().isRefusing() ? 1 : 0);
    }

    private Disk.Figures disk() {
        return memory == null ? Disk.Figures.NONE : memory.disk().orElse(Disk.Figures.NONE);
    }

    private MemoryStore memory(InstantSource clock, boolean repair) {
        MemoryOptions options = options(settings.limits());
        Settings.Disk disk = settings.disk();
        if (disk == null) {
            return new MemoryStore(options, settings.policies(), clock, metrics);
        }
        DiskOptions onDisk = new DiskOptions(
                disk.directory(),
                Fsync.valueOf(disk.fsync().name()),
                disk.snapshotInterval(),
                DataKeyFile.read(disk),
                repair);
        return new MemoryStore(
                options, settings.policies(), clock, metrics, onDisk, this::answer, SessionServer::diskFailed);
    }

    /** Runs what finishes an answer where answers are made. Whoever brings it does so itself when nobody else can. */
    private void answer(Runnable task) {
        try {
            http.lateAnswers().execute(task);
        } catch (RejectedExecutionException stopped) {
            task.run();
        }
    }

    /** Without the end that SIGTERM has: what would be promised in it could not be kept. */
    static void diskFailed(String why) {
        LOG.error("{}; the service ends at once", why);
        Runtime.getRuntime().halt(Main.EXIT_DISK_FAILED);
    }

    static MemoryOptions options(Settings.Limits limits) {
        return new MemoryOptions(
                limits.maxSessions() == Long.MAX_VALUE ? 0 : limits.maxSessions(),
                limits.maxMemoryBytes(),
                MemoryOptions.WhenFull.valueOf(limits.whenFull().name()));
    }

    private AccessRules access() {
        Settings.Access given = settings.access();
        if (!given.hasKeys()) {
            return AccessRules.anonymous(settings.isLoopback());
        }
        KeysInForce keys = new KeysInForce(given);
        watch(keys.watched());
        return AccessRules.byKeys(keys, given.metricsOpen());
    }

    private HttpOptions httpOptions() {
        Settings.Traffic traffic = settings.traffic();
        return new HttpOptions(
                settings.host(),
                settings.port(),
                settings.limits().maxHeaderBytes(),
                traffic.maxConnections(),
                traffic.maxRequests(),
                traffic.maxQueuedRequests(),
                traffic.connectionIdleTimeout(),
                traffic.minRequestRate(),
                settings.operation().shutdownTimeout(),
                traffic.nonBlocking(),
                tls());
    }

    private SslContextFactory.@Nullable Server tls() {
        if (settings.tls() == null) {
            return null;
        }
        TlsFiles tls = new TlsFiles(settings.tls());
        watch(tls.watched());
        return tls.factory();
    }

    private void watch(@Nullable WatchedFiles files) {
        if (files != null) {
            files.every(settings.operation().fileCheckInterval(), watch);
        }
    }

    /**
     * Listens, so that it is seen to live, loads what the disk holds, and says where it listens in two lines.
     *
     * @throws dev.sessionstore.store.memory.disk.DamagedException if the disk holds what nobody wrote
     * @throws dev.sessionstore.store.memory.disk.DirectoryException if the data directory cannot be used
     */
    public void start() {
        http.start();
        if (memory != null) {
            memory.recover();
            memory.startSweeper();
        }
        if (engine != null) {
            engine.start();
        }
        readiness.ready();
        String uri = uri();
        LOG.info("session-store listens on {}", uri);
        String key = settings.access().hasKeys() ? " -H 'Authorization: Bearer KEY'" : "";
        LOG.info("try: curl -s -X POST{} {}/v1/demo/sessions   (all routes: {}/docs)", key, uri, uri);
    }

    /**
     * Starts it by the system's clock, to run until the process is told to end.
     *
     * @param repair whether damage on disk is worked around, this once
     */
    static void start(Settings settings, boolean repair) {
        SessionServer server = new SessionServer(settings, Clocks.ofNode(InstantSource.system()), repair);
        try {
            server.start();
        } catch (RuntimeException | Error failed) {
            server.close();
            throw failed;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(server::end, "session-store-shutdown"));
    }

    /** What a SIGTERM asks for: to be left alone first, to finish second, to have gone well third. */
    private void end() {
        try {
            drain(settings.operation().drainDelay());
            close();
        } catch (RuntimeException failed) {
            LOG.error("the shutdown failed", failed);
            Runtime.getRuntime().halt(1);
        }
        // A JVM that ends by a signal says 143, which reads as a failure.
        Runtime.getRuntime().halt(0);
    }

    /** Tells load balancers to look elsewhere, and gives them the time to see it. */
    private void drain(Duration delay) {
        readiness.drain();
        LOG.info("shutting down: not ready any more, {} until the port closes", delay);
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    public String uri() {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return (settings.tls() == null ? "http" : "https") + "://" + host + ":" + http.port();
    }

    /** Lets requests in flight finish, within the shutdown timeout. */
    @Override
    public void close() {
        readiness.drain();
        http.close();
        watch.shutdownNow();
        store.close();
        metrics.close();
    }
}
