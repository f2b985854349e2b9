package dev.sessionstore.store.redis;

import dev.sessionstore.testing.Needs;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a newer Redis, with the near cache on. */
@Needs(value = "redis-server", remedy = "apt-get install redis-server")
class Redis7StoreTest extends RedisStoreTest {
    @TempDir
    static Path directory;

    private static DebianRedis server;

    @BeforeAll
    static void start() throws IOException {
        server = new DebianRedis(directory, "--port");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    String url() {
        return "redis://127.0.0.1:" + server.port;
    }

    @Override
    int nearCache() {
        return 1000;
    }
}
