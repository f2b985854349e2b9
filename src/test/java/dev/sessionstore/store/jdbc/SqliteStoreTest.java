package dev.sessionstore.store.jdbc;

import dev.sessionstore.testing.engines.TestSqlite;

class SqliteStoreTest extends JdbcStoreContract {
    SqliteStoreTest() {
        super(TestSqlite.shared());
    }
}
