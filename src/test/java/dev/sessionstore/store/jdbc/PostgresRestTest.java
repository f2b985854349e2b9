package dev.sessionstore.store.jdbc;

import dev.sessionstore.http.RestContract;

class PostgresRestTest extends RestContract {
    PostgresRestTest() {
        super("postgresql");
    }
}
