package dev.sessionstore.store.redis;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.EngineClock;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import io.lettuce.core.RedisException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cells in Redis or Valkey: each is one string, read by GET and changed by scripts, which Redis runs one at a time.
 * Redis drops them by their time to live. Listings of owners are {@link OwnerIndex}'s.
 */
public final class RedisEngine implements Engine {
    private static final byte[] NONE = new byte[0];
    private static final Put[] PUTS = Put.values();

    private final BackendObserver observer;
    private final @Nullable InstantSource given;
    private final InstantSource clock;
    private final EngineClock redisClock = new EngineClock(this::ping);
    private final RedisCalls calls;
    private final Duration timeout;
    private final @Nullable NearCache near;
    private final RedisNames names;
    private final OwnerIndex index;
    private final RedisWalk walk;
    /** Touches that nobody waited for yet. A read does: a touch may take more than one exchange. */
    private final Map<SessionKey, CompletableFuture<?>> touches = new ConcurrentHashMap<>();

    /**
     * Connects to nothing yet.
     *
     * @param node is not asked: Redis has a clock
     * @param given for tests: the clock by which everything is reckoned; null: Redis's own
     * @throws IllegalArgumentException if the options make no sense; the message names no secret
     */
    public RedisEngine(
            RedisOptions options, InstantSource node, @Nullable InstantSource given, BackendObserver observer) {
        this.observer = observer;
        this.given = given;
        clock = given == null ? redisClock : given;
        timeout = options.timeout();
        names = new RedisNames(options.keyPrefix());
        near = options.nearCache() == 0 ? null : new NearCache(options.nearCache(), names);
        calls = new RedisCalls(new RedisConnector(options), timeout, near);
        RedisCells cells = new RedisCells(calls, names, observer);
        index = new OwnerIndex(calls, names, cells);
        walk = new RedisWalk(calls, names, cells);
    }

    @Override
    public String name() {
        return "redis";
    }

    /** What scripts take for the time: a test's, or nothing. */
    private byte[] now() {
        return given == null ? NONE : OwnerIndex.number(given.millis());
    }

    @Override
    public @Nullable Cell find(SessionKey key) throws UnreadableCellException {
        return near == null ? read(key) : near.find(key, clock.millis(), () -> read(key));
    }

    private @Nullable Cell read(SessionKey key) throws UnreadableCellException {
        CompletableFuture<?> touch = touches.get(key);
        byte[] value = calls.<byte @Nullable []>call(link -> touch == null
                ? get(link, key)
                : touch.handle((done, failure) -> true).thenCompose(done -> get(link, key)));
        return value == null ? null : RedisValue.read(key, value);
    }

    private CompletableFuture<byte @Nullable []> get(RedisLink link, SessionKey key) {
        return link.commands().get(names.cell(key)).toCompletableFuture().exceptionally(failure -> {
            if (RedisFailure.isWrongType(failure)) {
                return RedisValue.NO_STRING;
            }
            throw new CompletionException(failure);
        });
    }

    @Override
    public Put put(@Nullable Stamp expected, Cell next) {
        try {
            return calls.call(link -> putting(link, expected, next));
        } finally {
            changed(next.key());
        }
    }

    private void changed(SessionKey key) {
        if (near != null) {
            near.drop(key);
        }
    }

    private CompletableFuture<Put> putting(RedisLink link, @Nullable Stamp expected, Cell next) {
        String owner = next.owner();
        boolean apart = link.cluster() != null;
        // A cluster's servers know nothing of each other's keys: there the listing comes first, on its own.
        return owner != null && apart && expected == null
                ? index.cover(link, now(), owner, OwnerIndex.member(next), OwnerIndex.toCover(next))
                        .thenCompose(covered -> put(link, expected, next, covered))
                : put(link, expected, next, 0);
    }

