package dev.sessionstore.server;

import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.http.AccessRules;
import dev.sessionstore.http.Api;
import dev.sessionstore.http.HttpOptions;
import dev.sessionstore.http.HttpServer;
import dev.sessionstore.http.Readiness;
import dev.sessionstore.http.Routes;
import dev.sessionstore.metrics.Metrics;
import dev.sessionstore.settings.Secret;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.store.memory.MemoryOptions;
import dev.sessionstore.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole service, wired by hand. */
public final class SessionServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionServer.class);

    private final Settings settings;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "session-store-files");
        thread.setDaemon(true);
        return thread;
    });
    private final Readiness readiness = new Readiness();
    private final Metrics metrics = new Metrics();
    private final MemoryStore store;
    private final HttpServer http;

    /**
     * Not listening yet.
     *
     * @param clock what sessions live by
     */
    public SessionServer(Settings settings, InstantSource clock) {
        this.settings = settings;
        store = new MemoryStore(memory(settings.limits()), settings.policies(), clock, metrics);
        metrics.countBy(store::countAll);
        AccessRules access = access();
        SessionService service =
                new SessionService(store, settings.policies(), settings.limits().maxSessionBytes());
        Secret idKey = settings.access().idKey();
        KeyHash keyHash =
                idKey == null ? KeyHash.plain() : KeyHash.keyed(idKey.reveal().getBytes(StandardCharsets.UTF_8));
        Api api = new Api(
                Routes.of(service, store, readiness, metrics::scrape, access.metricsOpen()),
                access,
                keyHash,
                metrics,
                settings.limits().maxBodyBytes());
        http = new HttpServer(httpOptions(), api);
        metrics.gauge("session_store_http_threads_busy", "HTTP threads at work", http::busyThreads);
        metrics.gauge("session_store_http_tasks_queued", "Tasks that wait for an HTTP thread", http::queuedTasks);
        metrics.gauge("session_store_http_requests_queued", "Requests that wait for their turn", http::queuedRequests);
    }

    private static MemoryOptions memory(Settings.Limits limits) {
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

    /** Listens, and says so in two lines. */
    public void start() {
        store.startSweeper();
        http.start();
        readiness.ready();
        String uri = uri();
        LOG.info("session-store listens on {}", uri);
        String key = settings.access().hasKeys() ? " -H 'Authorization: Bearer KEY'" : "";
        LOG.info("try: curl -s -X POST{} {}/v1/demo/sessions   (all routes: {}/docs)", key, uri, uri);
    }

    /** Starts it by the system's clock, to run until the process is told to end. */
    public static SessionServer start(Settings settings) {
        SessionServer server = new SessionServer(settings, InstantSource.system());
        try {
            server.start();
        } catch (RuntimeException failed) {
            server.close();
            throw failed;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(server::end, "session-store-shutdown"));
        return server;
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
        readiness.notReady("the service is shutting down");
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
        readiness.notReady("the service is shutting down");
        http.close();
        watch.shutdownNow();
        store.close();
        metrics.close();
    }
}
