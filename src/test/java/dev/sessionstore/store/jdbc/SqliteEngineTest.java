package dev.sessionstore.store.jdbc;

import dev.sessionstore.testing.engines.TestSqlite;

class SqliteEngineTest extends JdbcEngineContract {
    SqliteEngineTest() {
        super(TestSqlite.shared());
    }
}
