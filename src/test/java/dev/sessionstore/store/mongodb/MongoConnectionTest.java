package dev.sessionstore.store.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.testing.Metronome;
import dev.sessionstore.testing.TestCertificate;
import dev.sessionstore.testing.engines.TestMemcached;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that do not answer, and TLS. */
@Timeout(600)
class MongoConnectionTest {
    /** A machine that is busy may take longer; a call that waits for something else takes for ever. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final SessionKey key = KeyHash.plain().keyOf("shop", SessionId.generate());

    private static MongoEngine engine(String url, Duration timeout, Path ca) {
        MongoOptions options = new MongoOptions(url, "test", "c", 4, timeout, ca);
        return new MongoEngine(options, InstantSource.system(), null, BackendObserver.NONE);
    }

    private void everyCallFailsSoon(String url) {
        try (MongoEngine engine = engine(url, Duration.ofMillis(300), null)) {
            Cell cell = new Cell(key, "shop", null, new Cell.Stamp(1, 1), 1, 1, Cell.NEVER, 0, 0, 0, new byte[1]);
            fails(() -> engine.find(key));
            fails(() -> engine.put(null, cell));
            fails(() -> engine.clear(cell));
            fails(engine::ping);
            fails(() -> engine.clock().millis());
            fails(() -> engine.countAll());
        }
    }

    private void fails(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        try (Metronome metronome = new Metronome()) {
            long began = System.nanoTime();
            assertThatThrownBy(call)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageNotContaining(key.handle())
                    .hasMessageNotContaining("hunter2");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON.plus(metronome.worstDelay()));
        }
    }

    @Test
    void whereNobodyListensItFailsSoon() {
        everyCallFailsSoon("mongodb://user:hunter2@127.0.0.1:" + TestMemcached.freePort());
    }

    @Test
    void whereNobodyAnswersItFailsSoon() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            everyCallFailsSoon("mongodb://127.0.0.1:" + silent.getLocalPort());
        }
    }

    @Test
    void itAnswersAgainWhenTheServerIsBack() throws Exception {
        MongoServer first = new MongoServer(new MemoryBackend());
        int port = first.bind().getPort();
        try (MongoEngine engine = engine("mongodb://127.0.0.1:" + port, Duration.ofSeconds(2), null)) {
            assertThat(answered(() -> engine.find(key))).isNull();
            first.shutdownNow();
            fails(() -> engine.find(key));
            MongoServer second = new MongoServer(new MemoryBackend());
            second.bind("127.0.0.1", port);
            assertThat(answered(() -> engine.find(key))).isNull();
            second.shutdownNow();
        }
    }

    /** Asks again where a busy machine held it up for longer than its timeout. */
    private static <T> T answered(Callable<T> call) throws Exception {
        while (true) {
            try {
                return call.call();
            } catch (StoreUnavailableException e) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aGivenAuthorityIsTrustedAndNoOther(@TempDir Path directory) throws Exception {
        TestCertificate right = TestCertificate.make(directory, "-keyalg EC -groupname secp256r1");
        TestCertificate wrong = TestCertificate.make(directory, "-keyalg EC -groupname secp256r1");
        Path rightFile = Files.writeString(directory.resolve("right.pem"), right.certificatePem());
        Path wrongFile = Files.writeString(directory.resolve("wrong.pem"), wrong.certificatePem());
        MongoServer server = new MongoServer(new MemoryBackend());
        server.enableSsl(right.key(), null, right.certificate());
        server.bind("127.0.0.1", 0);
        String url = "mongodb://127.0.0.1:" + server.getLocalAddress().getPort();
        try (MongoEngine trusting = engine(url, Duration.ofSeconds(10), rightFile)) {
            assertThat(trusting.find(key)).isNull();
        }
        try (MongoEngine other = engine(url, Duration.ofMillis(300), wrongFile)) {
            fails(() -> other.find(key));
        }
        server.shutdownNow();
    }

    @Test
    void aFileWithoutCertificatesIsRefused(@TempDir Path directory) throws Exception {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        assertThatThrownBy(() -> engine("mongodb://a", SOON, empty)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine("mongodb://a", SOON, directory.resolve("none.pem")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mongodb://", "mongodb://u:hunter2/@a", "mongodb://u:p@hunter2@a:x", "mongodb:a"})
    void urlsThatMakeNoSenseAreRefusedAndPasswordsNotRepeated(String url) {
        assertThatThrownBy(() -> engine(url, SOON, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }
}
