package dev.sessionstore.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sessionstore.settings.Settings.Backend;
import dev.sessionstore.settings.Settings.BackendKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendSettingsTest {
    private static List<String> faults(Map<String, String> given) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> Settings.of(given, null))
                .faults();
    }

    @Test
    void sessionsLiveInMemoryUnlessToldOtherwise() {
        Backend backend = Settings.of(Map.of(), null).backend();
        assertThat(backend.kind()).isEqualTo(BackendKind.MEMORY);
        assertThat(backend.keyPrefix()).isEqualTo("session:");
        assertThat(backend.timeout()).isEqualTo(Duration.ofMillis(400));
        assertThat(backend.fileMode()).isEqualTo(0600);
    }

    @ParameterizedTest
    @CsvSource({
        "redis, rediss://user:secret@redis:6380/1",
        "jdbc, jdbc:postgresql://db/sessions?user=me&password=secret",
        "memcached, 'memcached://one:11211,two:11211'",
        "mongodb, mongodb+srv://user:secret@cluster/",
        "file, file:///var/lib/sessions"
    })
    void eachBackendTakesItsOwnUrlsAndShowsNone(String kind, String url) {
        Settings settings = Settings.of(Map.of("backend", kind, "backend-url", url), null);
        assertThat(settings.backend().url()).extracting(Secret::reveal).isEqualTo(url);
        assertThat(settings.inForce().toString()).doesNotContain("secret");
        assertThat(settings.toString()).doesNotContain("secret");
    }

    @Test
    void aUrlOfAnotherBackendIsRefusedWithoutShowingIt() {
        assertThat(faults(Map.of("backend", "redis", "backend-url", "mongodb://me:secret@db")))
                .containsExactly("--backend-url: a URL of the backend redis begins with redis: or rediss: or"
                        + " redis-sentinel: or rediss-sentinel:");
        assertThat(faults(Map.of("backend-url", "redis://localhost")))
                .containsExactly("--backend-url: the backend memory is in no other place; set backend to redis, jdbc,"
                        + " memcached, mongodb or file");
        assertThat(faults(Map.of("backend", "redis", "backend-url", "localhost 6379")))
                .containsExactly(
                        "--backend-url: is not a URL; try redis://localhost:6379 (blanks and the like are written"
                                + " as %20)");
    }

    @Test
    void somePlacesCannotBeGuessed() {
        assertThat(faults(Map.of("backend", "jdbc")))
                .containsExactly("--backend: jdbc needs backend-url, too, such as"
                        + " jdbc:postgresql://localhost/sessions?user=me");
        assertThat(faults(Map.of("backend", "file")))
                .containsExactly("--backend: file needs backend-url, too, such as file:/var/lib/sessions");
    }

    @Test
    void aBackendThatIsNoneIsNamed() {
        assertThat(faults(Map.of("backend", "mysql")))
                .containsExactly(
                        "--backend: \"mysql\" is not one of memory, redis, jdbc, memcached, mongodb, file, none");
    }

    @Test
    void aDataDirectoryIsOfTheMemoryStore() {
        assertThat(faults(Map.of("backend", "redis", "data-dir", "data")))
                .containsExactly("--data-dir: goes with the backend memory, not with redis, which keeps sessions where"
                        + " backend-url says");
    }

    @Test
    void aBackendWithoutAnIndexCannotBoundAPrincipal() {
        assertThat(faults(Map.of("backend", "memcached", "max-sessions-per-principal", "3")))
                .containsExactly(
                        "--max-sessions-per-principal: the backend memcached cannot tell a principal's sessions;"
                                + " say none, or choose another backend");
    }

    @Test
    void settingsOfOtherBackendsAreWarnedOf() {
        Settings settings = Settings.of(
                Map.of("backend", "redis", "backend-table", "logins", "when-full", "evict", "key-prefix", "web:"),
                null);
        assertThat(settings.warnings())
                .containsExactly(
                        "--when-full: has no effect with the backend redis",
                        "--backend-table: has no effect with the backend redis");
    }

    @Test
    void namesAreOnesThatNeedNoQuotes() {
        assertThat(faults(Map.of("backend-table", "a; drop table b")))
                .containsExactly(
                        "--backend-table: \"a; drop table b\" is not up to 60 letters, digits and _, beginning with"
                                + " no digit");
        assertThat(faults(Map.of("key-prefix", "a b")))
                .containsExactly("--key-prefix: \"a b\" is not up to 100 letters, digits and _ . : / -");
        assertThat(faults(Map.of("backend-file-mode", "0400")))
                .containsExactly("--backend-file-mode: \"0400\" keeps the service from its own files; try 0600");
    }
}
