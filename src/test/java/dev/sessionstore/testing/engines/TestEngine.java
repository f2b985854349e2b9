package dev.sessionstore.testing.engines;

import java.util.Map;

/** A real engine, started once per JVM and stopped with it. */
public interface TestEngine {
    /** Settings for a server, by their names, that keeps its sessions in a room of its own in this engine. */
    Map<String, String> newRoom();

    /** @param name {@code memory}, or a constant of {@link Kind} in lower case */
    static TestEngine of(String name) {
        return name.equals("memory")
                ? Map::of
                : Kind.valueOf(name.toUpperCase(java.util.Locale.ROOT)).engine();
    }

    /** Which engine. */
    enum Kind {
        REDIS {
            @Override
            TestEngine engine() {
                return TestRedis.shared();
            }
        },
        POSTGRESQL {
            @Override
            TestEngine engine() {
                return TestPostgres.shared();
            }
        },
        MARIADB {
            @Override
            TestEngine engine() {
                return TestMariaDb.shared();
            }
        },
        H2 {
            @Override
            TestEngine engine() {
                return TestH2.shared();
            }
        },
        SQLITE {
            @Override
            TestEngine engine() {
                return TestSqlite.shared();
            }
        },
        MONGODB {
            @Override
            TestEngine engine() {
                return TestMongo.shared();
            }
        },
        MEMCACHED {
            @Override
            TestEngine engine() {
                return TestMemcached.shared();
            }
        },
        FILE {
            @Override
            TestEngine engine() {
                return TestFiles.shared();
            }
        };

        abstract TestEngine engine();
    }
}
