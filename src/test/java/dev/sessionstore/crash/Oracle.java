package dev.sessionstore.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the server may show after a restart. It lives outside the server's process, hears of each call before it is sent
 * and when it was answered, and never forgets. Thread-safe.
 */
final class Oracle {
    static final String SESSIONS = "/v1/crash/sessions";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SAMPLED = 25;
    private static final int READERS = 3;
    private static final int SHOWN = 10;
    private static final String ANY_REASON = "";

    final Principals principals = new Principals();
    private final Queue<Life> lives = new ConcurrentLinkedQueue<>();
    private final Map<String, String> graves = new HashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicInteger nameless = new AtomicInteger();
    private final boolean keepsHistory;

    /** How thoroughly to look. */
    enum Look {
        /** All that was called since the last look, a part of the rest, and how many there are. */
        QUICK,
        ALL
    }

    /** @param lost sessions of which something acknowledged is not there, though it need not be */
    record Verdict(int looked, int lost, List<String> faults) {}

    /** @param keepsHistory whether a restart may rightly show a state older than the last acknowledged */
    Oracle(boolean keepsHistory) {
        this.keepsHistory = keepsHistory;
    }

    /** Before the call that begins a session under this id. */
    Life beginning(int writer, String id, String principal, State first) {
        Life life = new Life(writer, principal, id, State.ABSENT, keepsHistory);
        life.attempt(first);
        principals.beginning(life);
        lives.add(life);
        return life;
    }

    /** Before a call that begins a session whose id only the answer will tell. */
    void beginningNameless() {
        nameless.incrementAndGet();
    }

    Life begun(int writer, String id, State first, String etag) {
        nameless.decrementAndGet();
        Life life = new Life(writer, null, id, State.ABSENT, keepsHistory);
        life.attempt(first);
        life.acknowledged(0, etag);
        lives.add(life);
        return life;
    }

    /** The answer said that nothing began. */
    void namelessRefused() {
        nameless.decrementAndGet();
    }

    void countAcknowledged() {
        acknowledged.incrementAndGet();
    }

    /** How many writes were answered with success. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** What must not be was seen while the server ran; the next look reports it. */
    void fault(String what) {
        faults.add(what);
    }

    Collection<Life> lives() {
        return lives;
    }

    /** How many acknowledged writes a look with this floor will insist on: so that a proof is not empty. */
    long acknowledgedBefore(long floor) {
        return lives.stream().mapToLong(life -> life.acknowledgedBefore(floor)).sum();
    }

    /**
     * Looks at the sessions of a server that nobody writes to, and takes for true from now on what it saw.
     *
     * @param floor epoch milliseconds: what was acknowledged before must be there; {@link Life#PENDING}: everything
     */
    Verdict look(ServerProcess server, long floor, Look look, Random random) throws InterruptedException, IOException {
        Queue<Life> queue = new ConcurrentLinkedQueue<>();
        for (Life life : lives) {
            if (look == Look.ALL || life.isChanged() || random.nextInt(SAMPLED) == 0) {
                queue.add(life);
            }
        }
        Queue<String> graveyard = new ConcurrentLinkedQueue<>();
        for (String id : graves.keySet()) {
            if (look == Look.ALL || random.nextInt(SAMPLED) == 0) {
                graveyard.add(id);
            }
        }
        int looked = queue.size() + graveyard.size();
        AtomicInteger lost = new AtomicInteger();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Thread reader = new Thread(() -> look(server, floor, queue, graveyard, lost), "oracle-" + i);
            reader.start();
            readers.add(reader);
        }
        for (Thread reader : readers) {
            reader.join();
        }
        bury();
        count(server);
        List<String> found = List.copyOf(faults);
        faults.clear();
        return new Verdict(looked, lost.get(), found.size() > SHOWN ? found.subList(0, SHOWN) : found);
    }

    private void look(
            ServerProcess server, long floor, Queue<Life> queue, Queue<String> graveyard, AtomicInteger lost) {
        try (Connection connection = server.connect()) {
            for (Life life = queue.poll(); life != null; life = queue.poll()) {
                lost.addAndGet(look(connection, life, floor) ? 1 : 0);
            }
            for (String id = graveyard.poll(); id != null; id = graveyard.poll()) {
                Life.Seen seen = see(connection, id);
                String reason = graves.get(id);
                if (!seen.isGone() || !reason.isEmpty() && !reason.equals(seen.reason())) {
                    fault("an id that was gone, " + reason + ": " + id + " answers " + describe(seen));
                }
            }
        } catch (IOException e) {
            fault("the server does not answer the oracle: " + e + "\n" + server.output());
        }
    }

    /** @return whether something acknowledged is lost that may be */
    private boolean look(Connection connection, Life life, long floor) throws IOException {
        List<Life.Seen> seen = new ArrayList<>();
        for (String id : life.ids()) {
            seen.add(see(connection, id));
        }
        Life.Found found = life.match(seen, floor);
        if (found == null) {
            StringBuilder text = new StringBuilder("not what it may be: ").append(life);
            seen.forEach(one -> text.append("\n  seen: ").append(describe(one)));
            fault(text.toString());
            return false;
        }
        State state = found.state();
        List<String> ids = life.ids();
        boolean revoked = "revoked".equals(state.reason());
        synchronized (graves) {
            for (int place = 0; place < seen.size(); place++) {
                if (seen.get(place).isGone()) {
                    // Which of a rotation and a revocation came first is not known.
                    graves.put(
                            ids.get(place),
                            revoked ? ANY_REASON : seen.get(place).reason());
                }
            }
        }
        String etag = state.kind() == State.Kind.LIVE ? seen.get(state.place()).etag() : null;
        life.settle(state, etag);
        return found.lost();
    }

    private static Life.Seen see(Connection connection, String id) throws IOException {
        Connection.Reply reply = connection.send("GET", SESSIONS + "/" + id + "?touch=false", null);
        return new Life.Seen(reply.status(), JSON.readTree(reply.body()), reply.etag());
    }

    private static String describe(Life.Seen seen) {
        String text = seen.document().toString();
        return seen.status() + " etag " + seen.etag() + " " + (text.length() > 2000 ? text.substring(0, 2000) : text);
    }

    private void bury() {
        lives.removeIf(life -> !life.isChanged() && !life.isUsable());
        principals.settle(List.copyOf(lives));
    }

    /** A session that came back, or a live one that was not looked at and is lost, shows in the sum. */
    private void count(ServerProcess server) throws IOException {
        try (Connection connection = server.connect()) {
            Connection.Reply reply = connection.send("GET", "/v1/crash/stats", null);
            long sessions = JSON.readTree(reply.body()).path("sessions").asLong(-1);
            long least = lives.size();
            long most = least + nameless.get();
            if (faults.isEmpty() && (sessions < least || sessions > most)) {
                fault("there are " + sessions + " sessions, and should be " + least + " to " + most);
            }
        }
    }

    static JsonNode parse(String json) throws IOException {
        return JSON.readTree(json);
    }
}
