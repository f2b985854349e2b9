package dev.sessionstore.store.redis;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.testing.engines.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Names of one test's own in a Redis: engines on them, and what really stands there. */
final class Room implements AutoCloseable {
    static {
        QuietLogging.install();
    }

    static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FOR_EVER = Duration.ofSeconds(60);
    static final String OWNER = "AAAAAAAAAAAAAAAAAAAAAA";

    static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    final String url;
    final String prefix = TestRedis.newPrefix();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final RedisClient client;
    final RedisCommands<String, byte[]> redis;

    Room() {
        this(TestRedis.shared().url());
    }

    Room(String url) {
        this.url = url;
        client = RedisClient.create(url);
        redis = client.connect(CODEC).sync();
    }

    /** @param given null: Redis's own clock */
    RedisEngine engine(@Nullable InstantSource given) {
        return engine(given, 0, BackendObserver.NONE);
    }

    RedisEngine engine(@Nullable InstantSource given, int nearCache, BackendObserver observer) {
        RedisEngine engine = new RedisEngine(
                new RedisOptions(url, prefix, TIMEOUT, null, nearCache), InstantSource.system(), given, observer);
        open.add(engine);
        return engine;
    }

    static EngineStore store(RedisEngine engine, Policies policies) {
        return new EngineStore(engine, policies, SessionObserver.NONE, BackendObserver.NONE);
    }

    String nameOf(SessionKey key) {
        return prefix + key.handle();
    }

    String listing() {
        return prefix + "p:" + OWNER;
    }

    /** By Redis. */
    long now() {
        List<byte[]> time = redis.time();
        return Long.parseLong(new String(time.get(0))) * 1000 + Long.parseLong(new String(time.get(1))) / 1000;
    }

    static SessionKey newKey() {
        return KeyHash.plain().keyOf("shop", SessionId.generate());
    }

    static Cell session(SessionKey key, @Nullable String owner, int version, long createdAt, long idleMillis) {
        return new Cell(
                key,
                "shop",
                owner,
                new Stamp(1, version),
                createdAt,
                createdAt,
                Cell.NEVER,
                idleMillis,
                0,
                0,
                new byte[] {1, 2, 3});
    }

    /** Asks again and again; what it asks takes its time. */
    static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + FOR_EVER.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("not within " + FOR_EVER);
            }
            Thread.yield();
        }
    }

    @Override
    public void close() {
        open.forEach(each -> {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        client.shutdown(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    }
}
