package dev.sessionstore.testing.engines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Directories that go when this JVM does. */
public final class TestFiles implements TestEngine {
    private static final TestFiles SHARED = new TestFiles();

    private final Path directory;

    private TestFiles() {
        try {
            directory = Files.createTempDirectory("sessions");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
    }

    /** The one of this JVM. */
    public static TestFiles shared() {
        return SHARED;
    }

    /** A directory that is empty. */
    public Path newDirectory() {
        try {
            return Files.createTempDirectory(directory, "room");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not forced to the disk: that is a test of its own, and slow. */
    @Override
    public Map<String, String> newRoom() {
        return Map.of("backend", "file", "backend-url", newDirectory().toUri() + "?fsync=never");
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
