package dev.sessionstore.store.jdbc;

import java.time.Duration;

/**
 * How to reach the database and what to call things there.
 *
 * @param url with its password
 * @param timeout of one exchange, connecting included
 * @param connections the most of them
 */
public record JdbcOptions(String url, String table, boolean createTable, int connections, Duration timeout) {
    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
        return "JdbcOptions[****]";
    }
}
