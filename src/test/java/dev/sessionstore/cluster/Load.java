package dev.sessionstore.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.Connection.Reply;
import dev.sessionstore.testing.Metronome;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many callers at once, each on one of the nodes, and the comparison at the end. */
final class Load implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHARED = 4;

    private final Figures figures = new Figures();
    private final List<Kept> shared = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Metronome metronome = new Metronome();

    /** Starts them, and waits until they write. */
    Load(int callers, URI... nodes) throws IOException {
        try (Connection connection = new Connection(nodes[0])) {
            for (int i = 0; i < SHARED; i++) {
                Reply reply = connection.send("POST", Caller.SESSIONS, null);
                shared.add(new Kept(JSON.readTree(reply.body()).path("id").asText()));
            }
        }
        for (int i = 0; i < callers; i++) {
            Caller caller = new Caller(i, nodes[i % nodes.length], shared, figures);
            this.callers.add(caller);
            threads.add(new Thread(caller, "caller-" + i));
        }
        threads.forEach(Thread::start);
        try {
            awaitWrites(4L * callers);
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    /** The longest time for which this machine let a thread wait that had nothing to wait for. */
    Duration worstDelay() {
        return metronome.worstDelay();
    }

    Figures figures() {
        return figures;
    }

    /** The most calls of one caller that were not acknowledged. */
    long mostFailedOfOne() {
        return callers.stream().mapToLong(Caller::failed).max().orElse(0);
    }

    void mayForget() {
        callers.forEach(Caller::mayForget);
    }

    void awaitWrites(long more) {
        long wanted = figures.writes.sum() + more;
        await("writes", () -> figures.writes.sum() >= wanted);
    }

    void awaitRefusals(long more) {
        long wanted = figures.refused.sum() + more;
        await("refusals", () -> figures.refused.sum() >= wanted);
    }

    /** @return after how long a call succeeded that was made after this one */
    Duration awaitSuccess() {
        long now = System.nanoTime();
        await("success", () -> figures.succeededSince(now));
        return Duration.ofNanos(System.nanoTime() - now);
    }

    private void await(String what, Until.Question question) {
        Until.holds(
                PATIENCE,
                () -> "no " + what + "; " + figures + "; " + figures.faults(),
                () -> question.ask() || !figures.faults().isEmpty());
    }

    /** Lets each finish its call. */
    void stop() throws InterruptedException {
        metronome.close();
        callers.forEach(Caller::stop);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Holds what a node answers against all that was acknowledged; when stopped. */
    void compare(URI node) throws IOException {
        try (Connection connection = new Connection(node)) {
            for (Kept session : shared) {
                compare(connection, session);
            }
            for (Caller caller : callers) {
                for (Kept session : caller.own()) {
                    compare(connection, session);
                }
                for (Kept session : caller.deleted()) {
                    expectGone(connection, session.id());
                }
            }
        }
    }

    private void compare(Connection connection, Kept session) throws IOException {
        Reply reply = read(connection, session.id());
        JsonNode attributes = JSON.readTree(reply.body()).path("attributes");
        int lost = Kept.lost(session.acknowledged(), attributes);
        if (reply.status() != 200 || lost > 0) {
            figures.lost.add(Math.max(1, lost));
            figures.fault("at the end a session is " + reply.status() + " and lost " + lost);
        }
        for (String former : session.formerIds()) {
            expectGone(connection, former);
        }
    }

    /** A busy machine may hold the engine up for longer than a node waits for it. */
    private static Reply read(Connection connection, String id) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Reply reply = connection.send("GET", Caller.SESSIONS + "/-", null, "Session-Id", id);
            if (reply.status() != 503 || System.nanoTime() - deadline > 0) {
                return reply;
            }
        }
    }

    private void expectGone(Connection connection, String id) throws IOException {
        Reply reply = read(connection, id);
        if (reply.status() != 410) {
            figures.lost.increment();
            figures.fault("at the end one that is gone is answered " + reply.status());
        }
    }

    /** Lets all callers give up, where a test failed before it stopped them. */
    @Override
    public void close() {
        metronome.close();
        callers.forEach(Caller::giveUp);
    }
}
