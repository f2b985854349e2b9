package dev.sessionstore.store.jdbc;

import dev.sessionstore.http.RestContract;

class H2RestTest extends RestContract {
    H2RestTest() {
        super("h2");
    }
}
