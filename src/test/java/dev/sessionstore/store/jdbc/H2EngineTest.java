package dev.sessionstore.store.jdbc;

import dev.sessionstore.testing.engines.TestH2;

class H2EngineTest extends JdbcEngineContract {
    H2EngineTest() {
        super(TestH2.shared());
    }
}
