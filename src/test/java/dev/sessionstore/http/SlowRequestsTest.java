package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.RequestObserver;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that take their time keep nobody else waiting, whichever door is open. */
class SlowRequestsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    /** More than there are threads that read requests, on whatever machine. */
    private static final int MANY = 2 * Runtime.getRuntime().availableProcessors() + 4;

    private final CountDownLatch held = new CountDownLatch(MANY);
    private final CountDownLatch release = new CountDownLatch(1);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<Thread> answering = ConcurrentHashMap.newKeySet();
    private HttpServer server;

    @BeforeEach
    void start() {
        Readiness readiness = new Readiness();
        readiness.ready();
        List<Route> routes = List.of(
                Route.route(Verb.GET, "/slow", null, request -> block()).build(),
                Route.route(Verb.GET, "/v1/slow", null, request -> block()).build(),
                Route.route(Verb.PUT, "/v1/prompt", null, request -> Answers.now(ApiResponse.empty(204)))
                        .accepts(ApiResponse.JSON)
                        .prompt(true)
                        .build(),
                Route.route(Verb.GET, "/v1/prompt", null, request -> {
                            answering.add(Thread.currentThread());
                            return Answers.now(ApiResponse.empty(204));
                        })
                        .prompt(true)
                        .build(),
                Route.route(Verb.GET, "/health/live", null, request -> Answers.now(ApiResponse.empty(204)))
                        .build());
        Api api = new Api(
                new RouteTable(routes),
                AccessRules.anonymous(true),
                readiness,
                KeyHash.plain(),
                RequestObserver.NONE,
                session -> false,
                1 << 20);
        server = new HttpServer(
                new HttpOptions("127.0.0.1", 0, 8192, 1000, 4 * MANY, 10, LONG, 0, LONG, TestServer.NON_BLOCKING, null),
                api);
        server.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.close();
    }

    private CompletableFuture<ApiResponse> block() {
        held.countDown();
        try {
            assertThat(release.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        return CompletableFuture.completedFuture(ApiResponse.empty(204));
    }

    private CompletableFuture<HttpResponse<Void>> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(LONG)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    }

    private void everybodyElseIsServed() throws Exception {
        for (String path : List.of("/health/live", "/v1/prompt")) {
            // Often enough to meet every thread that reads.
            for (int i = 0; i < MANY; i++) {
                try (Socket another = connect("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
                    assertThat(RawHttp.read(another, "GET /").status()).isEqualTo(204);
                }
            }
        }
    }

    private Socket connect(String text) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout((int) LONG.toMillis());
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/slow", "/v1/slow"})
    void endpointsThatBlock(String path) throws Exception {
        List<CompletableFuture<HttpResponse<Void>>> slow = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            slow.add(get(path));
        }
        assertThat(held.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();

        everybodyElseIsServed();
        assertThat(slow).noneMatch(CompletableFuture::isDone);
        release.countDown();
        for (CompletableFuture<HttpResponse<Void>> each : slow) {
            assertThat(each.get().statusCode()).isEqualTo(204);
        }
    }

    @Test
    void bodiesThatAreLate() throws Exception {
        String head = "PUT /v1/prompt HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        List<String> begun = List.of(
                head + "Content-Length: 8\r\n\r\n",
                head + "Content-Length: 8\r\n\r\n{\"a\"",
                head + "Content-Length: 200000\r\n\r\n{\"a\"",
                head + "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n");
        List<String> rest = List.of("{\"a\":1 }", ":1 }", ":1 }" + " ".repeat(200_000 - 8), "4\r\n:1 }\r\n0\r\n\r\n");
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            slow.add(connect(begun.get(i % begun.size())));
        }
        everybodyElseIsServed();
        for (int i = 0; i < MANY; i++) {
            try (Socket socket = slow.get(i)) {
                RawHttp.write(socket, rest.get(i % rest.size()).getBytes(StandardCharsets.US_ASCII));
                assertThat(RawHttp.read(socket, "PUT /").status()).isEqualTo(204);
            }
        }
    }

    @Test
    void requestsThatComeOneAfterTheOtherOnOneConnection() throws Exception {
        String body = "PUT /v1/prompt HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 8\r\n\r\n{\"a\":1 }";
        try (Socket socket = connect((body + "GET /v1/prompt HTTP/1.1\r\nHost: localhost\r\n\r\n").repeat(10))) {
            for (int i = 0; i < 20; i++) {
                assertThat(RawHttp.read(socket, "PUT /").status()).isEqualTo(204);
            }
        }
    }

    @Test
    void aConnectionThatNeverPausesDoesNotKeepTheThreadThatReadsIt() throws Exception {
        int many = 200;
        try (Socket socket = connect("GET /v1/prompt HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(many))) {
            for (int i = 0; i < many; i++) {
                assertThat(RawHttp.read(socket, "GET /").status()).isEqualTo(204);
            }
        }
        assertThat(answering).hasSizeGreaterThan(TestServer.NON_BLOCKING ? 1 : 0);
    }
}