    private CompletableFuture<Put> put(RedisLink link, @Nullable Stamp expected, Cell next, long covered) {
        String owner = next.owner();
        byte[] name = names.cell(next.key());
        byte[][] keys = owner == null || link.cluster() != null
                ? new byte[][] {name}
                : new byte[][] {name, names.listing(owner)};
        byte[] member = OwnerIndex.member(next);
        return RedisScripts.PUT
                .run(
                        link,
                        keys,
                        now(),
                        expected == null ? NONE : RedisValue.stamp(expected),
                        RedisValue.write(next, covered),
                        member)
                .thenCompose(reply -> {
                    if (owner != null && (Long) reply.get(0) == RedisScripts.COVER_FIRST) {
                        return index.cover(link, now(), owner, member, (Long) reply.get(1))
                                .thenCompose(until -> put(link, expected, next, until));
                    }
                    uncover(link, next.key(), reply);
                    return CompletableFuture.completedFuture(PUTS[((Long) reply.get(0)).intValue()]);
                });
    }

    /** Takes out of a listing what a script says that left it. */
    private void uncover(RedisLink link, SessionKey key, List<Object> reply) {
        if (reply.size() == 4) {
            byte[] member = OwnerIndex.member(key, (byte[]) reply.get(2));
            index.uncover(link, OwnerIndex.owner(reply.get(1)), member, (Long) reply.get(3));
        }
    }

    @Override
    public void touch(SessionKey key, long accessedAt) {
        try {
            calls.call(link -> touch(link, key, accessedAt));
        } finally {
            changed(key);
        }
    }

    private CompletableFuture<List<Object>> touch(RedisLink link, SessionKey key, long accessedAt) {
        byte[][] keys = {names.cell(key)};
        byte[] access = OwnerIndex.number(accessedAt);
        return RedisScripts.TOUCH.run(link, keys, now(), access).thenCompose(reply -> {
            if ((Long) reply.get(0) != RedisScripts.COVER_FIRST) {
                return CompletableFuture.completedFuture(reply);
            }
            byte[] owner = (byte[]) reply.get(2);
            byte[] createdAt = (byte[]) reply.get(3);
            return index.cover(link, now(), OwnerIndex.owner(owner), OwnerIndex.member(key, createdAt), (Long)
                            reply.get(1))
                    .thenCompose(until -> RedisScripts.TOUCH.run(
                            link, keys, now(), access, owner, createdAt, OwnerIndex.number(until)))
                    // Its owner or its timeout changed meanwhile.
                    .thenCompose(after -> (Long) after.get(0) == RedisScripts.COVER_FIRST
                            ? touch(link, key, accessedAt)
                            : CompletableFuture.completedFuture(after));
        });
    }

    @Override
    public void touchLater(SessionKey key, long accessedAt) {
        long began = System.nanoTime();
        RedisLink link = calls.linkOrNull();
        if (link == null) {
            observer.called("touch", 0, true);
            return;
        }
        try {
            CompletableFuture<?> touch =
                    touch(link, key, accessedAt).orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
            touches.put(key, touch);
            touch.whenComplete((done, failure) -> {
                touches.remove(key, touch);
                observer.called("touch", System.nanoTime() - began, failure != null);
            });
        } catch (RedisException e) {
            observer.called("touch", System.nanoTime() - began, true);
        } finally {
            changed(key);
        }
    }

    @Override
    public void clear(Cell there) {
        byte[][] keys = {names.cell(there.key())};
        try {
            calls.call(link -> RedisScripts.CLEAR
                    .run(link, keys, RedisValue.stamp(there.stamp()))
                    .thenApply(reply -> {
                        uncover(link, there.key(), reply);
                        return true;
                    }));
        } finally {
            changed(there.key());
        }
    }

    @Override
    public void discard(SessionKey key, byte[] unreadable) {
        calls.call(link -> RedisScripts.DISCARD.run(link, new byte[][] {names.cell(key)}, unreadable));
    }

    @Override
    public void ping() {
        long sent = System.nanoTime();
        List<byte[]> time = calls.call(link -> link.commands().time().toCompletableFuture());
        if (time.size() != 2) {
            throw new StoreUnavailableException("Redis does not tell the time", null);
        }
        redisClock.sample(number(time.get(0)) * 1000 + number(time.get(1)) / 1000, sent, System.nanoTime());
        RedisLink link = calls.linkOrNull();
        if (near != null && link != null) {
            near.begin(link);
        }
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }

    /** For tests. */
    @Nullable NearCache near() {
        return near;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public Optional<Listing> listing() {
        return Optional.of(index);
    }

    @Override
    public Optional<Walk> walk() {
        return Optional.of(walk);
    }

    @Override
    public void close() {
        calls.close();
    }
}
