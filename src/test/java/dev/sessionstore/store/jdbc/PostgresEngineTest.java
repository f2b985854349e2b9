package dev.sessionstore.store.jdbc;

import dev.sessionstore.testing.engines.TestPostgres;

class PostgresEngineTest extends JdbcEngineContract {
    PostgresEngineTest() {
        super(TestPostgres.shared());
    }
}
