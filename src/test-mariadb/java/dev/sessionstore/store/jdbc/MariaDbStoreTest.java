package dev.sessionstore.store.jdbc;

import dev.sessionstore.testing.engines.TestMariaDb;

class MariaDbStoreTest extends JdbcStoreContract {
    MariaDbStoreTest() {
        super(TestMariaDb.shared());
    }
}
