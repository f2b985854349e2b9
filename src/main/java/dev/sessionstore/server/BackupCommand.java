package dev.sessionstore.server;

import dev.sessionstore.settings.InvalidSettingsException;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.store.memory.disk.DataAtRest;
import dev.sessionstore.wire.SnapshotDocument;
import dev.sessionstore.wire.Times;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code backup DIR} asks the service on this machine for a snapshot, and copies that with the journal after it: a copy of
 * the directory by other means may catch it between two files.
 */
final class BackupCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long MILLIS_BETWEEN_LOOKS = 100;
    private static final String SNAPSHOT = "/v1/admin/snapshot";

    private final LocalServer server;
    private final Settings.Disk disk;
    private final Path to;

    private BackupCommand(Settings settings, String to) {
        if (settings.disk() == null) {
            throw fault("needs data-dir, the directory of the running service; set SESSION_STORE_DATA_DIR");
        }
        if (settings.access().hasKeys() && settings.access().apiKey() == null) {
            throw fault("needs a key with the role admin on all namespaces, and the keys file has no more than hashes;"
                    + " set SESSION_STORE_API_KEY to one of those keys");
        }
        disk = settings.disk();
        server = LocalServer.withKey(settings, PATIENCE);
        try {
            this.to = Path.of(to);
        } catch (InvalidPathException e) {
            throw fault("no directory can have that name");
        }
    }

    private static InvalidSettingsException fault(String what) {
        return new InvalidSettingsException(List.of("backup: " + what));
    }

    /**
     * @param to a directory that is empty or can be made
     * @throws InvalidSettingsException if the settings do not tell whom to ask, with what key, or what to copy
     * @throws dev.sessionstore.store.memory.disk.DirectoryException if a directory cannot be used
     * @return the exit code
     */
    static int run(Settings settings, String to, PrintStream out, PrintStream err) {
        BackupCommand backup = new BackupCommand(settings, to);
        try {
            out.println("backup: " + backup.take());
            return Main.EXIT_OK;
        } catch (IOException e) {
            err.println("backup: " + LocalServer.problem(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Main.EXIT_FAILED;
    }

    private String take() throws IOException, InterruptedException {
        // Before the service has the work; the copy looks again.
        refuseIfInUse();
        SnapshotDocument snapshot = call("POST", 202);
        while (snapshot.running()) {
            Thread.sleep(MILLIS_BETWEEN_LOOKS);
            snapshot = call("GET", 200);
        }
        SnapshotDocument.Failure failure = snapshot.failure();
        SnapshotDocument.Taken last = snapshot.last();
        if (failure != null) {
            throw new IOException("the service could not take a snapshot: " + failure.detail());
        }
        if (last == null) {
            throw new IOException("the service says that it has taken no snapshot");
        }
        long bytes = DataAtRest.copy(disk.directory(), to);
        return bytes + " bytes are in " + to + ": the snapshot of " + Times.format(last.takenAt()) + " ("
                + last.sessions() + " sessions, " + last.tombstones() + " tombstones) and the journal after it";
    }

    private void refuseIfInUse() throws IOException {
        if (Files.notExists(to)) {
            return;
        }
        if (!Files.isDirectory(to)) {
            throw new IOException(to + " is not a directory");
        }
        try (Stream<Path> entries = Files.list(to)) {
            if (entries.findAny().isPresent()) {
                throw new IOException(to + " is not empty; name a directory that is, or that can be made");
            }
        }
    }

    private SnapshotDocument call(String verb, int expected) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer;
        try {
            answer = server.send(verb, SNAPSHOT);
        } catch (IOException e) {
            throw new IOException(
                    server.asksForCertificate(e)
                            ? server.uri("") + " asks for a client certificate, and backup has none to show"
                            : server.uri("") + " does not answer (is the service running, with these settings?): "
                                    + LocalServer.problem(e),
                    e);
        }
        if (answer.statusCode() != expected) {
            throw new IOException(
                    server.uri("") + " answers " + answer.statusCode() + ": " + meaning(answer.statusCode()));
        }
        try {
            return SnapshotDocument.parse(answer.body());
        } catch (IllegalArgumentException e) {
            throw new IOException(server.uri("") + " answers what no session-store would", e);
        }
    }

    private static String meaning(int status) {
        return switch (status) {
            case 401 -> "it does not know the key; SESSION_STORE_API_KEY must be one of its keys";
            case 403 -> "the key needs the role admin on all namespaces";
            case 501 -> "it keeps nothing on disk; start it with SESSION_STORE_DATA_DIR";
            case 503 -> "it is loading, overloaded or about to stop; try again";
            default -> "that is no answer to a wish for a snapshot";
        };
    }
}
