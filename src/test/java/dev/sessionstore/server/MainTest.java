package dev.sessionstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.http.ApiKeys;
import dev.sessionstore.http.Caller;
import dev.sessionstore.http.Role;
import dev.sessionstore.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MainTest {
    private static final String LEVEL = "org.slf4j.simpleLogger.log.dev.sessionstore";
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private final String levelBefore = System.getProperty(LEVEL);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Settings> started = new ArrayList<>();
    private Map<String, String> environment = Map.of();

    @AfterEach
    void restoreLevel() {
        if (levelBefore == null) {
            System.clearProperty(LEVEL);
        } else {
            System.setProperty(LEVEL, levelBefore);
        }
    }

    private OptionalInt run(String... args) {
        return Main.run(
                List.of(args),
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                started::add);
    }

    private List<String> out() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<String> err() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void withoutASubcommandTheServerStarts() {
        assertThat(run("--port", "0", "--log-level=debug")).isEmpty();
        assertThat(started).singleElement().extracting(Settings::port).isEqualTo(0);
        assertThat(System.getProperty(LEVEL)).isEqualTo("debug");
    }

    @Test
    void aFlagForTrueOrFalseNeedsNoValue() {
        assertThat(run("--allow-anonymous", "--host", "0.0.0.0", "--metrics-open=false"))
                .isEmpty();
        assertThat(started.get(0).access().allowAnonymous()).isTrue();
        assertThat(started.get(0).access().metricsOpen()).isFalse();
    }

    @Test
    void allFaultsOfCommandLineAndSettingsAreListedAndNothingStarts() {
        environment = Map.of("SESSION_STORE_IDLE_TIMEOUT", "30mins");

        assertThat(run("--prot=1", "--port", "x")).hasValue(Main.EXIT_USAGE);
        assertThat(err())
                .containsExactlyInAnyOrder(
                        "--prot: is no setting; did you mean --port?",
                        "--port: \"x\" is not a whole number from 0 to 65535",
                        "SESSION_STORE_IDLE_TIMEOUT: \"30mins\" is not a duration; try 30m");
        assertThat(started).isEmpty();
    }

    @Test
    void aKeyBehindAMisspeltFlagIsNotRepeated() {
        assertThat(run("--api-kye", KEY)).hasValue(Main.EXIT_USAGE);
        assertThat(run("--api-kye=" + KEY)).hasValue(Main.EXIT_USAGE);
        assertThat(run("--api-key=" + KEY, "--api-key=" + KEY)).hasValue(Main.EXIT_USAGE);
        assertThat(err()).hasSize(3);
        assertThat(err().toString()).doesNotContain(KEY);
    }

    @Test
    void aTakenPortIsOneClearLine() {
        OptionalInt exit = Main.run(List.of(), Map.of(), new PrintStream(out), new PrintStream(err), settings -> {
            throw new IllegalStateException("start", new BindException("Address already in use"));
        });

        assertThat(exit).hasValue(Main.EXIT_FAILED);
        assertThat(err()).singleElement().asString().contains("127.0.0.1 port 8080", "SESSION_STORE_PORT");
    }

    @Test
    void helpExplainsEverySettingWithItsDefault() {
        assertThat(run("--help")).hasValue(Main.EXIT_OK);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("--idle-timeout=<duration|never>", "--max-memory-bytes", "Default: 60%.", "new-key");
    }

    @Test
    void configPrintsWhatIsInForceWithItsSourceAndWithoutSecrets() {
        environment = Map.of("SESSION_STORE_API_KEY", KEY, "SESSION_STORE_PROT", "1");

        assertThat(run("--port=1", "config", "--tombstone", "1m")).hasValue(Main.EXIT_OK);
        assertThat(out())
                .anyMatch(line -> line.matches("port +1 +--port"))
                .anyMatch(line -> line.matches("tombstone +1m +--tombstone"))
                .anyMatch(line -> line.matches("api-key +\\*\\*\\*\\* +SESSION_STORE_API_KEY"))
                .anyMatch(line -> line.matches("idle-timeout +30m +default"));
        assertThat(err()).singleElement().asString().startsWith("SESSION_STORE_PROT: is no setting");
        assertThat(started).isEmpty();
    }

    @Test
    void aNewKeyOpensWhatItsLineSays() {
        assertThat(run("new-key", "write", "shop", "blog")).hasValue(Main.EXIT_OK);
        String key = out().get(0);

        assertThat(key).matches("[A-Za-z0-9_-]{43}");
        assertThat(ApiKeys.parse(out().get(1), "keys").find(key))
                .isEqualTo(new Caller(Role.WRITE, Set.of("shop", "blog")));
    }

    @Test
    void aNewKeyForAnUnknownRoleOrNoNamespaceIsRefused() {
        assertThat(run("new-key", "writer", "Shop")).hasValue(Main.EXIT_USAGE);
        assertThat(run("new-key", "write")).hasValue(Main.EXIT_USAGE);
        assertThat(out()).isEmpty();
        assertThat(err()).hasSize(3);
    }

    @Test
    void healthWithoutAServerFails() {
        assertThat(run("health", "--port", "0")).hasValue(Main.EXIT_FAILED);
        assertThat(run("health", "--port", "x")).hasValue(Main.EXIT_FAILED);
    }
}
