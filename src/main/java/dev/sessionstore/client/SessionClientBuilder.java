package dev.sessionstore.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Makes a {@link SessionClient}. Not thread-safe. */
public final class SessionClientBuilder {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    final List<URI> nodes;
    String namespace = "default";

    @Nullable String apiKey;

    Duration timeout = Duration.ofSeconds(3);
    int retries = 2;
    int maxConnections = 64;

    @Nullable SSLContext sslContext;

    AttributeCodec codec = new JsonCodec();

    @Nullable Executor executor;

    SessionClientBuilder(List<URI> nodes) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("name at least one node, such as http://localhost:8080");
        }
        nodes.forEach(SessionClientBuilder::check);
        this.nodes = nodes;
    }

    private static void check(URI node) {
        boolean isHttp = "http".equalsIgnoreCase(node.getScheme()) || "https".equalsIgnoreCase(node.getScheme());
        boolean isBare = node.getRawUserInfo() == null
                && node.getRawQuery() == null
                && node.getRawFragment() == null
                && (node.getRawPath() == null
                        || node.getRawPath().isEmpty()
                        || node.getRawPath().equals("/"));
        if (!isHttp || node.getHost() == null || !isBare) {
            throw new IllegalArgumentException("a node is http or https, a host and a port, such as"
                    + " http://localhost:8080, without user, path and query");
        }
    }

    /** The application's own part of the service: {@code [a-z0-9][a-z0-9_-]{0,62}}; "default" unless named. */
    public SessionClientBuilder namespace(String value) {
        if (!value.matches("[a-z0-9][a-z0-9_-]{0,62}") || value.equals("admin")) {
            throw new IllegalArgumentException("the namespace must be 1 to 63 characters of a-z, 0-9, _ and -, begin"
                    + " with a letter or a digit, and not be \"admin\"");
        }
        namespace = value;
        return this;
    }

    /** The key to show; null: none, for a service on this machine that asks for none. */
    public SessionClientBuilder apiKey(@Nullable String value) {
        if (value != null && !value.matches("[\\x21-\\x7e]+")) {
            throw new IllegalArgumentException("the API key must be visible ASCII characters without spaces");
        }
        apiKey = value;
        return this;
    }

    /** How long a call may take, repeats and waits for a connection included; 1 ms to 1 hour, 3 s unless named. */
    public SessionClientBuilder timeout(Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the timeout is " + value + "; it must be 1 ms to 1 hour");
        }
        timeout = value;
        return this;
    }

    /** How often a call that failed is repeated, where that is safe; 0 to 10, 2 unless named. */
    public SessionClientBuilder retries(int value) {
        if (value < 0 || value > 10) {
            throw new IllegalArgumentException("retries is " + value + "; it must be 0 to 10");
        }
        retries = value;
        return this;
    }

    /** How many calls may be under way at a time to one node, each on its connection; others wait. 64 unless named. */
    public SessionClientBuilder maxConnections(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("maxConnections is " + value + "; it must be at least 1");
        }
        maxConnections = value;
        return this;
    }

    /** What {@code https} nodes' certificates are checked with; the JDK's own unless named. */
    public SessionClientBuilder sslContext(SSLContext value) {
        sslContext = Objects.requireNonNull(value, "sslContext");
        return this;
    }

    /** The application's own mapper for attributes' values; not to be reconfigured afterwards. */
    public SessionClientBuilder objectMapper(ObjectMapper value) {
        return codec(new JsonCodec(value));
    }

    /** What writes and reads attributes' values; a {@link JsonCodec} unless named. */
    public SessionClientBuilder codec(AttributeCodec value) {
        codec = Objects.requireNonNull(value, "codec");
        return this;
    }

    /** What runs the calls of {@link SessionClient#async()}; threads of the client's own unless named. */
    public SessionClientBuilder executor(Executor value) {
        executor = Objects.requireNonNull(value, "executor");
        return this;
    }

    /** Opens no connection yet: that the service is away shows at the first call. */
    public SessionClient build() {
        return new RestSessionClient(new HttpTransport(this), codec, AsyncCalls.on(executor, maxConnections));
    }
}
