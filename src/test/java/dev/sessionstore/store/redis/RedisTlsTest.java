package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, and a user who may do what the engine does and no more. */
@Needs(value = "redis-server", remedy = "apt-get install redis-server")
class RedisTlsTest {
    private static final String RIGHTS =
            "+get +mget +set +del +getrange +setrange +pexpire +persist +zadd +zrem +zscore +zrange +zrevrange"
                    + " +zremrangebyscore +scan +time +info +evalsha +eval +hello +client +ping";

    @TempDir
    Path directory;

    @Test
    void aUserWithFewRightsWorksOverTls() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory, "-keyalg EC -groupname secp256r1");
        Path pem = Files.writeString(directory.resolve("certificate.pem"), certificate.certificatePem());
        Path key = Files.writeString(directory.resolve("key.pem"), certificate.pkcs8Pem());
        String options = "--tls-cert-file " + pem + " --tls-key-file " + key + " --tls-auth-clients no"
                + " --user default off --user sessions on >pass~word ~tls:* " + RIGHTS;
        try (DebianRedis server = new DebianRedis(directory, "--tls-port", options.split(" "))) {
            String place = "@localhost:" + server.port;
            try (RedisEngine engine = engine("rediss://sessions:pass~word" + place, pem)) {
                engine.ping();
                Cell cell = Room.session(
                        Room.newKey(), Room.OWNER, 1, engine.clock().millis(), 1_800_000);
                assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
                engine.touch(cell.key(), cell.accessedAt() + 1);
                assertThat(engine.find(cell.key()).accessedAt()).isEqualTo(cell.accessedAt() + 1);
                assertThat(engine.listing().orElseThrow().cells(Room.OWNER, null, 10))
                        .hasSize(1);
                assertThat(engine.walk().orElseThrow().cells(null, null, 10).cells())
                        .hasSize(1);
                engine.clear(cell);
                engine.discard(cell.key(), new byte[0]);
                assertThat(engine.find(cell.key())).isNull();
            }
            assertUnavailable("rediss://sessions:pass~word" + place, null);
            assertUnavailable("rediss://sessions:wrong" + place, pem);
            assertUnavailable("redis://sessions:pass~word" + place, null);
        }
    }

    private static void assertUnavailable(String url, @Nullable Path ca) {
        try (RedisEngine engine = engine(url, ca)) {
            assertThatThrownBy(engine::ping).isInstanceOf(StoreUnavailableException.class);
        }
    }

    private static RedisEngine engine(String url, @Nullable Path ca) {
        return new RedisEngine(
                new RedisOptions(url, "tls:", Room.TIMEOUT, ca, 0), InstantSource.system(), null, BackendObserver.NONE);
    }
}
