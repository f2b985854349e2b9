package dev.sessionstore.store.memory;

import dev.sessionstore.core.SessionKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is held, by key: a {@link dev.sessionstore.core.Session}, a {@link dev.sessionstore.core.Tombstone} or, for a
 * moment, a {@link Passage}. The values are the core's own objects, since a wrapper would cost 16 bytes a session.
 *
 * <p>Thread-safe; no read takes a lock.
 */
abstract class Entries {
    /** The value, noted as used. */
    abstract @Nullable Object get(SessionKey key);

    /** The value, for the store's own purposes. */
    abstract @Nullable Object look(SessionKey key);

    /** Room for about so many, so that tables need not grow while they are loaded. Nothing is held yet. */
    abstract void expect(int about);

    abstract int shards();

    /** Keys of a lower shard come before those of a higher one. */
    abstract int shardOf(SessionKey key);

    /** The last key that could be in that shard. */
    abstract SessionKey lastKeyOf(int shard);

    abstract Map<SessionKey, Object> shard(int index);

    /** Puts a first value there. */
    abstract void put(SessionKey key, Object value);

    /**
     * Puts {@code to} in the place of {@code from}, in one step with an eviction: an entry that was just evicted is not
     * written back. The caller holds the key's lock, so that nothing but an eviction comes between.
     *
     * @param from the very object; null: nothing
     * @param to null: nothing
     * @param meanwhile run in that step too: before an eviction of what is put there
     * @return false if something else is there
     */
    abstract boolean swap(SessionKey key, @Nullable Object from, @Nullable Object to, Runnable meanwhile);
}
