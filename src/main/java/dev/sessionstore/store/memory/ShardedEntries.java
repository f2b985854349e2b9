package dev.sessionstore.store.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sessionstore.core.SessionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are never evicted, in shards by the top bits of the key: a scan sorts one shard at a time and still goes
 * through all keys in order, and no table of millions is ever resized in one go.
 */
final class ShardedEntries extends Entries {
    private static final int BITS = 8;

    private final List<Cache<SessionKey, Object>> shards = new ArrayList<>();

    ShardedEntries() {
        expect(0);
    }

    @Override
    void expect(int about) {
        shards.clear();
        for (int i = 0; i < 1 << BITS; i++) {
            shards.add(Caffeine.newBuilder()
                    .executor(Runnable::run)
                    .initialCapacity(about >> BITS)
                    .build());
        }
    }

    @Override
    @Nullable Object get(SessionKey key) {
        return cacheOf(key).getIfPresent(key);
    }

    @Override
    @Nullable Object look(SessionKey key) {
        return get(key);
    }

    @Override
    int shards() {
        return shards.size();
    }

    @Override
    int shardOf(SessionKey key) {
        return (int) (key.hi() >>> (Long.SIZE - BITS));
    }

    @Override
    SessionKey lastKeyOf(int shard) {
        return new SessionKey(((long) (shard + 1) << (Long.SIZE - BITS)) - 1, -1);
    }

    @Override
    Map<SessionKey, Object> shard(int index) {
        return shards.get(index).asMap();
    }

    @Override
    Cache<SessionKey, Object> cacheOf(SessionKey key) {
        return shards.get(shardOf(key));
    }
}
