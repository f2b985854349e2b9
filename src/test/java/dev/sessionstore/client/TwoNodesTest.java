package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessionstore.http.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two doors to one store, of which one dies in mid-traffic and comes back. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TwoNodesTest {
    private static final int WRITERS = 6;

    private final TestServer service = TestServer.start();
    private FaultServer first = node(0);
    private final FaultServer second = node(0);
    private SessionClient client;

    private FaultServer node(int port) {
        return new FaultServer(Faults.pass(service.uri()), port);
    }

    @BeforeEach
    void connect() {
        client = SessionClient.builder(first.uri(), second.uri())
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    @AfterEach
    void close() {
        client.close();
        first.close();
        second.close();
        service.close();
    }

    private void kill() {
        first.close();
    }

    private void revive() {
        first = node(first.port());
    }

    /** Until it is so; the test's timeout stands for "never". */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theFirstIsTheOneThatIsAsked() {
        for (int i = 0; i < 5; i++) {
            client.stats();
        }
        assertThat(first.arrivals()).isEqualTo(5);
        assertThat(second.connections()).isZero();
    }

    @Test
    void aNodeThatDiesCostsNoCallAndNoWrite() {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger rounds = new AtomicInteger();
        List<CompletableFuture<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(CompletableFuture.supplyAsync(() -> write(over, rounds), task -> new Thread(task).start()));
        }
        await(() -> rounds.get() > 20 || isAnyDone(writers));
        kill();
        int atDeath = rounds.get();
        await(() -> rounds.get() > atDeath + 50 && second.arrivals() > 0 || isAnyDone(writers));
        revive();
        await(() -> first.arrivals() > 20 || isAnyDone(writers));
        over.set(true);
        assertThat(writers).allMatch(writer -> writer.join() > 0);
    }

    private static boolean isAnyDone(List<CompletableFuture<Integer>> writers) {
        return writers.stream().anyMatch(CompletableFuture::isDone);
    }

    /** Mixed traffic on a session of its own; every acknowledged write must be there. */
    private int write(AtomicBoolean over, AtomicInteger rounds) {
        StoredSession session = client.create(NewSession.EMPTY);
        int n = 0;
        while (!over.get()) {
            n++;
            client.patch(session.id(), SessionPatch.builder().attribute("n", n).build())
                    .orElseThrow();
            assertThat(client.find(session.id()).orElseThrow().get("n")).isEqualTo(n);
            assertThat(client.setAttribute(session.id(), "m", n)).isTrue();
            if (n % 5 == 0) {
                session = client.rotate(session.id()).orElseThrow();
            }
            if (n % 7 == 0) {
                assertThat(client.save(session.id(), Map.of("m", n))).isPresent();
                StoredSession other = client.create(NewSession.EMPTY);
                assertThat(client.delete(other.id())).isTrue();
            }
            assertThat(client.attribute(session.id(), "m", Integer.class)).hasValue(n);
            rounds.incrementAndGet();
        }
        return n;
    }

    @Test
    void aDeadNodeIsSeldomTriedAndComesBackByItself() throws IOException {
        int port = first.port();
        kill();
        try (FaultServer dead = new FaultServer(Faults.DROP_UNREAD, port)) {
            int calls = 0;
            // Three tries, each alone and later than the one before, whatever the calls between them.
            while (dead.connections() < 3) {
                client.stats();
                calls++;
            }
            assertThat(second.arrivals()).isEqualTo(calls);
            assertThat(dead.arrivals()).isLessThanOrEqualTo(3);
        }
        revive();
        await(() -> {
            client.stats();
            return first.arrivals() > 0;
        });
        int now = second.arrivals();
        for (int i = 0; i < 5; i++) {
            client.stats();
        }
        assertThat(second.arrivals()).isEqualTo(now);
    }

    @Test
    void aNodeThatSaysNoIsWell() {
        String unknown = "0123456789012345678901234567890123456789";
        StoredSession gone = client.create(NewSession.EMPTY);
        client.delete(gone.id());
        // The first may be a connection's fault, the second is the node's.
        first.script(Faults.DROP, Faults.DROP);
        client.stats();
        assertThat(second.arrivals()).isEqualTo(1);
        int before = first.arrivals();
        await(() -> {
            assertThatExceptionOfType(SessionGoneException.class).isThrownBy(() -> client.find(gone.id()));
            return first.arrivals() > before;
        });
        int now = second.arrivals();
        assertThat(client.find(unknown)).isEmpty();
        client.stats();
        assertThat(second.arrivals()).isEqualTo(now);
    }

    @Test
    void aBusyNodeIsLeftForTheOtherAtOnce() {
        first.script(Faults.problem(503, "overloaded", "Retry-After: 600"));
        StoredSession session = client.create(NewSession.EMPTY);
        client.save(session.id(), Map.of("a", 1), session.etag());
        assertThat(first.arrivals()).isEqualTo(1);
        assertThat(second.arrivals()).isEqualTo(2);
    }

    @Test
    void manyCallsThatFailTogetherAreOneFailure() {
        Node node = new Node(first.uri());
        for (int i = 0; i < 100; i++) {
            node.failed(0);
        }
        assertThat(Duration.ofNanos(node.asideFor(0))).isBetween(Duration.ofMillis(125), Duration.ofMillis(250));
        long later = Duration.ofSeconds(1).toNanos();
        node.failed(later);
        assertThat(Duration.ofNanos(node.asideFor(later))).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
        node.isWell();
        assertThat(node.admits(later, 1)).isTrue();
    }

    @Test
    void whoseTimeIsOverIsTriedByOneCallAlone() {
        Node node = new Node(first.uri());
        node.leaveAside(0, 100);
        assertThat(node.admits(99, 50)).isFalse();
        assertThat(node.admits(100, 50)).isTrue();
        assertThat(node.admits(100, 50)).isFalse();
        assertThat(node.admits(150, 50)).isTrue();
    }
}
