package dev.sessionstore.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.Connection.Reply;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * One client: creates, patches, reads, rotates and deletes sessions of its own, and patches attributes of its own in
 * sessions that it shares with others. Whatever is not acknowledged it repeats until it is, since all of that may be
 * done twice; a creation alone is given up. Each answer is held against what was acknowledged before.
 */
final class Caller implements Runnable {
    static final String SESSIONS = "/v1/cluster/sessions";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OWN = 4;
    private static final int ATTRIBUTES = 5;
    private static final long PAUSE_NANOS = 10_000_000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final int number;
    private final URI node;
    private final List<Kept> shared;
    private final Figures figures;
    private final Random random;
    private final List<Kept> own = new ArrayList<>();
    private final List<Kept> deleted = new ArrayList<>();
    private Connection connection;
    private int writes;
    private long failed;
    private volatile boolean stopping;
    private volatile boolean givingUp;
    private volatile boolean mayForget;

    /** @param number of this caller: what it does follows from it */
    Caller(int number, URI node, List<Kept> shared, Figures figures) {
        this.number = number;
        this.node = node;
        this.shared = shared;
        this.figures = figures;
        random = new Random(number);
    }

    /** After the call under way is acknowledged. */
    void stop() {
        stopping = true;
    }

    /** After the call under way, whatever comes of it. */
    void giveUp() {
        stopping = true;
        givingUp = true;
    }

    /** From now on a session that is not there is no fault. */
    void mayForget() {
        mayForget = true;
    }

    /** What is its own, once it stopped. */
    List<Kept> own() {
        return own;
    }

    List<Kept> deleted() {
        return deleted;
    }

    /** How many of its calls were not acknowledged, for whatever reason. */
    long failed() {
        return failed;
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                step();
            }
        } catch (IOException | RuntimeException e) {
            figures.fault("caller " + number + " ended: " + e);
        } finally {
            disconnect();
        }
    }

    private void step() throws IOException {
        int dice = random.nextInt(20);
        if (own.size() < OWN) {
            create();
        } else if (dice < 8) {
            patch(own.get(random.nextInt(OWN)));
        } else if (dice < 13 && !shared.isEmpty()) {
            patch(shared.get(random.nextInt(shared.size())));
        } else if (dice < 18) {
            read(own.get(random.nextInt(OWN)));
        } else if (dice < 19) {
            rotate(own.get(random.nextInt(OWN)));
        } else {
            delete(own.get(random.nextInt(OWN)));
        }
    }

    private void create() {
        Reply reply = attempt("POST", SESSIONS, "{\"attributes\":{\"by\":" + number + "}}");
        if (reply == null) {
            return;
        }
        if (reply.status() != 201) {
            figures.fault("a creation was answered " + reply.status() + " " + reply.body());
            return;
        }
        figures.writes.increment();
        try {
            own.add(new Kept(JSON.readTree(reply.body()).path("id").asText()));
        } catch (IOException e) {
            figures.fault("a creation was answered with no JSON");
        }
    }

    private void patch(Kept session) throws IOException {
        Map<String, Integer> before = session.acknowledged();
        writes++;
        String name = "c" + number + "-" + random.nextInt(ATTRIBUTES);
        Reply reply =
                repeat(session, "PATCH", SESSIONS + "/-", "{\"set\":{\"" + name + "\":" + writes + "}}", session.id());
        if (succeeded(session, reply, 200)) {
            session.written(name, writes);
            figures.writes.increment();
            compare(before, reply);
        }
    }

    private void read(Kept session) throws IOException {
        Map<String, Integer> before = session.acknowledged();
        Reply reply = repeat(session, "GET", SESSIONS + "/-", null, session.id());
        if (succeeded(session, reply, 200)) {
            compare(before, reply);
        }
    }

    private void rotate(Kept session) throws IOException {
        Map<String, Integer> before = session.acknowledged();
        String next = UUID.randomUUID().toString();
        Reply reply = repeat(session, "POST", SESSIONS + "/-/rotate", "{\"newId\":\"" + next + "\"}", session.id());
        if (succeeded(session, reply, 200)) {
            session.rotatedTo(next);
            figures.writes.increment();
            compare(before, reply);
        }
    }

    private void delete(Kept session) {
        Reply reply = repeat(session, "DELETE", SESSIONS + "/-", null, session.id());
        // Gone: an earlier attempt was obeyed.
        if (succeeded(session, reply, 204, 410)) {
            figures.writes.increment();
            own.remove(session);
            deleted.add(session);
        }
    }

    private void compare(Map<String, Integer> acknowledged, Reply reply) throws IOException {
        JsonNode attributes = JSON.readTree(reply.body()).path("attributes");
        int lost = Kept.lost(acknowledged, attributes);
        if (lost > 0) {
            figures.lost.add(lost);
            figures.fault("caller " + number + ": " + lost + " acknowledged writes are not shown");
        }
    }

    private boolean succeeded(Kept session, Reply reply, int... wanted) {
        for (int status : wanted) {
            if (reply.status() == status) {
                return true;
            }
        }
        own.remove(session);
        if (!mayForget || reply.status() != 404) {
            figures.fault("caller " + number + " was answered " + reply.status() + " " + reply.body());
        }
        return false;
    }

    private Reply repeat(Kept session, String verb, String path, String body, String id) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            Reply reply = attempt(verb, path, body, "Session-Id", id);
            if (reply != null) {
                return reply;
            }
            if (givingUp || System.nanoTime() - deadline > 0) {
                own.remove(session);
                throw new IllegalStateException("no " + verb + " succeeded in time");
            }
        }
    }

    /** @return null: not acknowledged, and after a pause to be repeated */
    private Reply attempt(String verb, String path, String body, String... headers) {
        figures.requests.increment();
        long sentAt = System.nanoTime();
        try {
            if (connection == null) {
                connection = new Connection(node);
            }
            Reply reply = connection.send(verb, path, body, headers);
            if ("close".equals(reply.headers().get("connection"))) {
                disconnect();
            }
            if (reply.status() < 500) {
                figures.succeeded(sentAt);
                return reply;
            }
            refusal(reply, System.nanoTime() - sentAt);
        } catch (IOException e) {
            figures.broken.increment();
            disconnect();
        }
        failed++;
        LockSupport.parkNanos(PAUSE_NANOS);
        return null;
    }

    private void refusal(Reply reply, long nanos) {
        if (reply.body().contains("\"store-unavailable\"")) {
            figures.refused.increment();
            figures.worstRefusalNanos.accumulate(nanos);
            if (reply.status() != 503 || !reply.headers().containsKey("retry-after")) {
                figures.fault("store-unavailable is " + reply.status() + " with " + reply.headers());
            }
        } else if (reply.headers().containsKey("x-request-id")) {
            figures.fault("a node answered " + reply.status() + " " + reply.body());
        } else {
            figures.broken.increment();
        }
    }

    private void disconnect() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            figures.fault("a connection cannot be closed: " + e);
        } finally {
            connection = null;
        }
    }
}
