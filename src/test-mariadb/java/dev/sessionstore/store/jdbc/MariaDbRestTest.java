package dev.sessionstore.store.jdbc;

import dev.sessionstore.http.RestContract;

class MariaDbRestTest extends RestContract {
    MariaDbRestTest() {
        super("mariadb");
    }
}
