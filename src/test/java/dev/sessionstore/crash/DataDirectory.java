package dev.sessionstore.crash;

import dev.sessionstore.testing.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A server's directory, and the settings a server is started on it with. */
final class DataDirectory {
    private final Path directory;
    private final Map<String, String> settings = new TreeMap<>();

    private DataDirectory(Path directory) {
        this.directory = directory;
        settings.put("SESSION_STORE_DATA_DIR", directory.toString());
        settings.put("SESSION_STORE_FSYNC", "everysec");
        // Nothing ends by itself, and a tombstone is as good a proof as a session.
        settings.put("SESSION_STORE_IDLE_TIMEOUT", "24h");
        settings.put("SESSION_STORE_ABSOLUTE_TIMEOUT", "48h");
        settings.put("SESSION_STORE_TOMBSTONE", "24h");
    }

    static DataDirectory of(Path directory) {
        return new DataDirectory(directory);
    }

    /** A directory under {@code target/}, which the server has to make. */
    static DataDirectory fresh(String name) throws IOException {
        Path directory = scratch(name).resolve("data");
        return new DataDirectory(directory);
    }

    /** An empty folder under {@code target/crash}. */
    static Path scratch(String name) throws IOException {
        Path folder = Path.of("target", "crash", name).toAbsolutePath();
        if (Files.exists(folder)) {
            try (Stream<Path> old = Files.walk(folder)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        return Files.createDirectories(folder);
    }

    Path path() {
        return directory;
    }

    DataDirectory with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    ServerProcess start() throws IOException, InterruptedException {
        return ServerProcess.start(settings);
    }

    /** From the next start on a new key writes, and those before it still read. */
    void addKey(Random random) throws IOException {
        Path file = directory.resolveSibling("keys");
        List<String> keys = new ArrayList<>();
        byte[] key = new byte[32];
        random.nextBytes(key);
        keys.add(HexFormat.of().formatHex(key));
        if (Files.exists(file)) {
            keys.addAll(Files.readAllLines(file));
        } else {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(file, keys);
        settings.put("SESSION_STORE_DATA_KEY_FILE", file.toString());
    }

    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = new ArrayList<>(files.toList());
            Collections.sort(all);
            return all;
        }
    }

    /** Whether a snapshot is, or was when the process died, being written. */
    boolean hasUnfinishedSnapshot() throws IOException {
        return files().stream().anyMatch(file -> file.toString().endsWith(".tmp"));
    }

    /** Whether any file holds this text as it is. */
    boolean shows(String text) throws IOException {
        for (Path file : files()) {
            if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                return true;
            }
        }
        return false;
    }
}
