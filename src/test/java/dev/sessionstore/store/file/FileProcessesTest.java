package dev.sessionstore.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.store.Put;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several processes on one directory, one of which is killed. */
class FileProcessesTest extends FileFixture {
    private static final int ROUNDS = 150;
    private static final int BEFORE_THE_KILL = 40;
    private static final int NEVER_DONE = Integer.MAX_VALUE;

    private final List<Writer> writers = new ArrayList<>();

    /** Another JVM, and what it said. */
    private final class Writer {
        private final Process process;
        private final BufferedReader output;
        private final Map<String, Integer> said = new HashMap<>();

        Writer(String umask, String... args) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    "sh",
                    "-c",
                    "umask " + umask + "; exec \"$@\"",
                    "sh",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    FileWriter.class.getName(),
                    directory.toString()));
            command.addAll(List.of(args));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            output = process.inputReader(StandardCharsets.UTF_8);
            writers.add(this);
        }

        void awaitReady() throws IOException {
            assertThat(output.readLine()).isEqualTo("ready");
        }

        void go() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        /** @param lines how many it is listened to at most */
        void listen(int lines) throws IOException {
            for (int i = 0; i < lines; i++) {
                String line = output.readLine();
                if (line == null) {
                    return;
                }
                said.merge(line, 1, Integer::sum);
            }
        }
    }

    @AfterEach
    void kill() throws Exception {
        for (Writer each : writers) {
            each.process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void noUpdateIsLostAndNothingIsTornOrLockedWhenOneIsKilled() throws Exception {
        List<SessionKey> shared = List.of(newKey(), newKey());
        try (EngineStore store = FileWriter.store(directory, 0640, observer)) {
            shared.forEach(key -> store.create(FileWriter.begin(key)));
            List<String> handles = shared.stream().map(SessionKey::handle).toList();
            Writer killed = new Writer("000", "0640", "" + NEVER_DONE, handles.get(0), handles.get(1));
            String[] args = {"0640", "" + ROUNDS, handles.get(0), handles.get(1)};
            List<Writer> all = List.of(killed, new Writer("077", args), new Writer("027", args));
            for (Writer each : all) {
                each.awaitReady();
            }
            for (Writer each : all) {
                each.go();
            }
            killed.listen(BEFORE_THE_KILL);
            killed.process.toHandle().destroyForcibly();
            for (Writer each : all) {
                each.listen(Integer.MAX_VALUE);
            }
            assertThat(all.get(1).said).containsEntry("rotated", ROUNDS);
            assertThat(all.get(2).said).containsEntry("rotated", ROUNDS);

            long unacknowledged = 0;
            for (SessionKey key : shared) {
                Session held = (Session) store.find(key);
                long counted = all.stream()
                        .mapToLong(each -> each.said.getOrDefault("counted " + key.handle(), 0))
                        .sum();
                long more = held.version() - 1 - counted;
                assertThat(more).isBetween(0L, 1L);
                unacknowledged += more;
                assertThat(held.attributes()).isEqualTo(FileWriter.count(held.version() - 1));
            }
            assertThat(unacknowledged)
                    .as("what the killed one had not been told yet")
                    .isLessThanOrEqualTo(1);
            assertWhole(store, shared.size() + all.size());
        }
        assertModes();
    }

    /** Nothing unreadable, each session under one key, all of them free to be written. */
    private void assertWhole(EngineStore store, int sessions) {
        List<Session> scanned = new ArrayList<>();
        Page.Cursor after = null;
        do {
            Page page = store.scan().orElseThrow().scan("shop", Shown.LIVE, after, 1000);
            scanned.addAll(page.sessions());
            after = page.next();
        } while (after != null);
        List<Session> live = scanned.stream().distinct().toList();
        assertThat(unreadable).hasValue(0);
        assertThat(live.stream().map(Session::incarnation).distinct()).hasSize(sessions);
        List<Session> owned = store.principalIndex()
                .orElseThrow()
                .sessionsOf("shop", "user-42", Shown.LIVE, null, 1000)
                .sessions();
        assertThat(owned.stream().map(Session::key))
                .hasSize(sessions)
                .allMatch(key -> store.find(key) instanceof Session);
        for (Session each : owned) {
            assertThat(store.replace(
                            each, each.with().version(each.version() + 1).build()))
                    .isEqualTo(Outcome.DONE);
        }
    }

    private void assertModes() {
        for (Path each : files()) {
            assertThat(modeOf(each)).as("%s", each).isEqualTo(Files.isDirectory(each) ? "rwxr-x---" : "rw-r-----");
        }
    }

    @Test
    void aProcessThatStopsWithALockFailsOthersInTimeAndItsDeathFreesThem() throws Exception {
        FileEngine patient = open(new FileOptions(directory, 0, 0600, Duration.ofSeconds(10), false));
        FileEngine engine = open(new FileOptions(directory, 0, 0600, Duration.ofMillis(400), false));
        Cell cell = put(patient, null);
        Writer holder = new Writer("077", "0600", "hold", cell.key().handle());
        holder.awaitReady();
        long began = System.nanoTime();
        assertThatThrownBy(() -> engine.put(cell.stamp(), next(cell, null)))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("400 ms");
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(400));
        assertThat(patient.find(cell.key())).isNotNull();
        holder.process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        assertThat(patient.put(cell.stamp(), next(cell, null))).isEqualTo(Put.DONE);
    }
}
