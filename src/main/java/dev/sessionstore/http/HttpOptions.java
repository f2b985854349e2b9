package dev.sessionstore.http;

import java.time.Duration;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * How the server listens.
 *
 * @param port 0: any that is free
 * @param maxHeaderBytes of the request line and the headers together
 * @param maxConnections beyond it new ones wait unaccepted
 * @param maxRequests handled at once; health apart
 * @param maxQueuedRequests waiting beyond those; the next is refused with 503
 * @param connectionIdleTimeout after it a silent connection is closed
 * @param minRequestRate bytes a second that a body must bring on average; 0: none
 * @param shutdownTimeout how long requests in flight may take to finish when the server stops
 * @param nonBlocking whether session routes are answered before the servlet layer, by the threads that read requests
 * @param tls null: plain HTTP
 */
public record HttpOptions(
        String host,
        int port,
        int maxHeaderBytes,
        int maxConnections,
        int maxRequests,
        int maxQueuedRequests,
        Duration connectionIdleTimeout,
        long minRequestRate,
        Duration shutdownTimeout,
        boolean nonBlocking,
        SslContextFactory.@Nullable Server tls) {}
