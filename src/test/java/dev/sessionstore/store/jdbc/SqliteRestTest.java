package dev.sessionstore.store.jdbc;

import dev.sessionstore.http.RestContract;

class SqliteRestTest extends RestContract {
    SqliteRestTest() {
        super("sqlite");
    }
}
