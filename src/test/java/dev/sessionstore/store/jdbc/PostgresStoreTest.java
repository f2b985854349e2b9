package dev.sessionstore.store.jdbc;

import dev.sessionstore.testing.engines.TestPostgres;

class PostgresStoreTest extends JdbcStoreContract {
    PostgresStoreTest() {
        super(TestPostgres.shared());
    }
}
