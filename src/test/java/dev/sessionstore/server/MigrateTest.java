package dev.sessionstore.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.engines.TestFiles;
import dev.sessionstore.testing.engines.TestMemcached;
import dev.sessionstore.testing.engines.TestRedis;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of stores in other stores. */
class MigrateTest {
    private static final String NAMESPACES =
            "namespaces:\n  hosted: {expiry: advisory, orphan-after: 1h}\n  brief: {tombstone: 0s}\n";
    private static final String PASSWORD = "open-sesame";

    @TempDir
    Path directory;

    private final MutableClock clock = new MutableClock();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> values = new HashMap<>(Map.of("backend-timeout", "10s"));
    private String from;
    private String to;

    @BeforeEach
    void name() {
        from = newFiles();
        to = newFiles();
    }

    private static String newFiles() {
        return TestFiles.shared().newRoom().get("backend-url");
    }

    private String data(String name) {
        return "data:" + directory.resolve(name);
    }

    private Settings settings() {
        Map<String, String> all = new HashMap<>(values);
        all.put("data-dir", directory.resolve("data").toString());
        return Settings.of(all, NAMESPACES);
    }

    private void migrate() {
        migrate(from, to);
    }

    /** @return what it said in the end */
    private String migrate(String source, String target) {
        out.reset();
        List<String> faults = new ArrayList<>();
        MigrateCommand.Ends ends = MigrateCommand.Ends.of(source, target, faults);
        assertThat(faults).isEmpty();
        int exit = MigrateCommand.run(settings(), ends, Clocks.given(clock), print(out), print(err));
        assertThat(exit).as("%s", err).isEqualTo(Main.EXIT_OK);
        return out.toString(UTF_8);
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, UTF_8);
    }

    private void in(String url, Consumer<SessionStore> work) {
        try (MigrationEnd end = MigrationEnd.to(url, settings(), Clocks.given(clock))) {
            work.accept(end.asTarget());
        }
    }

    private List<Session> all(String url) {
        List<Session> all = new ArrayList<>();
        in(url, store -> {
            Page.Cursor after = null;
            do {
                Page page = store.scan().orElseThrow().scan(null, Shown.HELD, after, 7);
                all.addAll(page.sessions());
                after = page.next();
            } while (after != null);
        });
        all.sort(Comparator.comparing(Session::key));
        return all;
    }

    private static SessionKey newKey() {
        return KeyHash.plain().keyOf("shop", SessionId.generate());
    }

    private Session.Builder begin() {
        return Session.begin(newKey(), "shop", clock.millis()).idleSeconds(1800);
    }

    private static Attributes json(String object) {
        return Attributes.ofCheckedJson(object.getBytes(UTF_8));
    }

    private static void create(SessionStore store, Session session) {
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
    }

    private static Session next(Session session, String attributes) {
        return session.with()
                .version(session.version() + 1)
                .attributes(json(attributes))
                .build();
    }

    /** Of every kind, one of them expired and held. */
    private void fill(String url) {
        in(url, store -> {
            Session held = Session.begin(newKey(), "hosted", clock.millis())
                    .idleSeconds(10)
                    .build();
            create(store, held);
            clock.advance(Duration.ofSeconds(20));
            for (int i = 0; i < 20; i++) {
                create(store, begin().attributes(json("{\"i\":" + i + "}")).build());
            }
            create(
                    store,
                    begin().principal("user-42 ☃")
                            .label("Firefox on Linux")
                            .binding(new byte[] {1, -2, 3})
                            .attributes(json("{\"price\":1.10,\"text\":\"" + "x".repeat(20_000) + "\"}"))
                            .absoluteSeconds(3_155_760_000L)
                            .endsAt(clock.millis() + 3_600_000)
                            .permanent(true)
                            .version(7)
                            .lastAccessedAt(clock.millis() + 1)
                            .build());
            create(store, Session.begin(newKey(), "blog", clock.millis()).build());
            Session deleted = begin().build();
            create(store, deleted);
            store.remove(deleted, Reason.DELETED);
        });
    }

    @Test
    void aCopyOfACopyIsWhatWasThereInEveryStore() {
        Map<String, String> redis = TestRedis.shared().newRoom();
        values.put("key-prefix", redis.get("key-prefix"));
        values.put("backend-create-table", "true");
        String first = data("first");
        fill(first);
        List<Session> there = all(first);
        assertThat(there).hasSize(23);

        String source = first;
        for (String target :
                List.of(from, redis.get("backend-url"), "jdbc:h2:" + directory.resolve("h2"), data("last"))) {
            assertThat(migrate(source, target)).startsWith("migrate: 23 copied, 0 brought up to date, 0 already there");
            assertThat(all(target)).usingRecursiveComparison().isEqualTo(there);
            assertThat(migrate(source, target)).startsWith("migrate: 0 copied, 0 brought up to date, 23 already there");
            source = target;
        }
        assertThat(all(source)).usingRecursiveComparison().isEqualTo(there);
    }

    @Test
    void whatChangedAtTheSourceIsBroughtByTheNextRun() {
        Session written = begin().build();
        Session touched = begin().build();
        Session deleted = begin().build();
        Session rotated = begin().build();
        Session moved = rotated.with().key(newKey()).build();
        in(from, store -> List.of(written, touched, deleted, rotated).forEach(each -> create(store, each)));
        migrate();
        clock.advance(Duration.ofSeconds(60));
        in(from, store -> {
            store.replace(written, next(written, "{\"a\":1}"));
            store.touch(touched.key(), clock.instant());
            store.remove(deleted, Reason.REVOKED);
            store.rotate(rotated, moved, Instant.EPOCH);
            create(store, begin().build());
        });

        assertThat(migrate(from, to))
                .startsWith("migrate: 2 copied, 2 brought up to date, 0 already there")
                .contains("2 ended there");
        assertThat(all(to)).usingRecursiveComparison().isEqualTo(all(from));
        in(to, store -> {
            assertThat(((Tombstone) store.find(deleted.key())).reason()).isEqualTo(Reason.REVOKED);
            assertThat(store.find(rotated.key())).isInstanceOf(Tombstone.class);
        });
        assertThat(migrate(from, to)).startsWith("migrate: 0 copied, 0 brought up to date, 4 already there");
    }

    @Test
    void whatIsNewerGoneOrAnotherAtTheTargetStaysSo() {
        Session newer = begin().build();
        Session gone = begin().build();
        Session taken = begin().build();
        Session other = begin().key(taken.key()).build();
        in(from, store -> List.of(newer, gone, taken).forEach(each -> create(store, each)));
        in(to, store -> {
            List.of(newer, gone, other).forEach(each -> create(store, each));
            store.replace(newer, next(newer, "{\"newer\":1}"));
            store.remove(gone, Reason.DELETED);
        });
        List<Session> before = all(to);

        assertThat(migrate(from, to))
                .contains("0 copied", "1 newer there", "1 gone there", "1 kept as another session has the key");
        assertThat(all(to)).usingRecursiveComparison().isEqualTo(before);
        in(
                to,
                store -> assertThat(((Tombstone) store.find(gone.key())).reason())
                        .isEqualTo(Reason.DELETED));
    }

    @Test
    void whatRanOutWhereNobodyUsesItAnyMoreLivesOnWhereItIsUsed() {
        Session used = begin().build();
        in(from, store -> create(store, used));
        migrate();
        clock.advance(Duration.ofSeconds(1000));
        in(to, store -> store.touch(used.key(), clock.instant()));
        clock.advance(Duration.ofSeconds(900));

        assertThat(migrate(from, to)).contains(" 0 ended there");
        in(to, store -> assertThat(store.find(used.key())).isInstanceOf(Session.class));
        clock.advance(Duration.ofSeconds(600));
        migrate();
        in(to, store -> assertThat(store.find(used.key())).isInstanceOf(Session.class));
    }

    @Test
    void whatTheSourceMadeExpireEndsThoughItIsUsedAtTheTarget() {
        Session now = begin().build();
        Session soon = begin().build();
        in(from, store -> List.of(now, soon).forEach(each -> create(store, each)));
        migrate();
        in(from, store -> {
            store.remove(now, Reason.EXPIRED);
            store.replace(
                    soon,
                    next(soon, "{}").with().endsAt(clock.millis() + 60_000).build());
        });
        clock.advance(Duration.ofSeconds(61));
        in(to, store -> List.of(now, soon).forEach(each -> store.touch(each.key(), clock.instant())));

        assertThat(migrate(from, to)).contains(" 2 ended there");
        in(
                to,
                store -> List.of(now, soon)
                        .forEach(each -> assertThat(((Tombstone) store.find(each.key())).reason())
                                .isEqualTo(Reason.EXPIRED)));
    }

    private Session brief() {
        return Session.begin(newKey(), "brief", clock.millis())
                .idleSeconds(1800)
                .build();
    }

    /** A run in which this happens at the source after all was copied. */
    private void duringARun(SessionStore target, Consumer<SessionStore> work) {
        Settings settings = settings();
        Settings.Backend place = settings.backend().at(from);
        Backends.Shared source = Backends.open(
                place, settings.policies(), Clocks.given(clock), SessionObserver.NONE, BackendObserver.NONE);
        try (SessionStore store = source.store();
                Migration migration = new Migration(target, settings.policies(), line -> {})) {
            migration.copyAll(store.scan().orElseThrow());
            work.accept(store);
            migration.endWhatEnded(store, source.engine());
        }
    }

    @Test
    void whatEndedDuringARunIsEndedThoughTheSourceKeepsNoMarker() {
        for (String target : List.of(to, data("target"))) {
            Session ended = brief();
            Session rotated = brief();
            Session written = brief();
            Session ranOut = brief();
            Session live = brief();
            List<Session> all = List.of(ended, rotated, written, ranOut, live);
            in(from, store -> all.forEach(each -> create(store, each)));
            in(target, store -> {
                duringARun(store, source -> {
                    source.remove(ended, Reason.DELETED);
                    source.rotate(rotated, rotated.with().key(newKey()).build(), Instant.EPOCH);
                    source.remove(written, Reason.DELETED);
                    store.replace(written, next(written, "{\"used\":1}"));
                    clock.advance(Duration.ofSeconds(1799));
                    source.touch(live.key(), clock.instant());
                    store.touch(ranOut.key(), clock.instant());
                    store.touch(written.key(), clock.instant());
                });
                assertThat(store.find(ended.key())).isNotInstanceOf(Session.class);
                assertThat(store.find(rotated.key())).isNotInstanceOf(Session.class);
                assertThat(store.find(written.key())).isInstanceOf(Session.class);
                duringARun(store, source -> clock.advance(Duration.ofSeconds(2)));
                assertThat(store.find(ranOut.key())).isInstanceOf(Session.class);
            });
        }
    }

    @Test
    @Needs(value = "memcached", remedy = "apt-get install memcached")
    void whatEndedAtTheSourceIsEndedInMemcached() {
        Map<String, String> room = TestMemcached.shared().newRoom();
        values.put("key-prefix", room.get("key-prefix"));
        String target = room.get("backend-url");
        Session before = begin().build();
        Session during = brief();
        in(from, store -> create(store, before));
        migrate(from, target);
        in(from, store -> {
            store.remove(before, Reason.REVOKED);
            create(store, during);
        });
        in(target, store -> {
            duringARun(store, source -> source.remove(during, Reason.DELETED));
            assertThat(store.find(before.key())).isInstanceOf(Tombstone.class);
            assertThat(store.find(during.key())).isNotInstanceOf(Session.class);
        });
    }

    @Test
    void whatMovedToAnotherKeyLeavesTheOldOneInADirectoryToo() {
        List<Session> sessions =
                Stream.generate(() -> begin().build()).limit(40).collect(Collectors.toList());
        in(from, store -> sessions.forEach(each -> create(store, each)));
        String target = data("target");
        migrate(from, target);
        in(
                from,
                store -> sessions.forEach(
                        each -> store.rotate(each, each.with().key(newKey()).build(), Instant.EPOCH)));

        assertThat(migrate(from, target)).startsWith("migrate: 40 copied").contains(" 40 ended there");
        assertThat(all(target)).hasSize(40);
        in(
                target,
                store -> sessions.forEach(
                        each -> assertThat(store.find(each.key())).isInstanceOf(Tombstone.class)));
    }

    @Test
    void noFileOfTheSourceGoes() throws Exception {
        in(from, store -> {
            for (int i = 0; i < 30; i++) {
                create(store, begin().build());
            }
            Session ended = begin().build();
            create(store, ended);
            store.remove(ended, Reason.DELETED);
        });
        clock.advance(Duration.ofSeconds(600));
        List<Path> before = files(from);
        values.put("backend-threshold", "10");

        assertThat(migrate(from, data("target"))).startsWith("migrate: 30 copied");
        assertThat(files(from)).isEqualTo(before);
    }

    private static List<Path> files(String url) throws IOException {
        String directory = url.substring(0, url.indexOf('?'));
        try (Stream<Path> files = Files.walk(Path.of(URI.create(directory)))) {
            return files.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
        }
    }

    @Test
    void aSourceInUseIsCopiedAndTheLastRunBringsTheRest() throws Exception {
        List<Session> sessions = new ArrayList<>();
        in(from, store -> {
            for (int i = 0; i < 100; i++) {
                sessions.add(begin().build());
                create(store, sessions.get(i));
            }
        });
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch writing = new CountDownLatch(20);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        Future<?> written = writer.submit(() -> in(from, store -> {
            for (int i = 0; !stop.get(); i++) {
                Session held = (Session) store.find(sessions.get(i % 100).key());
                assertThat(store.replace(held, next(held, "{\"i\":" + i + "}"))).isEqualTo(Outcome.DONE);
                writing.countDown();
            }
        }));
        try {
            assertThat(writing.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(migrate(from, to)).startsWith("migrate: 100 copied");
        } finally {
            stop.set(true);
            writer.shutdown();
        }
        written.get(60, TimeUnit.SECONDS);
        migrate();
        assertThat(all(to)).usingRecursiveComparison().isEqualTo(all(from));
    }

    @Test
    void anEncryptedDirectoryIsReadAndWrittenWithItsKey() throws Exception {
        String key = "5e".repeat(32);
        values.put(
                "data-key-file",
                Files.writeString(directory.resolve("key"), key + "\n").toString());
        fill(from);
        migrate(from, data("sealed"));
        assertThat(migrate(data("sealed"), to)).startsWith("migrate: 23 copied");
        assertThat(all(to)).usingRecursiveComparison().isEqualTo(all(from));
    }

    private OptionalInt main(String... args) {
        List<String> all = new ArrayList<>(List.of("migrate"));
        all.addAll(List.of(args));
        return Main.run(all, Map.of(), print(out), print(err), (settings, repair) -> {
            throw new AssertionError("a server was started");
        });
    }

    private String refusal(String... args) {
        err.reset();
        assertThat(main(args)).hasValue(Main.EXIT_USAGE);
        return err.toString(UTF_8);
    }

    @Test
    void helpTellsThePlacesAndTheSettings() {
        assertThat(main("--help")).hasValue(Main.EXIT_OK);
        assertThat(out.toString(UTF_8)).contains("--from=<url>", "--to=<url>", "--key-prefix", "data:DIR");
    }

    @Test
    void placesThatAreNoneAreRefusedWithoutTheirPasswords() {
        assertThat(refusal()).contains("needs --from, such as", "needs --to, such as");
        assertThat(refusal("--from", "data:", "--to", "data:/x")).contains("--from: names no directory");
        assertThat(refusal("--from", "redis://a", "--to", "redis://a")).contains("--to: is the same as --from");
        assertThat(refusal("--from", "memcached://localhost", "--to", to))
                .contains("memcached cannot list what it holds");
        assertThat(refusal("--from", "rdis://:" + PASSWORD + "@localhost", "--to", "none:" + PASSWORD))
                .contains("--from: is no URL of a store", "--to: is no URL of a store")
                .doesNotContain(PASSWORD);
        assertThat(refusal("--from", directory.resolve("nothing").toUri().toString(), "--to", to))
                .contains("--from: there is no such directory");
        assertThat(refusal("--from", "file:relative", "--to", "memcached://me:" + PASSWORD + "@localhost"))
                .contains("--from: names no directory", "--to: names hosts and ports alone")
                .doesNotContain(PASSWORD, "backend-url", "Exception");
        assertThat(refusal("--from", "file:relative", "--to", "data:" + directory.resolve("made")))
                .contains("--from: names no directory");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aStoreThatCannotBeReachedIsToldWithoutItsPassword() {
        assertThat(main("--from", from, "--to", "redis://:" + PASSWORD + "@127.0.0.1:1"))
                .hasValue(Main.EXIT_FAILED);
        assertThat(main("--from", data("nothing"), "--to", to)).hasValue(Main.EXIT_FAILED);
        assertThat(err.toString(UTF_8)).contains("nothing").doesNotContain(PASSWORD);
        assertThat(err.toString(UTF_8).lines()).hasSize(2);
    }
}
