package dev.sessionstore.crash;

import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.Connection.Reply;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** One caller that makes calls of every kind on sessions nobody else writes to, and tells the oracle of each. */
final class Writer implements Runnable {
    private static final int MOST_SESSIONS = 300;
    private static final int PRINCIPALS = 200;
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final int number;
    private final Connection connection;
    private final Oracle oracle;
    private final Random random;
    private final List<Life> mine = new ArrayList<>();
    private volatile boolean stopped;
    private volatile boolean dying;

    Writer(int number, Connection connection, Oracle oracle, Random random) {
        this.number = number;
        this.connection = connection;
        this.oracle = oracle;
        this.random = random;
        oracle.lives().stream()
                .filter(life -> life.writer == number && life.isUsable())
                .forEach(mine::add);
    }

    void expectDeath() {
        dying = true;
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try (connection) {
            while (!stopped) {
                call();
            }
        } catch (IOException e) {
            if (!dying) {
                oracle.fault("writer " + number + " got no answer from a server nobody had killed: " + e);
            }
        } catch (AssertionError e) {
            oracle.fault(e.getMessage());
        }
    }

    private void call() throws IOException {
        int choice = random.nextInt(100);
        if (mine.size() < 5 || choice < 22 && mine.size() < MOST_SESSIONS) {
            if (random.nextInt(3) == 0) {
                post();
            } else {
                create(random.nextInt(3) == 0 ? null : "user-" + random.nextInt(PRINCIPALS) + " é");
            }
            return;
        }
        if (choice == 99) {
            revoke("user-" + random.nextInt(PRINCIPALS) + " é");
            return;
        }
        int index = random.nextInt(mine.size());
        Life life = mine.get(index);
        if (!life.isUsable() || !on(life, choice)) {
            mine.set(index, mine.get(mine.size() - 1));
            mine.remove(mine.size() - 1);
        }
    }

    /** @return whether the session still lives */
    private boolean on(Life life, int choice) throws IOException {
        if (choice < 36) {
            return put(life);
        } else if (choice < 52) {
            return patch(life);
        } else if (choice < 58) {
            return mergePatch(life);
        } else if (choice < 70) {
            return putAttribute(life);
        } else if (choice < 74) {
            return deleteAttribute(life);
        } else if (choice < 82) {
            return rotate(life, random.nextBoolean());
        } else if (choice < 85) {
            return end(life);
        } else if (choice < 88) {
            return touch(life);
        } else if (choice < 91) {
            return read(life);
        } else if (choice < 95) {
            return expire(life);
        }
        return delete(life);
    }

    private String newId() {
        StringBuilder id = new StringBuilder("w" + number + "-" + Long.toString(NUMBERS.incrementAndGet(), 36) + "-");
        while (id.length() < 43) {
            id.append("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~".charAt(random.nextInt(65)));
        }
        return id.toString();
    }

    /** Most are small, some have 8 KiB. */
    private Value value() {
        int most = random.nextInt(10) == 0 ? 8192 : random.nextInt(3) == 0 ? 1024 : 100;
        return new Value(number, NUMBERS.incrementAndGet(), random.nextInt(most + 1));
    }

