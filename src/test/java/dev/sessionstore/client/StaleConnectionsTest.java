package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.PatientClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that stops closes what idles; the client learns of it only when it uses it. */
class StaleConnectionsTest {
    private static final int CONNECTIONS = 20;
    private static final FaultServer.Fault STATS =
            Faults.of(200, "application/json", "{\"store\":\"memory\",\"capabilities\":[]}");

    @ParameterizedTest(name = "reset: {0}")
    @ValueSource(booleans = {false, true})
    void afterARestartOneRetryIsEnough(boolean reset) throws Exception {
        CyclicBarrier together = new CyclicBarrier(CONNECTIONS);
        FaultServer before = new FaultServer(exchange -> {
            try {
                together.await();
            } catch (Exception e) {
                throw new IOException(e);
            }
            STATS.answer(exchange);
        });
        try (SessionClient client = PatientClient.builder(before.uri())
                .retries(1)
                .maxConnections(CONNECTIONS)
                .build()) {
            callAll(client);
            assertThat(before.connections()).isEqualTo(CONNECTIONS);
            if (reset) {
                before.close();
            } else {
                before.stop();
            }
            try (FaultServer after = new FaultServer(STATS, before.port())) {
                for (int i = 0; i < CONNECTIONS; i++) {
                    assertThat(client.stats().store()).isEqualTo("memory");
                }
                callAll(client);
                assertThat(after.arrivals()).isEqualTo(2 * CONNECTIONS);
            }
        } finally {
            before.close();
        }
    }

    private static void callAll(SessionClient client) {
        List<CompletableFuture<SessionStats>> calls = IntStream.range(0, CONNECTIONS)
                .mapToObj(i -> client.async().stats())
                .toList();
        assertThat(calls).allMatch(call -> call.join().store().equals("memory"));
    }
}
