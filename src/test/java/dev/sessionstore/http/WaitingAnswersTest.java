package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that have to wait for something, as those to writes wait for the disk. */
class WaitingAnswersTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration IDLE = Duration.ofMillis(500);

    private final BlockingQueue<CompletableFuture<ApiResponse>> waiting = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> answered = new LinkedBlockingQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void start() {
        List<Route> routes = List.of(
                Route.route(Verb.GET, "/v1/wait", null, request -> pending())
                        .produces(ApiResponse.JSON)
                        .prompt(true)
                        .build(),
                Route.route(Verb.HEAD, "/v1/wait", null, request -> pending())
                        .produces(ApiResponse.JSON)
                        .prompt(true)
                        .build());
        Readiness readiness = new Readiness();
        readiness.ready();
        Api api = new Api(
                new RouteTable(routes),
                AccessRules.anonymous(true),
                readiness,
                KeyHash.plain(),
                (verb, template, status, nanos) -> answered.add(verb + " " + template + " " + status),
                session -> false,
                1000);
        HttpOptions options =
                new HttpOptions("127.0.0.1", 0, 8192, 100, 2, 1, IDLE, 0, LONG, TestServer.NON_BLOCKING, null);
        server = new HttpServer(options, api);
        server.start();
    }

    @AfterEach
    void stop() {
        waiting.forEach(each -> each.complete(ApiResponse.empty(204)));
        server.close();
    }

    private CompletableFuture<ApiResponse> pending() {
        CompletableFuture<ApiResponse> answer = new CompletableFuture<>();
        waiting.add(answer);
        return answer;
    }

    private static ApiResponse hello() {
        return ApiResponse.json(200, "{\"hello\":1}".getBytes(StandardCharsets.US_ASCII))
                .header("ETag", "\"1\"");
    }

    private CompletableFuture<HttpResponse<String>> send(String verb) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/wait"))
                .method(verb, HttpRequest.BodyPublishers.noBody())
                .timeout(LONG)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    /** The endpoint's part of a request, once that is there. */
    private CompletableFuture<ApiResponse> endpoint() throws InterruptedException {
        CompletableFuture<ApiResponse> answer = waiting.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer).isNotNull();
        return answer;
    }

    private String logged() throws InterruptedException {
        return answered.poll(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void anAnswerGoesOutWhenItsWaitIsOverAndIsCountedOnce() throws Exception {
        CompletableFuture<HttpResponse<String>> call = send("GET");
        CompletableFuture<ApiResponse> endpoint = endpoint();
        assertThat(call).isNotDone();
        assertThat(answered).isEmpty();
        server.lateAnswers().execute(() -> endpoint.complete(hello()));

        HttpResponse<String> response = call.get();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"hello\":1}");
        assertThat(response.headers().map())
                .containsEntry("content-type", List.of("application/json"))
                .containsEntry("content-length", List.of("11"))
                .containsEntry("cache-control", List.of("no-store"))
                .containsEntry("etag", List.of("\"1\""))
                .containsKey("x-request-id");
        assertThat(logged()).isEqualTo("GET /v1/wait 200");
        assertThat(answered).isEmpty();
    }

    @Test
    void headHasTheHeadersAlone() throws Exception {
        CompletableFuture<HttpResponse<String>> call = send("HEAD");
        endpoint().complete(hello());

        assertThat(call.get().body()).isEmpty();
        assertThat(call.get().headers().firstValue("Content-Length")).contains("11");
        assertThat(logged()).isEqualTo("HEAD /v1/wait 200");
    }

    @Test
    void noThreadWaits() throws Exception {
        int busy = server.busyThreads();
        CompletableFuture<HttpResponse<String>> first = send("GET");
        CompletableFuture<HttpResponse<String>> second = send("GET");
        List<CompletableFuture<ApiResponse>> both = List.of(endpoint(), endpoint());
        long patience = System.nanoTime() + LONG.toNanos();
        while (server.busyThreads() > busy && System.nanoTime() < patience) {
            Thread.onSpinWait();
        }

        assertThat(server.busyThreads()).isLessThanOrEqualTo(busy);
        both.forEach(each -> each.complete(hello()));
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(second.get().statusCode()).isEqualTo(200);
    }

    /**
     * Two wait at the door for prompt answers, if it is open, and two at the other; then requests have to queue. The first
     * door counts a request when its endpoint has returned: as many more get in as come before that.
     */
    @Test
    void waitingRequestsCountAsBeingHandled() throws Exception {
        int least = TestServer.NON_BLOCKING ? 4 : 2;
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        List<CompletableFuture<ApiResponse>> endpoints = new ArrayList<>();
        long patience = System.nanoTime() + LONG.toNanos();
        while (server.queuedRequests() < 1 && System.nanoTime() < patience) {
            if (calls.size() == endpoints.size()) {
                calls.add(send("GET"));
            }
            waiting.drainTo(endpoints);
        }
        assertThat(server.queuedRequests()).isEqualTo(1);
        assertThat(endpoints).hasSizeBetween(least, least + Runtime.getRuntime().availableProcessors());
        assertThat(calls).hasSize(endpoints.size() + 1);

        endpoints.forEach(each -> each.complete(hello()));
        endpoint().complete(hello());
        for (CompletableFuture<HttpResponse<String>> each : calls) {
            assertThat(each.get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aStoreThatTurnsOutToBeFullIsAProblemDocument() throws Exception {
        CompletableFuture<HttpResponse<String>> call = send("GET");
        endpoint().completeExceptionally(new StoreFullException("the disk is full"));

        assertThat(call.get().statusCode()).isEqualTo(507);
        assertThat(call.get().headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(call.get().body()).contains("\"store-full\"", "the disk is full");
        assertThat(logged()).isEqualTo("GET /v1/wait 507");
        assertThat(answered).isEmpty();
    }

    @Test
    void aStoreThatFailsMeanwhileIsAProblemDocumentToRetry() throws Exception {
        CompletableFuture<HttpResponse<String>> call = send("GET");
        CompletableFuture<Void> durable = new CompletableFuture<>();
        CompletableFuture<ApiResponse> endpoint = endpoint();
        durable.thenApply(safe -> hello()).whenComplete((response, failure) -> endpoint.completeExceptionally(failure));
        durable.completeExceptionally(new StoreUnavailableException("the disk fails", null));

        assertThat(call.get().statusCode()).isEqualTo(503);
        assertThat(call.get().headers().firstValue("Retry-After")).isPresent();
        assertThat(call.get().body()).contains("\"store-unavailable\"");
        assertThat(logged()).isEqualTo("GET /v1/wait 503");
    }

    @Test
    void aWaitMayOutlastTheConnectionsIdleTimeout() throws Exception {
        CompletableFuture<HttpResponse<String>> call = send("GET");
        CompletableFuture<ApiResponse> endpoint = endpoint();
        CompletableFuture.delayedExecutor(IDLE.toMillis() * 3, TimeUnit.MILLISECONDS)
                .execute(() -> endpoint.complete(hello()));

        assertThat(call.get().statusCode()).isEqualTo(200);
    }

    @Test
    void anOrderlyEndWaitsForThem() throws Exception {
        CompletableFuture<HttpResponse<String>> call = send("GET");
        CompletableFuture<ApiResponse> endpoint = endpoint();
        CompletableFuture<Void> end = CompletableFuture.runAsync(server::close);
        assertThat(end)
                .as("the end comes before the answer")
                .failsWithin(Duration.ofMillis(300))
                .withThrowableOfType(java.util.concurrent.TimeoutException.class);
        endpoint.complete(hello());

        assertThat(call.get().statusCode()).isEqualTo(200);
        end.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aClientThatGoesAwayMeanwhileTakesNothingAlong() throws Exception {
        CompletableFuture<ApiResponse> endpoint;
        try (Socket gone = new Socket("127.0.0.1", server.port())) {
            OutputStream out = gone.getOutputStream();
            out.write("GET /v1/wait HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            // Closing will be noticed at once, not with the next write.
            gone.setSoLinger(true, 0);
            endpoint = endpoint();
        }
        endpoint.complete(hello());
        assertThat(logged()).isEqualTo("GET /v1/wait 200");
        CompletableFuture<HttpResponse<String>> next = send("GET");
        endpoint().complete(hello());

        assertThat(next.get().statusCode()).isEqualTo(200);
        assertThat(logged()).isEqualTo("GET /v1/wait 200");
        assertThat(answered).isEmpty();
    }
}
