package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.RequestObserver;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.store.memory.MemoryOptions;
import dev.sessionstore.store.memory.MemoryStore;
import dev.sessionstore.testing.MutableClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that listens and has not loaded its sessions yet, and one that is about to stop. */
class LoadingTest {
    private static final String KEY = "a-key-of-decent-length-0123456789-abcdefghij";

    private final Readiness readiness = new Readiness();
    private final HttpClient client = HttpClient.newHttpClient();
    private final MemoryStore store = new MemoryStore(
            new MemoryOptions(0, 1 << 20, MemoryOptions.WhenFull.REJECT),
            Policies.allDefault(),
            new MutableClock(),
            SessionObserver.NONE);
    private HttpServer server;

    @BeforeEach
    void listen() {
        ApiKeys keys = ApiKeys.ofAdminKey(KEY);
        SessionService service = new SessionService(store, Policies.allDefault(), 1 << 18);
        Api api = new Api(
                Routes.of(service, store, readiness, () -> "", true),
                AccessRules.byKeys(() -> keys, true),
                readiness,
                KeyHash.plain(),
                RequestObserver.NONE,
                service::isExpiredButHeld,
                1 << 20);
        server = new HttpServer(
                new HttpOptions(
                        "127.0.0.1",
                        0,
                        8192,
                        100,
                        10,
                        10,
                        Duration.ofSeconds(30),
                        0,
                        Duration.ofSeconds(1),
                        TestServer.NON_BLOCKING,
                        null),
                api);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private HttpResponse<String> call(String verb, String path, String key) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(verb, HttpRequest.BodyPublishers.noBody());
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/metrics", "/openapi.yaml", "/docs"})
    void whatNeedsNoSessionsIsServedWhileLoading(String path) throws Exception {
        assertThat(call("GET", path, null).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/ready", "/v1/shop/sessions", "/v1/shop/stats", "/v1/admin/snapshot"})
    void theRestIsNotReadyWhileLoading(String path) throws Exception {
        HttpResponse<String> answer = call("GET", path, KEY);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"not-ready\"", "loading");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void keyRouteVerbAndQueryAreCheckedWhileLoadingToo() throws Exception {
        assertThat(call("GET", "/v1/shop/sessions", null).statusCode()).isEqualTo(401);
        assertThat(call("GET", "/v1/shop/nothing", KEY).statusCode()).isEqualTo(404);
        assertThat(call("PUT", "/v1/shop/sessions", KEY).statusCode()).isEqualTo(405);
        assertThat(call("GET", "/v1/shop/sessions?unknown=1", KEY).statusCode()).isEqualTo(400);
    }

    @Test
    void onceLoadedAllIsServed() throws Exception {
        readiness.ready();

        assertThat(call("GET", "/health/ready", null).statusCode()).isEqualTo(200);
        assertThat(call("POST", "/v1/shop/sessions", KEY).statusCode()).isEqualTo(201);
    }

    @Test
    void aServerThatIsAboutToStopIsNotReadyAndServesAll() throws Exception {
        readiness.ready();
        readiness.drain();

        HttpResponse<String> ready = call("GET", "/health/ready", null);
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("shutting down");
        assertThat(call("POST", "/v1/shop/sessions", KEY).statusCode()).isEqualTo(201);
    }
}
