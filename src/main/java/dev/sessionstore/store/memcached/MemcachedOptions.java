package dev.sessionstore.store.memcached;

import java.time.Duration;

/**
 * How to reach memcached and what to call things there.
 *
 * @param url {@code memcached://host:port,host:port}
 * @param timeout of one exchange, connecting included
 */
public record MemcachedOptions(String url, String keyPrefix, Duration timeout) {
    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
        return "MemcachedOptions[****]";
    }
}
