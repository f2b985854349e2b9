package dev.sessionstore.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.Metronome;
import dev.sessionstore.testing.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The service starts while its engine is out of reach: nobody listens on its port, or one who never says a word. */
class LateEngineIT {
    private static final Duration BACK = Duration.ofSeconds(5);
    private static final int CALLS = 12;

    @Test
    void redis() throws Exception {
        EngineProcess redis = EngineProcess.redis();
        startsBefore(redis, redis.port());
    }

    @Test
    void postgresql() throws Exception {
        PostgresEngine postgres = new PostgresEngine();
        startsBefore(postgres, postgres.port());
    }

    private static void startsBefore(FailingEngine engine, int port) throws Exception {
        // With room for few: further connections do not even come about.
        ServerSocket silent = new ServerSocket(port, 2, InetAddress.getByName("127.0.0.1"));
        try (engine;
                ServerProcess server = ServerProcess.launch(engine.settings())) {
            server.awaitListening();
            refuses(server, "silence");
            silent.close();
            refuses(server, "nobody there");
            engine.start();
            serves(server);
        } finally {
            silent.close();
        }
    }

    private static void refuses(ServerProcess server, String why) throws IOException {
        assertThat(server.health("ready")).isEqualTo(503);
        assertThat(server.health("live")).isEqualTo(200);
        try (Metronome metronome = new Metronome();
                Connection connection = server.connect()) {
            long best = Long.MAX_VALUE;
            long worst = 0;
            for (int i = 0; i < CALLS; i++) {
                Connection.Reply reply = connection.send("POST", Caller.SESSIONS, null);
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.body()).contains("\"store-unavailable\"");
                assertThat(reply.headers()).containsKey("retry-after");
                best = Math.min(best, connection.lastMillis());
                worst = Math.max(worst, connection.lastMillis());
            }
            System.out.printf("%s: refused within %d to %d ms%n", why, best, worst);
            assertThat(worst).isLessThanOrEqualTo(1000 + metronome.worstDelay().toMillis());
        }
    }

    private static void serves(ServerProcess server) {
        Until.holds(BACK, () -> "not ready:\n" + server.output(), () -> server.health("ready") == 200);
        Until.holds(BACK, () -> "no answer:\n" + server.output(), () -> {
            try (Connection connection = server.connect()) {
                return connection.send("POST", Caller.SESSIONS, null).status() == 201;
            }
        });
    }
}
