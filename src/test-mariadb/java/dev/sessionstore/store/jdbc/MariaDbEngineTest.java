package dev.sessionstore.store.jdbc;

import dev.sessionstore.testing.engines.TestMariaDb;

class MariaDbEngineTest extends JdbcEngineContract {
    MariaDbEngineTest() {
        super(TestMariaDb.shared());
    }
}
