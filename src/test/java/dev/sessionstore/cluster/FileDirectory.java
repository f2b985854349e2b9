package dev.sessionstore.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** A directory of files that comes and goes, as a mount does: a link, which for a while leads nowhere. */
final class FileDirectory implements FailingEngine {
    private final Path link;
    private final Path directory;

    FileDirectory() throws IOException {
        Path parent = Files.createTempDirectory(Path.of("target"), "files-").toAbsolutePath();
        link = parent.resolve("sessions");
        directory = parent.resolve("mounted");
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("SESSION_STORE_BACKEND", "file", "SESSION_STORE_BACKEND_URL", "file:" + link);
    }

    @Override
    public void start() throws IOException {
        Files.createDirectories(directory);
        leadTo(directory);
    }

    /** In one step: where nothing stands a service might make a directory. */
    private void leadTo(Path where) throws IOException {
        Path next = link.resolveSibling("next");
        Files.createSymbolicLink(next, where);
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void freeze() throws IOException {
        leadTo(directory.resolveSibling("nowhere"));
    }

    @Override
    public void thaw() throws IOException {
        leadTo(directory);
    }

    @Override
    public void kill() throws IOException {
        freeze();
    }

    @Override
    public boolean survivesKills() {
        return true;
    }

    @Override
    public void close() {}
}
