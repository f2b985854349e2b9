package dev.sessionstore.store.memory;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sessionstore.core.SessionKey;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are never evicted, in shards by the top bits of the key: a scan sorts one shard at a time and still goes
 * through all keys in order, and no table of millions is ever resized in one go.
 */
final class ShardedEntries extends Entries {
    private static final int BITS = 8;

    @SuppressWarnings({"unchecked", "rawtypes"}) // There is no other way to make an array of a generic type.
    private final ConcurrentMap<SessionKey, Object>[] shards = new ConcurrentMap[1 << BITS];

    ShardedEntries() {
        expect(0);
    }

    @Override
    void expect(int about) {
        for (int i = 0; i < shards.length; i++) {
            shards[i] = Caffeine.newBuilder()
                    .executor(Runnable::run)
                    .initialCapacity(about >> BITS)
                    .<SessionKey, Object>build()
                    .asMap();
        }
    }

    @Override
    @Nullable Object get(SessionKey key) {
        return shards[shardOf(key)].get(key);
    }

    @Override
    @Nullable Object look(SessionKey key) {
        return get(key);
    }

    @Override
    int shards() {
        return shards.length;
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
        return shards[index];
    }

    @Override
    void put(SessionKey key, Object value) {
        shards[shardOf(key)].put(key, value);
    }

    /** In no step but the lock's: nothing is evicted here. */
    @Override
    boolean swap(SessionKey key, @Nullable Object from, @Nullable Object to, Runnable meanwhile) {
        ConcurrentMap<SessionKey, Object> shard = shards[shardOf(key)];
        if (shard.get(key) != from) {
            return false;
        }
        meanwhile.run();
        if (to == null) {
            shard.remove(key);
        } else {
            shard.put(key, to);
        }
        return true;
    }
}