    private Map<String, Value> values() {
        Map<String, Value> values = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            values.put("a" + random.nextInt(6), value());
        }
        return values;
    }

    private static String path(Life life) {
        return Oracle.SESSIONS + "/" + life.id();
    }

    Life create(String principal) throws IOException {
        State first = State.begun(values(), random.nextInt(3) == 0 ? "label " + random.nextInt() : null);
        Life life = oracle.beginning(number, newId(), principal, first);
        long sentAt = System.currentTimeMillis();
        Reply reply = connection.send(
                "PUT", Oracle.SESSIONS + "/" + life.ids().get(0), body(first, principal), "If-None-Match", "*");
        if (done(life, sentAt, reply, 201)) {
            life.accessed(sentAt);
            mine.add(life);
        }
        return life;
    }

    private static String body(State first, String principal) {
        return "{\"attributes\":" + State.json(first.attributes())
                + (principal == null ? "" : ",\"principal\":\"" + principal + "\"")
                + (first.label() == null ? "" : ",\"label\":\"" + first.label() + "\"") + "}";
    }

    private void post() throws IOException {
        State first = State.begun(values(), null);
        oracle.beginningNameless();
        Reply reply = connection.send("POST", Oracle.SESSIONS, body(first, null));
        if (reply.status() == 507) {
            oracle.namelessRefused();
            return;
        }
        if (reply.status() != 201) {
            throw new AssertionError("POST answers " + reply);
        }
        String id = Oracle.parse(reply.body()).path("id").asText();
        mine.add(oracle.begun(number, id, first, reply.etag()));
        oracle.countAcknowledged();
    }

    private boolean put(Life life) throws IOException {
        Map<String, Value> values = values();
        String body = "{\"attributes\":" + State.json(values) + "}";
        return sliding(life, life.now().replaced(values), "PUT", path(life), body, 200);
    }

    private boolean patch(Life life) throws IOException {
        String set = "a" + random.nextInt(6);
        String removed = "a" + random.nextInt(6);
        Value value = value();
        State next = life.now();
        String body = "{\"set\":{\"" + set + "\":" + value.json() + "}";
        Map<String, Value> all = new LinkedHashMap<>(next.attributes());
        if (!removed.equals(set)) {
            body += ",\"remove\":[\"" + removed + "\"]";
            all.remove(removed);
        }
        all.put(set, value);
        return sliding(life, next.replaced(all), "PATCH", path(life), body + "}", 200);
    }

    private boolean mergePatch(Life life) throws IOException {
        String name = "a" + random.nextInt(6);
        Value value = value();
        String body = "{\"attributes\":{\"" + name + "\":" + value.json() + "}}";
        State next = life.now().with(name, value);
        return sliding(life, next, "PATCH", path(life), body, 200, "Content-Type", "application/merge-patch+json");
    }

    boolean putAttribute(Life life) throws IOException {
        String name = "a" + random.nextInt(6);
        Value value = value();
        int status = life.now().attributes().containsKey(name) ? 200 : 201;
        State next = life.now().with(name, value);
        return sliding(life, next, "PUT", path(life) + "/attributes/" + name, value.json(), status);
    }

    private boolean deleteAttribute(Life life) throws IOException {
        Map<String, Value> attributes = life.now().attributes();
        if (attributes.isEmpty()) {
            return true;
        }
        String name = List.copyOf(attributes.keySet()).get(random.nextInt(attributes.size()));
        State next = life.now().without(name);
        return sliding(life, next, "DELETE", path(life) + "/attributes/" + name, null, 204);
    }

    private boolean rotate(Life life, boolean changes) throws IOException {
        String path = path(life);
        String newId = newId();
        State next = life.now().rotated();
        String body = "{\"newId\":\"" + newId + "\"";
        if (changes) {
            Value value = value();
            next = next.with("login", value);
            body += ",\"changes\":{\"set\":{\"login\":" + value.json() + "}}";
        }
        long sentAt = System.currentTimeMillis();
        life.attemptRotation(newId, next);
        return done(life, sentAt, connection.send("POST", path + "/rotate", body + "}"), 200);
    }

    /** It ends in hours, at a time that is written down. */
    private boolean end(Life life) throws IOException {
        Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(20 * 3600 + random.nextInt(3600));
        return plain(life, life.now().ending(at), "POST", "/expire", "{\"at\":\"" + at + "\"}", 204);
    }

    private boolean expire(Life life) throws IOException {
        return plain(life, life.now().gone("expired"), "POST", "/expire", null, 204);
    }

    boolean delete(Life life) throws IOException {
        return plain(life, life.now().gone("deleted"), "DELETE", "", null, 204);
    }

    private boolean touch(Life life) throws IOException {
        long sentAt = System.currentTimeMillis();
        Reply reply = connection.send("POST", path(life) + "/touch", null);
        if (reply.status() == 204) {
            life.accessed(sentAt);
            oracle.countAcknowledged();
            return true;
        }
        return refused(life, reply);
    }

    boolean read(Life life) throws IOException {
        Reply reply = connection.send("GET", path(life), null);
        if (reply.status() == 200) {
            if (!life.now().isOf(Oracle.parse(reply.body()), reply.etag(), life.principal)) {
                throw new AssertionError("a read shows " + reply + " of " + life);
            }
            return true;
        }
        return refused(life, reply);
    }

    private void revoke(String principal) throws IOException {
        Life.Revocation revocation = oracle.principals.revoking(principal);
        String query = "?principal="
                + URLEncoder.encode(principal, StandardCharsets.UTF_8).replace("+", "%20");
        Reply reply = connection.send("DELETE", Oracle.SESSIONS + query, null);
        if (reply.status() == 200) {
            oracle.principals.revoked(principal, revocation);
            oracle.countAcknowledged();
        } else if (reply.status() != 507) {
            throw new AssertionError("a revocation answers " + reply);
        }
    }

    private boolean sliding(Life life, State next, String verb, String path, String body, int status, String... headers)
            throws IOException {
        long sentAt = System.currentTimeMillis();
        String[] all = headers;
        String etag = life.now().etag();
        if (etag != null && random.nextInt(4) == 0) {
            all = java.util.Arrays.copyOf(headers, headers.length + 2);
            all[headers.length] = "If-Match";
            all[headers.length + 1] = etag;
        }
        life.attempt(next);
        boolean lives = done(life, sentAt, connection.send(verb, path, body, all), status);
        if (lives) {
            life.accessed(sentAt);
        }
        return lives;
    }

    private boolean plain(Life life, State next, String verb, String below, String body, int status)
            throws IOException {
        String path = path(life);
        long sentAt = System.currentTimeMillis();
        life.attempt(next);
        return done(life, sentAt, connection.send(verb, path + below, body), status);
    }

    /** @return whether the session lives now */
    private boolean done(Life life, long sentAt, Reply reply, int status) {
        if (reply.status() == status) {
            String etag = life.now().kind() == State.Kind.LIVE ? reply.etag() : null;
            life.acknowledged(sentAt, etag);
            oracle.countAcknowledged();
            return life.isUsable();
        }
        life.refused();
        return refused(life, reply);
    }

    /** A session may have been revoked by another writer, and a disk be full; everything else is a fault. */
    private static boolean refused(Life life, Reply reply) {
        if (reply.status() == 410 && life.mayBeRevoked()) {
            life.retire();
            return false;
        }
        if (reply.status() == 507) {
            return life.isUsable();
        }
        throw new AssertionError("an answer of " + reply + " to a call on " + life);
    }
}
