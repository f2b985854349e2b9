package dev.sessionstore.store.redis;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Redis and what to call things there.
 *
 * @param url with its password; redis:, rediss:, redis-sentinel: or rediss-sentinel:
 * @param keyPrefix what the names of all keys begin with
 * @param timeout of one exchange, connecting included
 * @param ca who signs its certificate; null: those that Java trusts
 * @param nearCache how many sessions are kept at hand; 0: none
 */
public record RedisOptions(
        String url,
        String keyPrefix,
        Duration timeout,
        @Nullable Path ca,
        int nearCache) {
    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
        return "RedisOptions[****]";
    }
}
