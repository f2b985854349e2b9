package dev.sessionstore.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.javalin.util.JavalinException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HostHeaderCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Javalin on Jetty, with the table mounted under every path: which route a path means is the table's to say, so that
 * Javalin's own tolerance for slashes, HEAD and verbs never comes into it.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    /** Threads beyond those that handle requests: selectors, acceptors, health. */
    private static final int SPARE_THREADS = 32;

    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private static final List<HandlerType> VERBS = List.of(
            HandlerType.GET,
            HandlerType.HEAD,
            HandlerType.POST,
            HandlerType.PUT,
            HandlerType.PATCH,
            HandlerType.DELETE,
            HandlerType.OPTIONS,
            HandlerType.TRACE,
            HandlerType.CONNECT,
            HandlerType.QUERY);

    private final Javalin javalin;
    private final QueuedThreadPool threads;
    private final AnswerThreads answerThreads;
    private final QoSHandler quality = new QoSHandler();
    private final GracefulHandler graceful = new GracefulHandler(quality);
    private final SlowBodies slowBodies = new SlowBodies();
    private final @Nullable CoreDoor coreDoor;
    private final Duration shutdownTimeout;

    /** Not listening yet. */
    public HttpServer(HttpOptions options, Api api) {
        shutdownTimeout = options.shutdownTimeout();
        threads = new QueuedThreadPool(options.maxRequests() + SPARE_THREADS, 8);
        threads.setName("session-store-http");
        // Null, and so none, where the JDK has no virtual threads.
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("session-store-http-virtual-"));
        answerThreads = new AnswerThreads(threads);
        quality.setMaxRequestCount(options.maxRequests());
        quality.setMaxSuspendedRequestCount(options.maxQueuedRequests());
        quality.excludePath("/health/*");
        Threshold threshold = new Threshold(api, graceful);
        coreDoor = options.nonBlocking() ? new CoreDoor(api, mayWait(), options.maxRequests(), threshold) : null;
        javalin = Javalin.create(config -> configure(config, options, api, coreDoor == null ? threshold : coreDoor));
    }

    private void configure(JavalinConfig config, HttpOptions options, Api api, Handler first) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.router.ignoreTrailingSlashes = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(server -> {
            // Health is told of a full queue and of a stop like everybody else, but never queued itself.
            server.setHandler(first);
            server.setErrorHandler(new ProblemPages());
            server.setStopTimeout(options.shutdownTimeout().toMillis());
            server.addBean(new NetworkConnectionLimit(options.maxConnections(), server));
        });
        config.jetty.modifyHttpConfiguration(http -> {
            // Nothing is folded or decoded before the table sees it.
            http.setUriCompliance(UriCompliance.UNSAFE);
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(options.maxHeaderBytes());
            // The cache of fields takes some 90 KiB a connection, and takes keys for equal that differ in case.
            http.setHeaderCacheSize(0);
        });
        Executor executor = options.nonBlocking() ? answerThreads : threads;
        config.jetty.addConnector((server, http) -> connector(server, executor, http, options));
        // Where late answers come by threads that may wait themselves, there is no need for another.
        Executor writes = options.nonBlocking() ? mayWait() : Runnable::run;
        ServletDoor door = new ServletDoor(api, options.minRequestRate(), slowBodies, writes);
        for (HandlerType verb : VERBS) {
            config.routes.addHttpHandler(verb, "*", door);
        }
    }

    /** Where a request may wait. */
    private Executor mayWait() {
        Executor virtual = VirtualThreads.getVirtualThreadsExecutor(threads);
        return virtual == null ? threads : virtual;
    }

    /** HTTP/1.1 and HTTP/2 on one port: by ALPN over TLS; without it by prior knowledge or an upgrade (RFC 9113, section 3). */
    private static ServerConnector connector(
            Server server, Executor executor, HttpConfiguration http, HttpOptions options) {
        HttpConfiguration http2 = new HttpConfiguration(http);
        // Who is asked stands in :authority there.
        http2.addCustomizer(new HostHeaderCustomizer());
        ServerConnector connector;
        if (options.tls() == null) {
            connector = connector(
                    server,
                    executor,
                    new HttpConnectionFactory(http),
                    patient(new HTTP2CServerConnectionFactory(http2)));
        } else {
            // Which name a certificate is for is the client's to check.
            http.addCustomizer(new SecureRequestCustomizer(false));
            http2.addCustomizer(new SecureRequestCustomizer(false));
            ALPNServerConnectionFactory choice = new ALPNServerConnectionFactory();
            choice.setDefaultProtocol(HttpVersion.HTTP_1_1.asString());
            connector = connector(
                    server,
                    executor,
                    AbstractConnectionFactory.getFactories(
                            options.tls(),
                            choice,
                            patient(new HTTP2ServerConnectionFactory(http2)),
                            new HttpConnectionFactory(http)));
        }
        connector.setHost(options.host());
        connector.setPort(options.port());
        // When the connector stops, no request is in flight any more: nothing speaks for silent connections.
        connector.setShutdownIdleTimeout(50);
        connector.setIdleTimeout(options.connectionIdleTimeout().toMillis());
        return connector;
    }

    /** An answer may take its time, as with HTTP/1.1; bodies have a deadline of their own. */
    private static ConnectionFactory patient(AbstractHTTP2ServerConnectionFactory http2) {
        http2.setStreamIdleTimeout(-1);
        return http2;
    }

    /** A selector for each processor, as selectors do the work: Jetty's default is half as many. */
    private static ServerConnector connector(Server server, Executor executor, ConnectionFactory... protocols) {
        int selectors = Runtime.getRuntime().availableProcessors();
        return new ServerConnector(server, executor, null, null, -1, selectors, protocols) {
            @Override
            protected SocketChannelEndPoint newEndPoint(
                    SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                SocketChannelEndPoint endPoint = new JoiningEndPoint(channel, selector, key, getScheduler());
                endPoint.setIdleTimeout(getIdleTimeout());
                return endPoint;
            }

            /** One that was accepted before the stop and opens after it is silent like the others; nobody told it so. */
            @Override
            protected void onEndPointOpened(EndPoint opened) {
                super.onEndPointOpened(opened);
                if (isShutdown()) {
                    opened.setIdleTimeout(getShutdownIdleTimeout());
                }
            }
        };
    }

    /** Listens. */
    public void start() {
        javalin.start();
    }

    /** Runs what sends answers that had to wait, many in one task; rejects it once the server has stopped. */
    public Executor lateAnswers() {
        return coreDoor == null ? threads : answerThreads::late;
    }

    /** The port it listens on. */
    public int port() {
        return javalin.port();
    }

    /** Threads at work. */
    public int busyThreads() {
        return threads.getBusyThreads();
    }

    /** Tasks that wait for a thread. */
    public int queuedTasks() {
        return threads.getQueueSize();
    }

    /** Requests that wait for their turn. */
    public int queuedRequests() {
        return quality.getSuspendedRequestCount();
    }

    /**
     * Refuses what is new with 503, waits for requests in flight as long as the shutdown timeout allows, and closes the
     * port. Jetty's own stop would give a request whose body pauses a second.
     */
    @Override
    public void close() {
        try {
            if (graceful.isRunning()) {
                CompletableFuture.allOf(graceful.shutdown(), coreDoor == null ? NOTHING : coreDoor.shutdown())
                        .get(shutdownTimeout.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException late) {
            LOG.warn("requests still in flight after {} are cut off", shutdownTimeout);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            LOG.warn("waiting for requests in flight failed", failed.getCause());
        }
        try {
            javalin.stop();
        } catch (JavalinException late) {
            // The port is closed all the same, and what is behind must end well.
            LOG.warn("a connection was still open after {} and is cut off", shutdownTimeout, late);
        }
        slowBodies.close();
        answerThreads.close();
    }
}
