package dev.sessionstore.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One request and one answer, over a pooled connection. Nothing is added to what the contract asks for: no cookies, no
 * redirects, no caches, no compression. Thread-safe.
 */
final class Exchanges implements AutoCloseable {
    private static final String CLOSED = "this client is closed";
    private static final int LARGEST_ANSWER = 64 << 20;
    private static final byte[] NOTHING = {};
    /** A server closes connections that idle; one that did so for longer is looked at before it is used. */
    private static final Timeout LOOK_AFTER = Timeout.ofSeconds(1);

    private static final TimeValue KEEP = TimeValue.NEG_ONE_MILLISECOND;

    private final PoolingHttpClientConnectionManager connections;
    private final ConnectionReuseStrategy reuse = DefaultConnectionReuseStrategy.INSTANCE;
    private final Requests requests;
    private final Overdue overdue = new Overdue();

    Exchanges(SessionClientBuilder from) {
        requests = new Requests(from.namespace, from.apiKey);
        PoolingHttpClientConnectionManagerBuilder builder = PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(socket -> new QuietConnection())
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
                .setMaxConnPerRoute(from.maxConnections)
                .setMaxConnTotal((int) Math.min(Integer.MAX_VALUE, (long) from.maxConnections * from.nodes.size()))
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoTimeout(Timeout.DISABLED)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setValidateAfterInactivity(LOOK_AFTER)
                        .build());
        if (from.sslContext != null) {
            builder.setTlsSocketStrategy(new DefaultClientTlsStrategy(from.sslContext));
        }
        connections = builder.build();
    }

    /**
     * @param nanos how long it may take; none or less: it is not even begun
     * @param repeated whether an attempt before may have been carried out
     * @throws NoAnswerException if there is none in that time
     */
    Answer exchange(Node node, Call call, long nanos, boolean repeated) {
        long deadline = System.nanoTime() + nanos;
        ConnectionEndpoint endpoint = lease(node, nanos, repeated);
        boolean fresh = !endpoint.isConnected();
        HttpContext context = HttpCoreContext.create();
        Overdue.Watch watch = overdue.watch(endpoint, deadline);
        if (watch == null) {
            drop(endpoint);
            throw new ServiceUnavailableException(CLOSED, null, repeated, null, null);
        }
        if (fresh) {
            connect(node, endpoint, deadline, watch, context);
        }
        try {
            ClassicHttpRequest request = requests.of(node, call);
            ClassicHttpResponse response = endpoint.execute("", request, Exchanges::execute, context);
            Answer answer = read(response, repeated);
            if (!watch.end()) {
                throw new IOException("too late");
            }
            connections.release(endpoint, null, reuse.keepAlive(request, response, context) ? KEEP : null);
            return answer;
        } catch (IOException | HttpException | RuntimeException e) {
            boolean late = isLate(watch, deadline);
            drop(endpoint);
            if (!fresh) {
                // One that was closed while it idled is seldom alone: the next attempt shall not meet another.
                connections.closeIdle(TimeValue.ZERO_MILLISECONDS);
            }
            String what = late ? "no answer in time" : "the answer broke off or made no sense";
            throw new NoAnswerException(node + ": " + what, true, fresh || late, e);
        }
    }

    private static boolean isLate(Overdue.Watch watch, long deadline) {
        return !watch.end() || deadline - System.nanoTime() <= 0;
    }

    private ConnectionEndpoint lease(Node node, long nanos, boolean repeated) {
        if (nanos <= 0) {
            throw new NoAnswerException(node + " was not asked in time", false, false, null);
        }
        try {
            return connections.lease("", node.route, Timeout.DISABLED, null).get(Timeout.ofNanoseconds(nanos));
        } catch (TimeoutException e) {
            throw new NoAnswerException(
                    node + ": all connections are in use; maxConnections is " + connections.getDefaultMaxPerRoute(),
                    false,
                    false,
                    null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceUnavailableException(
                    "interrupted while waiting for a connection", null, repeated, null, e);
        } catch (ExecutionException | IllegalStateException e) {
            // The pool cancels what it was asked for by a thread that is interrupted, too.
            String why = Thread.currentThread().isInterrupted() ? "interrupted while waiting for a connection" : CLOSED;
            throw new ServiceUnavailableException(why, null, repeated, null, e);
        }
    }

    private void connect(
            Node node, ConnectionEndpoint endpoint, long deadline, Overdue.Watch watch, HttpContext context) {
        try {
            connections.connect(endpoint, Timeout.DISABLED, context);
        } catch (IOException | RuntimeException e) {
            boolean late = isLate(watch, deadline);
            String why = late ? "not in time" : String.valueOf(e.getMessage());
            drop(endpoint);
            throw new NoAnswerException(node + " cannot be reached: " + why, false, true, e);
        }
    }

    private void drop(ConnectionEndpoint endpoint) {
        endpoint.close(CloseMode.IMMEDIATE);
        connections.release(endpoint, null, null);
    }

    private static ClassicHttpResponse execute(
            ClassicHttpRequest request, HttpClientConnection connection, HttpContext context)
            throws IOException, HttpException {
        boolean sent = send(request, connection);
        ClassicHttpResponse response = connection.receiveResponseHeader();
        while (response.getCode() < 200) {
            response = connection.receiveResponseHeader();
        }
        if (!sent) {
            response.setHeader("Connection", "close");
        }
        if (response.getCode() != 204 && response.getCode() != 304) {
            connection.receiveResponseEntity(response);
        }
        return response;
    }

    /** False: not all of it. A service that refuses a body may say so without having read it, and hang up. */
    private static boolean send(ClassicHttpRequest request, HttpClientConnection connection)
            throws IOException, HttpException {
        connection.sendRequestHeader(request);
        try {
            if (request.getEntity() != null) {
                connection.sendRequestEntity(request);
            }
            connection.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Answer read(ClassicHttpResponse response, boolean repeated) throws IOException, HttpException {
        byte[] body = NOTHING;
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            if (entity.getContentLength() > LARGEST_ANSWER) {
                throw new IOException("an answer of " + entity.getContentLength() + " bytes");
            }
            try (InputStream in = entity.getContent()) {
                // Asked for no more than was announced, it takes no larger array than it needs.
                body = in.readNBytes(
                        entity.getContentLength() < 0 ? LARGEST_ANSWER + 1 : (int) entity.getContentLength());
            }
            if (body.length > LARGEST_ANSWER) {
                throw new IOException("an answer of more than " + LARGEST_ANSWER + " bytes");
            }
        }
        String retryAfter = value(response, "Retry-After");
        return new Answer(
                response.getCode(),
                etag(response),
                "true".equals(value(response, "Session-Expired")),
                retryAfter != null && retryAfter.matches("\\d{1,6}") ? Integer.parseInt(retryAfter) : -1,
                value(response, "X-Request-Id"),
                body,
                repeated);
    }

    /** None if it is not a strong one: somebody on the way rewrote the answer, and the service would not know it. */
    private static @Nullable String etag(ClassicHttpResponse response) {
        String value = value(response, "ETag");
        return value != null && ETag.isWellFormed(value) ? value : null;
    }

    private static @Nullable String value(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    @Override
    public void close() {
        // In this order: what connects while the pool is closed would be in nobody's hands.
        overdue.close();
        connections.close(CloseMode.IMMEDIATE);
    }
}
