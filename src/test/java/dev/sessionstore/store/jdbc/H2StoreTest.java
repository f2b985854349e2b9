package dev.sessionstore.store.jdbc;

import dev.sessionstore.testing.engines.TestH2;

class H2StoreTest extends JdbcStoreContract {
    H2StoreTest() {
        super(TestH2.shared());
    }
}
