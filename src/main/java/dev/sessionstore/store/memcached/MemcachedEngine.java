package dev.sessionstore.store.memcached;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.CellFormat;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.rubyeye.xmemcached.GetsResponse;
import net.rubyeye.xmemcached.exception.MemcachedServerException;
import org.jspecify.annotations.Nullable;

/**
 * Cells in memcached, each under the prefix and its handle. What stands is changed by {@code gets} and {@code cas},
 * removals included: a {@code delete} has no condition. A touch writes the whole cell, as memcached changes nothing in
 * place.
 *
 * <p>Memcached may evict any cell, a tombstone, too. It has no clock to ask: nodes go by their own. Thread-safe.
 */
public final class MemcachedEngine implements Engine {
    private static final Pattern PREFIX = Pattern.compile("[\\x21-\\x7e]{0,200}");
    private static final byte[] NOTHING = {};

    private final Connections connections;
    private final String prefix;
    private final Duration timeout;
    private final InstantSource clock;
    private final @Nullable InstantSource wall;
    /** One key for each server. */
    private final String[] pings;

    /**
     * Connects to nothing yet.
     *
     * @param given for tests: the clock by which everything is reckoned; null: the node's
     * @throws IllegalArgumentException if the options make no sense; the message names no secret
     */
    public MemcachedEngine(
            MemcachedOptions options, InstantSource node, @Nullable InstantSource given, BackendObserver observer) {
        if (!PREFIX.matcher(options.keyPrefix()).matches()) {
            throw new IllegalArgumentException("memcached takes key prefixes of at most 200 visible ASCII characters");
        }
        prefix = options.keyPrefix();
        timeout = options.timeout();
        clock = given == null ? node : given;
        wall = given == null ? node : null;
        connections = new Connections(Addresses.of(options.url()), timeout);
        pings = IntStream.range(0, connections.ring().servers())
                .mapToObj(this::keyAt)
                .toArray(String[]::new);
    }

