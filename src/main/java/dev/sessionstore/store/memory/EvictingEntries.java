package dev.sessionstore.store.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Entries of which Caffeine drops the least useful when they are too many or too big. Caffeine knows one bound, a sum
 * of weights, and there are two here: a session weighs its share of the memory or its share of the number, whichever is
 * more, so that the sum reaches the bound no later than either limit is reached.
 */
final class EvictingEntries extends Entries {
    /** One weight is an {@code int}: with this sum the one session of a store for one still fits. */
    private static final long MAX_SUM = 1 << 30;

    private final Cache<SessionKey, Object> cache;
    private final MemoryEstimate estimate;
    private final long sum;
    private final double weightOfByte;
    private final int weightOfSession;

    /**
     * @param evicted is called in one step with the eviction, and must write no entry
     * @param gone is called when it is done: another value may have the key by then
     */
    EvictingEntries(
            MemoryOptions options,
            MemoryEstimate estimate,
            BiConsumer<SessionKey, Object> evicted,
            Consumer<Object> gone) {
        this.estimate = estimate;
        boolean boundsMemory = options.maxMemoryBytes() > 0;
        sum = boundsMemory ? Math.min(options.maxMemoryBytes(), MAX_SUM) : MAX_SUM;
        weightOfByte = boundsMemory ? (double) sum / options.maxMemoryBytes() : 0;
        // The half leaves room for tombstones, which weigh their bytes only; rounding up keeps the number a limit.
        weightOfSession = options.maxSessions() == 0 ? 1 : (int) Math.ceil(sum / (options.maxSessions() + 0.5));
        cache = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(sum)
                .weigher((SessionKey key, Object value) -> weigh(value))
                .evictionListener((key, value, cause) -> {
                    if (key != null && value != null) {
                        evicted.accept(key, value);
                    }
                })
                .removalListener((key, value, cause) -> {
                    if (value != null && cause.wasEvicted()) {
                        gone.accept(value);
                    }
                })
                .build();
    }

    private int weigh(Object value) {
        if (value instanceof Passage) {
            // Caffeine never evicts what weighs nothing: a session on its way cannot vanish half moved.
            return 0;
        }
        int share = (int) Math.min(sum, Math.max(1, Math.ceil(estimate.bytesOf(value) * weightOfByte)));
        return value instanceof Session ? Math.max(share, weightOfSession) : share;
    }

    @Override
    @Nullable Object get(SessionKey key) {
        return cache.getIfPresent(key);
    }

    @Override
    @Nullable Object look(SessionKey key) {
        return cache.policy().getIfPresentQuietly(key);
    }

    @Override
    void expect(int about) {
        // Its tables belong to its policy.
    }

    @Override
    int shards() {
        return 1;
    }

    @Override
    int shardOf(SessionKey key) {
        return 0;
    }

    @Override
    SessionKey lastKeyOf(int shard) {
        return new SessionKey(-1, -1);
    }

    @Override
    Map<SessionKey, Object> shard(int index) {
        return cache.asMap();
    }

    @Override
    void put(SessionKey key, Object value) {
        cache.put(key, value);
    }

    @Override
    boolean swap(SessionKey key, @Nullable Object from, @Nullable Object to, Runnable meanwhile) {
        boolean[] swapped = {false};
        cache.asMap().compute(key, (same, held) -> {
            if (held != from) {
                return held;
            }
            meanwhile.run();
            swapped[0] = true;
            return to;
        });
        return swapped[0];
    }
}
