package dev.sessionstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.http.ApiKeys;
import dev.sessionstore.http.Caller;
import dev.sessionstore.http.Role;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.testing.MutableClock;
import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final String LEVEL = "org.slf4j.simpleLogger.log.dev.sessionstore";
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    private final String levelBefore = System.getProperty(LEVEL);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Settings> started = new ArrayList<>();
    private Map<String, String> environment = Map.of();
    private boolean repair;

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
                this::started);
    }

    private void started(Settings settings, boolean withRepair) {
        started.add(settings);
        repair = withRepair;
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
        OptionalInt exit =
                Main.run(List.of(), Map.of(), new PrintStream(out), new PrintStream(err), (settings, repair) -> {
                    throw new IllegalStateException("start", new BindException("Address already in use"));
                });

        assertThat(exit).hasValue(Main.EXIT_FAILED);
        assertThat(err()).singleElement().asString().contains("127.0.0.1 port 8080", "SESSION_STORE_PORT");
    }

    @Test
    void trainingRunsTheServiceOnceAndReadsNoSetting() throws IOException {
        environment = Map.of("SESSION_STORE_PORT", "x", "SESSION_STORE_DATA_DIR", directory.toString());

        assertThat(run("train")).hasValue(Main.EXIT_OK);
        assertThat(out()).singleElement().asString().startsWith("train: ");
        assertThat(err()).isEmpty();
        assertThat(started).isEmpty();
        assertThat(directory).isEmptyDirectory();
        assertThat(run("train", "--port", "0")).hasValue(Main.EXIT_USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config", "health", "verify", "export", "backup"})
    void aSubcommandThatIsNamedTakesTheSettingsFlags(String subcommand) {
        assertThat(run(subcommand, "--help")).hasValue(Main.EXIT_OK);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--idle-timeout=<duration|never>");
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
    void repairIsAskedForOnTheCommandLineAlone() {
        String data = directory.toString();
        assertThat(run("--repair", "--data-dir", data)).isEmpty();
        assertThat(repair).isTrue();
        assertThat(run("--data-dir", data)).isEmpty();
        assertThat(repair).isFalse();

        environment = Map.of("SESSION_STORE_REPAIR", "true");
        assertThat(run("--data-dir", data)).isEmpty();
        assertThat(repair).isFalse();
        assertThat(started).hasSize(3);
    }

    @Test
    void repairNeedsADirectoryAndNoSubcommand() {
        assertThat(run("--repair")).hasValue(Main.EXIT_USAGE);
        assertThat(run("--repair", "verify", directory.toString())).hasValue(Main.EXIT_USAGE);
        assertThat(run("verify", directory.toString(), "--repair")).hasValue(Main.EXIT_USAGE);
        assertThat(err())
                .containsExactly(
                        "--repair: needs data-dir, the directory to repair, too",
                        "--repair: goes with the start of the service, not with verify",
                        "--repair: is no setting");
        assertThat(started).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "export", "backup"})
    void aSubcommandForADirectoryWantsExactlyOne(String subcommand) {
        assertThat(run(subcommand)).hasValue(Main.EXIT_USAGE);
        assertThat(run(subcommand, "a", "b")).hasValue(Main.EXIT_USAGE);
        assertThat(run(subcommand, "")).hasValue(Main.EXIT_USAGE);
        assertThat(err())
                .hasSize(3)
                .containsOnly(subcommand + ": expected one directory, such as: " + subcommand + " /data");
        assertThat(run(subcommand, "-h")).hasValue(Main.EXIT_OK);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("DIR", "--data-key-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "export"})
    void aDirectoryThatIsNotThereIsOneLine(String subcommand) {
        assertThat(run(subcommand, directory.resolve("nothing").toString())).hasValue(Main.EXIT_FAILED);
        assertThat(out()).isEmpty();
        assertThat(err()).singleElement().asString().contains("nothing");
    }

    @Test
    void aKeyFileWithoutAKeyIsAFaultThatDoesNotQuoteIt() throws IOException {
        String content = "no key of thirty-two bytes";
        String file = Files.writeString(directory.resolve("key"), content).toString();

        assertThat(run("verify", directory.toString(), "--data-key-file", file)).hasValue(Main.EXIT_USAGE);
        assertThat(run("config", "--data-dir", directory.toString(), "--data-key-file", file))
                .hasValue(Main.EXIT_USAGE);
        assertThat(err())
                .allMatch(line -> line.startsWith("data-key-file: " + file))
                .hasSize(2);
        assertThat(err().toString()).doesNotContain(content);
    }

    @Test
    void aBackupNeedsToKnowWhatToCopyAndWhomToAsk() throws IOException {
        String to = directory.resolve("copy").toString();
        String data = directory.toString();
        String keys = Files.writeString(directory.resolve("keys"), ApiKeys.hash(KEY) + " admin *\n")
                .toString();

        assertThat(run("backup", to)).hasValue(Main.EXIT_USAGE);
        assertThat(run("backup", to, "--data-dir", data, "--port", "0")).hasValue(Main.EXIT_USAGE);
        assertThat(run("backup", to, "--data-dir", data, "--api-keys-file", keys))
                .hasValue(Main.EXIT_USAGE);
        assertThat(err()).hasSize(3);
        assertThat(err().get(0)).contains("SESSION_STORE_DATA_DIR");
        assertThat(err().get(1)).contains("set a port");
        assertThat(err().get(2)).contains("SESSION_STORE_API_KEY");
    }

    @Test
    void aBackupWithoutAServerOrIntoAFullDirectoryFails() throws IOException {
        String data = directory.toString();
        int closed;
        try (ServerSocket once = new ServerSocket(0)) {
            closed = once.getLocalPort();
        }
        String[] ask = {"backup", directory.resolve("copy").toString(), "--data-dir", data, "--port", "" + closed};

        assertThat(run(ask)).hasValue(Main.EXIT_FAILED);
        assertThat(err()).singleElement().asString().contains("127.0.0.1:" + closed, "does not answer");
        Files.writeString(directory.resolve("something"), "");
        ask[1] = data;
        assertThat(run(ask)).hasValue(Main.EXIT_FAILED);
        assertThat(err().get(1)).contains(data + " is not empty");
    }

    @Test
    void aBackupSaysWhyTheServerRefuses() {
        String data = directory.toString();
        String to = directory.resolve("copy").toString();
        Map<String, String> withKey = Map.of("port", "0", "drain-delay", "0s", "api-key", KEY);
        try (SessionServer server = new SessionServer(Settings.of(withKey, null), Clocks.given(new MutableClock()))) {
            server.start();
            String port = String.valueOf(URI.create(server.uri()).getPort());

            assertThat(run("backup", to, "--data-dir", data, "--port", port)).hasValue(Main.EXIT_FAILED);
            assertThat(run("backup", to, "--data-dir", data, "--port", port, "--api-key", KEY + "x"))
                    .hasValue(Main.EXIT_FAILED);
            assertThat(run("backup", to, "--data-dir", data, "--port", port, "--api-key", KEY))
                    .hasValue(Main.EXIT_FAILED);
        }
        assertThat(err()).hasSize(3);
        assertThat(err().get(0)).contains("answers 401");
        assertThat(err().get(1))
                .contains("answers 401", "SESSION_STORE_API_KEY")
                .doesNotContain(KEY);
        assertThat(err().get(2)).contains("answers 501", "SESSION_STORE_DATA_DIR");
    }

    @Test
    void whatWasServedCanBeBackedUpVerifiedAndExported() throws IOException {
        Path data = directory.resolve("data");
        Path copy = directory.resolve("copy");
        Map<String, String> onDisk = Map.of("port", "0", "drain-delay", "0s", "data-dir", data.toString());
        try (SessionServer server =
                new SessionServer(Settings.of(onDisk, null), Clocks.ofNode(InstantSource.system()))) {
            server.start();
            RestAssured.given()
                    .contentType("application/json")
                    .body("{\"attributes\": {\"cart\": [1.10]}}")
                    .post(server.uri() + "/v1/shop/sessions")
                    .then()
                    .statusCode(201);
            String port = String.valueOf(URI.create(server.uri()).getPort());

            assertThat(run("backup", copy.toString(), "--data-dir", data.toString(), "--port", port))
                    .hasValue(Main.EXIT_OK);
        }
        assertThat(out()).singleElement().asString().contains(copy.toString(), "1 sessions", "0 tombstones");
        out.reset();

        for (Path each : List.of(data, copy)) {
            assertThat(run("verify", each.toString())).hasValue(Main.EXIT_OK);
            assertThat(out())
                    .hasSizeGreaterThan(1)
                    .last()
                    .asString()
                    .isEqualTo("1 sessions, 0 tombstones, 0 expired sessions");
            out.reset();
            assertThat(run("export", each.toString())).hasValue(Main.EXIT_OK);
            assertThat(out())
                    .singleElement()
                    .asString()
                    .startsWith("{\"handle\":")
                    .contains("\"attributes\":{\"cart\":[1.10]}");
            out.reset();
        }
    }

    @Test
    void healthWithoutAServerFails() {
        assertThat(run("health", "--port", "0")).hasValue(Main.EXIT_FAILED);
        assertThat(run("health", "--port", "x")).hasValue(Main.EXIT_FAILED);
    }
}
