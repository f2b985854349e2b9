package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sessionstore.client.FaultServer.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When nothing comes: that every call ends, and what it says then. The bound on each test stands for "for ever". */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnavailableTest {
    private static final String NAMESPACE = "unavailable";
    private static final String ID = "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEF";
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Fault STATS = Faults.of(200, "application/json", "{\"store\":\"memory\",\"capabilities\":[]}");

    private FaultServer server = new FaultServer(STATS);

    @AfterEach
    void stop() {
        server.close();
    }

    private FaultServer always(Fault fault) {
        server.close();
        server = new FaultServer(fault);
        return server;
    }

    private SessionClient client(Duration timeout, int retries) {
        return SessionClient.builder(server.uri())
                .namespace(NAMESPACE)
                .timeout(timeout)
                .retries(retries)
                .maxConnections(2)
                .build();
    }

    /** How many requests came from here; a port may have been another test's before, and somebody look for that there. */
    private long ours() {
        return server.requests().stream()
                .filter(request -> request.target().startsWith("/v1/" + NAMESPACE + "/"))
                .count();
    }

    private static ServiceUnavailableException failure(SessionClient client, Function<SessionClient, Object> call) {
        return catchThrowableOfType(ServiceUnavailableException.class, () -> call.apply(client));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10})
    void aStallEndsWithTheTimeout(int retries) {
        always(Faults.STALL);
        everyCallEndsInTime(retries);
    }

    /** Calls until one was sent: where the machine is busy its time may be over before. */
    private void everyCallEndsInTime(int retries) {
        try (SessionClient client = client(SHORT, retries)) {
            ServiceUnavailableException failure;
            int calls = 0;
            do {
                failure = failure(client, SessionClient::stats);
                calls++;
                assertThat(failure).hasMessageContaining("in time");
                assertThat(failure.code()).isEmpty();
            } while (!failure.isOutcomeUnknown());
            assertThat(ours()).isLessThanOrEqualTo((retries + 1L) * calls);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Type:",
                "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{\"store\":",
                "HTTP/1.1 200 OK\r\n\r\n"
            })
    void oneByteNowAndThenEndsWithTheTimeout(String head) {
        always(Faults.drip(head));
        everyCallEndsInTime(1);
    }

    /** Its end may come at any step of a connection's making: before there is a socket, too, that could be closed. */
    @Test
    void aTimeThatEndsBeforeThereIsAConnectionEndsTheCallAndLeavesNone() {
        always(Faults.STALL);
        Node node = new Node(server.uri());
        Call stats = Call.of(Call.Verb.GET, "/stats");
        try (Exchanges exchanges = new Exchanges(SessionClient.builder(server.uri()))) {
            for (int i = 0; i < 60; i++) {
                long nanos = 1 + i * 2000L;
                assertThatExceptionOfType(NoAnswerException.class)
                        .isThrownBy(() -> exchanges.exchange(node, stats, nanos, false));
            }
            while (server.openConnections() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** A pause between two attempts may be longer than it was meant to be. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void withoutAnyTimeNobodyIsAsked(long nanos) {
        Call stats = Call.of(Call.Verb.GET, "/stats");
        try (Exchanges exchanges = new Exchanges(SessionClient.builder(server.uri()))) {
            assertThatExceptionOfType(NoAnswerException.class)
                    .isThrownBy(() -> exchanges.exchange(new Node(server.uri()), stats, nanos, false))
                    .withMessageContaining("in time")
                    .matches(e -> !e.sent && !e.nodeFailed);
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void hintsForEverEndWithTheTimeout() {
        always(exchange -> {
            while (exchange.closed().getCount() > 0) {
                exchange.write("HTTP/1.1 103 Early Hints\r\n\r\n");
            }
        });
        try (SessionClient client = client(SHORT, 0)) {
            assertThat(failure(client, SessionClient::stats)).isNotNull();
        }
    }

    @Test
    void anAnswerWithoutEndEndsWithTheTimeout() {
        String much = "x".repeat(1 << 16);
        always(exchange -> {
            exchange.write("HTTP/1.1 200 OK\r\n\r\n");
            while (exchange.closed().getCount() > 0) {
                exchange.write(much);
            }
        });
        try (SessionClient client = client(SHORT, 0)) {
            assertThat(failure(client, SessionClient::stats)).isNotNull();
        }
    }

    /** A listener that nobody accepts from: the handshake gets no answer. */
    @Test
    void aHandshakeThatStallsEndsWithTheTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                SessionClient client = SessionClient.builder(URI.create("https://127.0.0.1:" + silent.getLocalPort()))
                        .timeout(SHORT)
                        .sslContext(SSLContext.getDefault())
                        .build()) {
            assertThat(failure(client, SessionClient::stats).isOutcomeUnknown()).isFalse();
        }
    }

    @Test
    void anAttemptThatStallsLeavesTimeForAnother() {
        server.script(Faults.STALL);
        // Each has more than a second, and a busy machine may spoil some.
        try (SessionClient client = client(Duration.ofSeconds(15), 9)) {
            assertThat(client.stats().store()).isEqualTo("memory");
            assertThat(ours()).isGreaterThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(CallKind.class)
    void withoutRetriesEveryCallIsSentOnce(CallKind kind) {
        StoredSession session = new FakeSessionStore()
                .client()
                .create(NewSession.builder().principal("p").build());
        always(Faults.DROP);
        try (SessionClient client = client(LONG, 0)) {
            assertThat(failure(client, each -> kind.on(each, session)))
                    .hasMessageContaining("after 1 attempt:")
                    .matches(ServiceUnavailableException::isOutcomeUnknown);
            assertThat(server.arrivals()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    void itIsRepeatedAsOftenAsWasSaid(int retries) {
        always(Faults.DROP);
        try (SessionClient client = client(LONG, retries)) {
            assertThat(failure(client, SessionClient::stats)).isNotNull();
            assertThat(server.arrivals()).isEqualTo(retries + 1);
        }
    }

    @Test
    void nobodyListens() throws IOException {
        server.stop();
        try (SessionClient client = client(LONG, 2)) {
            assertThat(failure(client, each -> each.create(NewSession.EMPTY)))
                    .hasMessageContaining("cannot be reached")
                    .hasMessageContaining("after 3 attempts")
                    .matches(failure -> !failure.isOutcomeUnknown());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"overloaded", "not-ready", "store-unavailable"})
    void aPauseLongerThanWhatIsLeftFailsAtOnce(String code) {
        always(Faults.problem(503, code, "Retry-After: 601", "X-Request-Id: r-1"));
        try (SessionClient client = client(LONG, 2)) {
            ServiceUnavailableException failure = failure(client, each -> each.touch(ID));
            assertThat(failure.code()).hasValue(code);
            assertThat(failure.requestId()).hasValue("r-1");
            assertThat(failure.isOutcomeUnknown()).isEqualTo(code.equals("store-unavailable"));
            assertThat(server.arrivals()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "soon", "99999999999", "Wed, 21 Oct 2026 07:28:00 GMT"})
    void aPauseThatIsNoNumberOfSecondsIsAShortOne(String retryAfter) {
        server.script(Faults.problem(503, "overloaded", "Retry-After: " + retryAfter));
        try (SessionClient client = client(LONG, 1)) {
            assertThat(client.stats().store()).isEqualTo("memory");
        }
    }

    @Test
    void aBusyNodeIsGivenTheTimeItAsksFor() {
        server.script(Faults.problem(503, "overloaded", "Retry-After: 1"));
        try (SessionClient client = client(LONG, 1)) {
            long before = System.nanoTime();
            assertThat(client.stats().store()).isEqualTo("memory");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void aLostAttemptBeforeABusyAnswerStaysUnknown() {
        server.script(Faults.DROP, Faults.problem(503, "overloaded", "Retry-After: 601"));
        try (SessionClient client = client(LONG, 2)) {
            assertThat(failure(client, each -> each.touch(ID)).isOutcomeUnknown())
                    .isTrue();
            assertThat(server.arrivals()).isEqualTo(2);
        }
    }

    @Test
    void anInterruptedThreadStaysSo() throws Exception {
        always(Faults.problem(503, "overloaded", "Retry-After: 60"));
        try (SessionClient client = client(LONG, 2)) {
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            FutureTask<ServiceUnavailableException> call = new FutureTask<>(() -> {
                ServiceUnavailableException failure = failure(client, SessionClient::stats);
                flag.complete(Thread.currentThread().isInterrupted());
                return failure;
            });
            Thread thread = new Thread(call);
            thread.start();
            while (thread.getState() != Thread.State.TIMED_WAITING || server.arrivals() == 0) {
                Thread.onSpinWait();
            }
            thread.interrupt();
            assertThat(call.get()).hasMessageContaining("interrupted");
            assertThat(flag.get()).isTrue();
        }
    }

    @Test
    void whoIsInterruptedAlreadyWaitsForNothing() {
        try (SessionClient client = client(LONG, 2)) {
            Thread.currentThread().interrupt();
            try {
                client.stats();
            } catch (ServiceUnavailableException e) {
                assertThat(e).hasMessageContaining("interrupted");
            }
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aClosedClientSaysSo() {
        SessionClient client = client(LONG, 2);
        client.stats();
        client.close();
        client.close();
        assertThat(failure(client, SessionClient::stats)).hasMessage("this client is closed");
        assertThat(failure(client.bound("agent"), SessionClient::stats)).hasMessage("this client is closed");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> client.async().stats().join())
                .withCauseInstanceOf(ServiceUnavailableException.class)
                .withMessageContaining("this client is closed");
    }

    @Test
    void callsUnderWayEndWithTheClient() {
        always(Faults.STALL);
        SessionClient client = client(LONG, 2);
        CompletableFuture<SessionStats> call = CompletableFuture.supplyAsync(client::stats);
        while (server.arrivals() == 0) {
            Thread.onSpinWait();
        }
        client.close();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(call::join)
                .withCauseInstanceOf(ServiceUnavailableException.class)
                .withMessageContaining("this client is closed");
    }

    /** The client may be closed at any step of a call. */
    @Test
    void aCallThatBeginsAsTheClientEndsEndsWithIt() {
        always(Faults.STALL);
        for (int i = 0; i < 100; i++) {
            SessionClient client = client(LONG, 2);
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<SessionStats> call = CompletableFuture.supplyAsync(
                    () -> {
                        begun.countDown();
                        return client.stats();
                    },
                    this::start);
            long from = System.nanoTime() + i * 10_000L;
            while (begun.getCount() > 0 || System.nanoTime() < from) {
                Thread.onSpinWait();
            }
            client.close();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(call::join)
                    .withCauseInstanceOf(ServiceUnavailableException.class);
        }
        while (server.openConnections() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whenAllConnectionsAreInUseItSaysSo() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        always(exchange -> {
            arrived.countDown();
            Faults.STALL.answer(exchange);
        });
        Node node = new Node(server.uri());
        Call stats = Call.of(Call.Verb.GET, "/stats");
        SessionClientBuilder settings = SessionClient.builder(server.uri()).maxConnections(2);
        try (Exchanges exchanges = new Exchanges(settings)) {
            for (int i = 0; i < 2; i++) {
                CompletableFuture.runAsync(() -> exchanges.exchange(node, stats, LONG.toNanos(), false), this::start);
            }
            arrived.await();
            assertThatExceptionOfType(NoAnswerException.class)
                    .isThrownBy(() -> exchanges.exchange(node, stats, SHORT.toNanos(), false))
                    .withMessageContaining("all connections are in use; maxConnections is 2")
                    .matches(e -> !e.sent && !e.nodeFailed);
        }
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }
}
