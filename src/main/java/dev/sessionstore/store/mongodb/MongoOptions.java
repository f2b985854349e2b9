package dev.sessionstore.store.mongodb;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach MongoDB and what to call things there.
 *
 * @param url with its password
 * @param timeout of one exchange, connecting included
 * @param connections the most of them
 * @param ca who signs its certificate; null: those that Java trusts
 */
public record MongoOptions(
        String url,
        String database,
        String collection,
        int connections,
        Duration timeout,
        @Nullable Path ca) {
    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
        return "MongoOptions[****]";
    }
}
