package dev.sessionstore.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.NamespacePolicy.Expiry;
import dev.sessionstore.core.NamespacePolicy.WhenExceeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    private static List<String> faults(Map<String, String> flags, Map<String, String> environment) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> Settings.load(flags, environment))
                .faults();
    }

    private static List<String> faultsOf(String name, String text) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> Settings.of(Map.of(name, text), null))
                .faults();
    }

    private static List<String> faultsOfFile(String yaml) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> Settings.of(Map.of(), yaml))
                .faults();
    }

    @Test
    void withoutAnySourceTheDefaultsAreInForce() {
        Settings settings = Settings.load(Map.of(), Map.of());

        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.isLoopback()).isTrue();
        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.access().hasKeys()).isFalse();
        assertThat(settings.tls()).isNull();
        assertThat(settings.policies().of("shop")).isEqualTo(NamespacePolicy.DEFAULT);
        assertThat(settings.limits().maxBodyBytes()).isEqualTo(1 << 20);
        assertThat(settings.limits().maxSessionBytes()).isEqualTo(1 << 18);
        assertThat(settings.limits().maxSessions()).isEqualTo(Long.MAX_VALUE);
        assertThat(settings.limits().maxMemoryBytes())
                .isBetween(
                        Runtime.getRuntime().maxMemory() / 100 * 59,
                        Runtime.getRuntime().maxMemory() / 100 * 61);
        assertThat(settings.traffic().maxRequests()).isEqualTo(200);
        assertThat(settings.operation().drainDelay()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.inForce())
                .hasSize(Catalogue.ALL.size())
                .allMatch(line -> line.source().equals("default"));
    }

    @Test
    void flagBeatsEnvironmentBeatsFileBeatsDefault() throws IOException {
        Path file = Files.writeString(
                directory.resolve("config.yaml"), "port: 1\nmax-requests: 11\nmax-queued-requests: 111\n");
        Map<String, String> environment = Map.of(
                "SESSION_STORE_CONFIG", file.toString(),
                "SESSION_STORE_PORT", "2",
                "SESSION_STORE_MAX_REQUESTS", "22");

        Settings settings = Settings.load(Map.of("port", "3"), environment);

        assertThat(settings.port()).isEqualTo(3);
        assertThat(settings.traffic().maxRequests()).isEqualTo(22);
        assertThat(settings.traffic().maxQueuedRequests()).isEqualTo(111);
        assertThat(settings.inForce())
                .contains(
                        new Settings.InForce("port", "3", "--port"),
                        new Settings.InForce("max-requests", "22", "SESSION_STORE_MAX_REQUESTS"),
                        new Settings.InForce("max-queued-requests", "111", file.toString()));
    }

    @Test
    void anEmptyVariableCountsAsNotSet() {
        assertThat(Settings.load(Map.of(), Map.of("SESSION_STORE_PORT", "")).port())
                .isEqualTo(8080);
    }

    @Test
    void allFaultsOfAllSourcesAreListedTogether() throws IOException {
        Path file = Files.writeString(directory.resolve("my.yaml"), "namespaces: {shop: {tombstone: soon}}\nprt: 1\n");

        assertThat(faults(
                        Map.of("config", file.toString(), "port", "70000", "hots", "x"),
                        Map.of("SESSION_STORE_IDLE_TIMEOUT", "30mins")))
                .containsExactlyInAnyOrder(
                        "--hots: is no setting; did you mean --host?",
                        "--port: \"70000\" is not a whole number from 0 to 65535",
                        "SESSION_STORE_IDLE_TIMEOUT: \"30mins\" is not a duration; try 30m",
                        file + ": prt: is no setting; did you mean port?",
                        file + ": namespaces.shop.tombstone: \"soon\" is not a duration; try 5m");
    }

    @Test
    void kubernetesVariablesOfAServiceNamedSessionStoreArePassedOver() {
        Map<String, String> environment = Map.of(
                "SESSION_STORE_PORT", "tcp://10.0.0.1:8080",
                "SESSION_STORE_SERVICE_HOST", "10.0.0.1",
                "SESSION_STORE_SERVICE_PORT", "8080",
                "SESSION_STORE_SERVICE_PORT_HTTP", "8080",
                "SESSION_STORE_PORT_8080_TCP", "tcp://10.0.0.1:8080",
                "SESSION_STORE_PORT_8080_TCP_PROTO", "tcp",
                "SESSION_STORE_PORT_8080_TCP_ADDR", "10.0.0.1");

        Settings settings = Settings.load(Map.of(), environment);

        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void anyOtherUnknownVariableIsAWarningThatNamesTheNearest() {
        Settings settings =
                Settings.load(Map.of(), Map.of("SESSION_STORE_IDLE_TIMOUT", "1m", "SESSION_STORES", "x", "PATH", "/"));

        assertThat(settings.warnings())
                .containsExactly("SESSION_STORE_IDLE_TIMOUT: is no setting and is ignored;"
                        + " did you mean SESSION_STORE_IDLE_TIMEOUT?");
    }

    @Test
    void aNamespaceOverridesWhatItNamesAndTakesTheRestFromAll() {
        Settings settings = Settings.of(Map.of("absolute-timeout", "never"), """
                idle-timeout: 10m
                orphan-after: 1h
                namespaces:
                  shop: {idle-timeout: 1h30m, max-sessions-per-principal: 10, when-exceeded: reject, tombstone: 0s, expiry: advisory}
                  blog: {permanent-lifetime: never}
                """);

        assertThat(settings.policies().of("shop"))
                .isEqualTo(new NamespacePolicy(
                        Duration.ofMinutes(90),
                        null,
                        Duration.ofDays(31),
                        Duration.ZERO,
                        10,
                        WhenExceeded.REJECT,
                        Expiry.ADVISORY,
                        Duration.ofHours(1)));
        assertThat(settings.policies().of("blog"))
                .isEqualTo(new NamespacePolicy(
                        Duration.ofMinutes(10),
                        null,
                        null,
                        Duration.ofMinutes(5),
                        0,
                        WhenExceeded.REVOKE_OLDEST,
                        Expiry.ENFORCED,
                        Duration.ofHours(1)));
        assertThat(settings.inForce())
                .contains(new Settings.InForce("namespaces.shop.idle-timeout", "1h30m", "config.yaml"));
    }

    @Test
    void aFileWithWhatItMayNotHoldIsRefused() {
        assertThat(faultsOfFile("""
                        config: other.yaml
                        host: [a, b]
                        port:
                        max-requests: 1
                        max-requests: 2
                        namespaces:
                          admin: {tombstone: 1s}
                          Shop: {tombstone: 1s}
                          blog: {port: 1, tombstne: 1s}
                          wiki: 5
                        """))
                .containsExactlyInAnyOrder(
                        "config.yaml: max-requests: stands there more than once",
                        "config.yaml: config: is no setting",
                        "config.yaml: host: must have a single value",
                        "config.yaml: port: must have a single value",
                        "config.yaml: namespaces.admin: " + Namespaces.RULE,
                        "config.yaml: namespaces.Shop: " + Namespaces.RULE,
                        "config.yaml: namespaces.blog.port: cannot be set for one namespace",
                        "config.yaml: namespaces.blog.tombstne: is no setting of a namespace; did you mean tombstone?",
                        "config.yaml: namespaces.wiki: must be a mapping of names to values");
    }

    @Test
    void expiryIsOneOfTwoAndOrphansAreHeldForASecondAtLeast() {
        assertThat(faultsOfFile("""
                        expiry: none
                        orphan-after: 0s
                        namespaces:
                          shop: {expiry: ADVISORY, orphan-after: 999ms}
                          blog: {orphan-after: never}
                        """))
                .containsExactlyInAnyOrder(
                        "config.yaml: expiry: \"none\" is not one of enforced, advisory",
                        "config.yaml: orphan-after: \"0s\" is not between 1s and 3155760000s",
                        "config.yaml: namespaces.shop.expiry: \"ADVISORY\" is not one of enforced, advisory",
                        "config.yaml: namespaces.shop.orphan-after: \"999ms\" is not between 1s and 3155760000s",
                        "config.yaml: namespaces.blog.orphan-after: \"never\" is not a duration; try 24h");
        assertThat(Settings.of(Map.of("expiry", "advisory", "orphan-after", "1s"), null)
                        .policies()
                        .of("any")
                        .orphanAfter())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aFileThatIsNoYamlIsRefusedWithItsPlaceButNotQuoted() {
        assertThat(faultsOfFile("port: 1\napi-key: \"" + KEY + "\n"))
                .singleElement()
                .asString()
                .startsWith("config.yaml: line ")
                .contains("this is not YAML")
                .doesNotContain(KEY);
        assertThat(faultsOfFile("api-key: *" + KEY).toString()).doesNotContain(KEY);
        assertThat(faultsOfFile("- port")).containsExactly("config.yaml: must be a mapping of names to values");
    }

    @Test
    void anEmptyFileSetsNothingAndAnObjectInItIsNeverMade() {
        assertThat(Settings.of(Map.of(), "# nothing\n").port()).isEqualTo(8080);
        assertThat(faultsOfFile("port: !!javax.script.ScriptEngineManager [x]"))
                .containsExactly("config.yaml: port: must have a single value");
    }

    @Test
    void durationsMayHaveSeveralUnits() throws NotAValueException {
        assertThat(DurationText.parse("250ms", "1s")).isEqualTo(Duration.ofMillis(250));
        assertThat(DurationText.parse("1h30m", "1s")).isEqualTo(Duration.ofMinutes(90));
        assertThat(DurationText.parse("31d", "1s")).isEqualTo(Duration.ofDays(31));
        assertThat(DurationText.parse("0s", "1s")).isZero();
    }

    @Test
    void aFaultyDurationIsAnsweredWithTheOneThatWasMeant() {
        assertThat(faultsOf("idle-timeout", "90")).containsExactly("--idle-timeout: \"90\" is not a duration; try 90s");
        assertThat(faultsOf("idle-timeout", "2 Hours"))
                .containsExactly("--idle-timeout: \"2 Hours\" is not a duration; try 2h");
        assertThat(faultsOf("idle-timeout", "PT5M"))
                .containsExactly("--idle-timeout: \"PT5M\" is not a duration; try 30m");
        assertThat(faultsOf("drain-delay", "999999999999999d").get(0)).contains("too long");
        assertThat(faultsOf("drain-delay", "")).containsExactly("--drain-delay: \"\" is not a duration; try 3s");
    }

    @Test
    void timeoutsAreWholeSecondsWithinTheContractsBounds() {
        assertThat(Settings.of(Map.of("idle-timeout", "3155760000s"), null)
                        .policies()
                        .of("x")
                        .idleTimeout())
                .isEqualTo(Duration.ofSeconds(3_155_760_000L));
        assertThat(faultsOf("idle-timeout", "3155760001s").get(0)).contains("not between 1s and 3155760000s");
        assertThat(faultsOf("idle-timeout", "0s").get(0)).contains("for no timeout say never");
        assertThat(faultsOf("idle-timeout", "1500ms").get(0)).contains("not a whole number of seconds");
    }

    @Test
    void sizesAreReadAndFaultyOnesCorrected() {
        Settings settings = Settings.of(
                Map.of("max-body-bytes", "2MiB", "max-session-bytes", "512", "max-memory-bytes", "1GiB"), null);

        assertThat(settings.limits().maxBodyBytes()).isEqualTo(2 << 20);
        assertThat(settings.limits().maxSessionBytes()).isEqualTo(512);
        assertThat(settings.limits().maxMemoryBytes()).isEqualTo(1L << 30);
        assertThat(faultsOf("max-body-bytes", "64MB"))
                .containsExactly("--max-body-bytes: \"64MB\" is not a size; try 64MiB");
        assertThat(faultsOf("max-body-bytes", "2GiB").get(0)).contains("not between 1B and 1GiB");
        assertThat(faultsOf("max-memory-bytes", "101%").get(0)).contains("not between 1% and 100%");
        assertThat(faultsOf("max-body-bytes", "60%").get(0)).contains("is not a size; try 1MiB");
    }

    @Test
    void secretsAreNeverEchoed() {
        String shortKey = "short-but-secret";
        assertThat(faultsOf("api-key", shortKey))
                .singleElement()
                .asString()
                .startsWith("--api-key: has 16 characters; at least 32 are needed")
                .doesNotContain(shortKey);
        assertThat(faultsOf("id-key", KEY + " ").toString()).doesNotContain(KEY);

        Settings settings = Settings.of(Map.of("api-key", KEY, "id-key", KEY), null);
        assertThat(settings.toString()).doesNotContain(KEY);
        assertThat(settings.inForce()).contains(new Settings.InForce("api-key", "****", "--api-key"));
        assertThat(settings.access().apiKey()).isEqualTo(new Secret(KEY));
    }

    @Test
    void anAddressThatOthersCanReachNeedsAKeyOrConsent() {
        assertThat(faultsOf("host", "0.0.0.0"))
                .singleElement()
                .asString()
                .startsWith("--host: 0.0.0.0 can be reached from other machines")
                .contains("SESSION_STORE_API_KEY", "--allow-anonymous");
        assertThat(Settings.of(Map.of("host", "0.0.0.0", "api-key", KEY), null).isLoopback())
                .isFalse();
        assertThat(Settings.of(Map.of("host", "::", "allow-anonymous", "true"), null)
                        .host())
                .isEqualTo("::");
    }

    @Test
    void whatIsLoopbackIsDecidedWithoutAskingForNames() {
        assertThat(Settings.of(Map.of("host", "[::1]"), null).isLoopback()).isTrue();
        assertThat(Settings.of(Map.of("host", "127.8.9.10"), null).isLoopback()).isTrue();
        assertThat(faultsOf("host", "127.0.0.1.example.org").get(0)).contains("can be reached");
        assertThat(faultsOf("host", "127.0.0.256").get(0)).contains("is not an address");
        assertThat(faultsOf("host", "localhost:80").get(0)).contains("is not an address");
    }

    @Test
    void certificateAndKeyGoTogether() throws IOException {
        String pem = Files.writeString(directory.resolve("x.pem"), "x").toString();

        assertThat(faultsOf("tls-cert", pem)).containsExactly("--tls-cert: needs tls-key, the certificate's key, too");
        assertThat(faultsOf("tls-key", pem)).containsExactly("--tls-key: needs tls-cert, the key's certificate, too");
        assertThat(faultsOf("tls-client-ca", pem)).containsExactly("--tls-client-ca: needs tls-cert and tls-key, too");
        assertThat(faultsOf("tls-cert", pem + "x").get(0)).endsWith("is not a file that can be read");
        assertThat(Settings.of(Map.of("tls-cert", pem, "tls-key", pem), null).tls())
                .isEqualTo(new Settings.Tls(Path.of(pem), Path.of(pem), null));
    }

    @Test
    void attributesMustFitIntoABody() {
        assertThat(faultsOf("max-session-bytes", "2MiB"))
                .containsExactly("--max-session-bytes: max-session-bytes (2097152) must not be larger than"
                        + " max-body-bytes (1048576), for attributes come in a body");
        assertThat(faultsOf("max-body-bytes", "1KiB").get(0)).startsWith("--max-body-bytes: max-session-bytes");
    }

    @Test
    void withADataDirectorySessionsAreWrittenDown() throws IOException {
        String data = directory.resolve("data").toString();
        String key = Files.writeString(directory.resolve("key"), "00").toString();

        assertThat(Settings.of(Map.of(), null).disk()).isNull();
        assertThat(Settings.of(Map.of("data-dir", data), null).disk())
                .isEqualTo(new Settings.Disk(Path.of(data), Settings.Fsync.EVERYSEC, Duration.ofMinutes(5), null));
        assertThat(Settings.of(
                                Map.of(
                                        "data-dir",
                                        directory.toString(),
                                        "fsync",
                                        "always",
                                        "snapshot-interval",
                                        "1s",
                                        "data-key-file",
                                        key),
                                null)
                        .disk())
                .isEqualTo(new Settings.Disk(directory, Settings.Fsync.ALWAYS, Duration.ofSeconds(1), Path.of(key)));
        assertThat(faultsOf("data-dir", key)).containsExactly("--data-dir: \"" + key + "\" is not a directory");
        assertThat(faultsOf("fsync", "sometimes"))
                .containsExactly("--fsync: \"sometimes\" is not one of always, everysec, never");
        assertThat(faultsOf("snapshot-interval", "999ms").get(0)).startsWith("--snapshot-interval: \"999ms\" is not");
    }

    @Test
    void whatIsSaidOfTheDiskWithoutADataDirectoryIsWarnedOf() {
        assertThat(Settings.of(Map.of("fsync", "always", "snapshot-interval", "1m"), null)
                        .warnings())
                .containsExactly(
                        "--fsync: has no effect without data-dir: sessions live in memory alone",
                        "--snapshot-interval: has no effect without data-dir: sessions live in memory alone");
    }

    @Test
    void aKeyForNothingIsRefusedForSomebodyWouldBelieveInIt() throws IOException {
        String key = Files.writeString(directory.resolve("key"), "00").toString();

        assertThat(faultsOf("data-key-file", key))
                .containsExactly("--data-key-file: needs data-dir, the directory to encrypt, too");
    }

    @Test
    void plainFilesAreWarnedOfOnce() throws IOException {
        String key = Files.writeString(directory.resolve("key"), "00").toString();

        assertThat(Settings.load(Map.of(), Map.of("SESSION_STORE_DATA_DIR", directory.toString()))
                        .warnings())
                .singleElement()
                .asString()
                .startsWith("SESSION_STORE_DATA_DIR: sessions lie in " + directory)
                .contains("SESSION_STORE_DATA_KEY_FILE");
        assertThat(Settings.of(Map.of("data-dir", directory.toString(), "data-key-file", key), null)
                        .warnings())
                .isEmpty();
    }

    @Test
    void onDiskAttributesHaveALargestSize() {
        Map<String, String> large = new HashMap<>(Map.of("max-body-bytes", "64MiB", "max-session-bytes", "17MiB"));

        assertThat(Settings.of(large, null).limits().maxSessionBytes()).isEqualTo(17 << 20);
        large.put("data-dir", directory.toString());
        assertThat(catchThrowableOfType(InvalidSettingsException.class, () -> Settings.of(large, null))
                        .faults())
                .containsExactly("--max-session-bytes: max-session-bytes (17825792) must not be larger than 16777216"
                        + " (16MiB) with data-dir");
        large.put("max-session-bytes", "16MiB");
        assertThat(Settings.of(large, null).disk()).isNotNull();
    }

    @Test
    void everySettingHasThreeNamesAndADefaultThatIsValid() {
        Map<String, String> defaults = new HashMap<>();
        for (Setting<?> setting : Catalogue.ALL) {
            assertThat(setting.name()).matches("[a-z]+(-[a-z]+)*");
            assertThat(setting.variable()).startsWith("SESSION_STORE_").doesNotContain("-");
            assertThat(setting.explanation()).endsWith(".");
            defaults.put(setting.variable(), setting.fallback());
        }

        assertThat(Settings.load(Map.of(), defaults).policies().of("x")).isEqualTo(NamespacePolicy.DEFAULT);
        assertThat(Catalogue.markdownTable())
                .contains("| `--idle-timeout` | `SESSION_STORE_IDLE_TIMEOUT` | `30m` | How long")
                .hasLineCount(2 + Catalogue.ALL.size());
    }
}