    private String keyAt(int server) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> prefix + "ping-" + i)
                .filter(key -> connections.ring().serverOf(key) == server)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String name() {
        return "memcached";
    }

    private String name(SessionKey key) {
        return prefix + key.handle();
    }

    @Override
    public int parts() {
        return connections.ring().servers();
    }

    @Override
    public int partOf(SessionKey key) {
        return connections.ring().serverOf(name(key));
    }

    private long deadline() {
        return System.nanoTime() + timeout.toNanos();
    }

    @Override
    public @Nullable Cell find(SessionKey key) throws UnreadableCellException {
        byte[] bytes = get(name(key), deadline());
        return bytes == null ? null : CellFormat.read(key, bytes);
    }

    private byte @Nullable [] get(String name, long deadline) {
        return this.<byte @Nullable []>read(
                name, deadline, (client, millis) -> client.get(name, millis, RawBytes.AS_THEY_ARE));
    }

    private <T extends @Nullable Object> T read(String name, long deadline, Connections.Exchange<T> exchange) {
        try {
            return connections.call(name, deadline, exchange);
        } catch (MemcachedServerException e) {
            throw StoreUnavailableException.refused("memcached refused to read: " + reason(e));
        }
    }

    private boolean write(String name, long deadline, int bytes, Connections.Exchange<Boolean> exchange) {
        try {
            return connections.call(name, deadline, exchange);
        } catch (MemcachedServerException e) {
            String reason = reason(e);
            if (reason.startsWith("object too large") || reason.startsWith("out of memory")) {
                throw new StoreFullException("memcached has no room for a value of " + bytes + " bytes: " + reason);
            }
            throw StoreUnavailableException.refused("memcached refused to write: " + reason);
        }
    }

    /** The driver puts the key behind it. */
    private static String reason(MemcachedServerException e) {
        String message = String.valueOf(e.getMessage());
        int key = message.lastIndexOf(",key=");
        return key < 0 ? message : message.substring(0, key);
    }

    @Override
    public Put put(@Nullable Stamp expected, Cell next) {
        String name = name(next.key());
        if (expected == null) {
            byte[] bytes = CellFormat.write(next);
            int expiry = expiry(next);
            boolean added = write(
                    name,
                    deadline(),
                    bytes.length,
                    (client, millis) -> client.add(name, expiry, bytes, RawBytes.AS_THEY_ARE, millis));
            return added ? Put.DONE : Put.LOOK;
        }
        return change(next.key(), bytes -> {
            Cell there = cell(next.key(), bytes);
            if (bytes != null && there == null) {
                return Change.none(Put.LOOK);
            }
            long now = clock.millis();
            if (there != null && there.stamp().equals(expected) && !there.isOver(now)) {
                return writing(next.accessed(there.accessedAt()));
            }
            return Change.none(Put.refusalBy(there, expected, now));
        });
    }

    private int expiry(Cell cell) {
        return Lifetime.of(cell, clock.millis(), wall);
    }

    private Change writing(Cell cell) {
        return new Change(Put.DONE, CellFormat.write(cell), expiry(cell));
    }

    private static @Nullable Cell cell(SessionKey key, byte @Nullable [] bytes) {
        try {
            return bytes == null ? null : CellFormat.read(key, bytes);
        } catch (UnreadableCellException e) {
            return null;
        }
    }

    /** @param bytes to write in the place of what was read; null: leave it */
    private record Change(Put outcome, byte @Nullable [] bytes, int expiry) {
        static final Change REMOVAL = new Change(Put.DONE, NOTHING, Lifetime.OVER);

        static Change none(Put outcome) {
            return new Change(outcome, null, 0);
        }
    }

    /** Reads, decides and writes, until nobody wrote in between. */
    private Put change(SessionKey key, Function<byte @Nullable [], Change> decision) {
        String name = name(key);
        long deadline = deadline();
        while (true) {
            GetsResponse<byte[]> there = this.<@Nullable GetsResponse<byte[]>>read(
                    name, deadline, (client, millis) -> client.gets(name, millis, RawBytes.AS_THEY_ARE));
            Change change = decision.apply(there == null ? null : there.getValue());
            byte[] bytes = change.bytes();
            if (bytes == null || there == null) {
                return change.outcome();
            }
            boolean done = write(
                    name,
                    deadline,
                    bytes.length,
                    (client, millis) ->
                            client.cas(name, change.expiry(), bytes, RawBytes.AS_THEY_ARE, millis, there.getCas()));
            if (done) {
                return change.outcome();
            }
        }
    }

    @Override
    public void touch(SessionKey key, long accessedAt) {
        change(key, bytes -> {
            Cell there = cell(key, bytes);
            if (there != null
                    && there.isSession()
                    && !there.isOver(clock.millis())
                    && there.accessedAt() < accessedAt) {
                return writing(there.accessed(accessedAt));
            }
            return Change.none(Put.DONE);
        });
    }

    @Override
    public void clear(Cell cell) {
        change(cell.key(), bytes -> {
            Cell there = cell(cell.key(), bytes);
            return there != null && there.stamp().equals(cell.stamp()) ? Change.REMOVAL : Change.none(Put.DONE);
        });
    }

    @Override
    public void discard(SessionKey key, byte[] unreadable) {
        change(key, bytes -> Arrays.equals(bytes, unreadable) ? Change.REMOVAL : Change.none(Put.DONE));
    }

    /** Answers if any server does: one that is down takes its own sessions with it alone. */
    @Override
    public void ping() {
        StoreUnavailableException failure = null;
        boolean answered = false;
        for (String key : pings) {
            try {
                get(key, System.nanoTime() + timeout.toNanos() / pings.length);
                answered = true;
            } catch (StoreUnavailableException e) {
                failure = e;
            }
        }
        if (!answered && failure != null) {
            throw failure;
        }
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public void close() {
        connections.close();
    }
}
