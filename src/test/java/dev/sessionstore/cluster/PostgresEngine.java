package dev.sessionstore.cluster;

import dev.sessionstore.testing.Signals;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** PostgreSQL: a postmaster and its backends. A commit is on its disk before it is acknowledged. */
final class PostgresEngine implements FailingEngine {
    private final int port;
    private final Path directory;
    private EmbeddedPostgres postgres;

    /** Not started. */
    PostgresEngine() throws IOException {
        port = FailingEngine.freePort();
        directory = Files.createTempDirectory(Path.of("target"), "postgres-").toAbsolutePath();
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "SESSION_STORE_BACKEND", "jdbc",
                "SESSION_STORE_BACKEND_URL", "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres",
                "SESSION_STORE_BACKEND_CREATE_TABLE", "true");
    }

    @Override
    public void start() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    int port() {
        return port;
    }

    /** The postmaster first, which would start others in the place of those that end. */
    private List<ProcessHandle> processes() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(directory.resolve("postmaster.pid")).get(0));
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    }

    @Override
    public void freeze() throws IOException, InterruptedException {
        for (ProcessHandle each : processes()) {
            Signals.stop(each.pid());
        }
    }

    @Override
    public void thaw() throws IOException, InterruptedException {
        for (ProcessHandle each : processes()) {
            Signals.resume(each.pid());
        }
    }

    @Override
    public void kill() throws IOException {
        List<ProcessHandle> processes = processes();
        processes.forEach(ProcessHandle::destroyForcibly);
        processes.forEach(each -> each.onExit().join());
        // Lets go of the directory.
        postgres.close();
    }

    @Override
    public boolean survivesKills() {
        return true;
    }

    @Override
    public void close() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }
}
