package dev.sessionstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** An archive of classes that {@code train} makes as README says: a start takes them from it, and does without. */
class ArchiveIT {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final boolean CACHE = Runtime.version().feature() >= 25;
    private static final String MAKE = CACHE ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=";
    private static final String USE = CACHE ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";
    private static final String ERRORS_ALONE = CACHE ? "-Xlog:aot=error" : "-Xlog:cds=error";

    @TempDir
    static Path folder;

    private static Path jar;
    private static Path archive;
    private static Path temporary;

    @BeforeAll
    static void train() throws Exception {
        // A copy: an archive is for one jar, by its path, size or time.
        jar = Files.copy(Path.of("target", "session-store-server.jar"), folder.resolve("server.jar"));
        archive = folder.resolve("server.archive");
        temporary = Files.createDirectory(folder.resolve("temporary"));
        Process process =
                run(MAKE + archive, ERRORS_ALONE, "-Djava.io.tmpdir=" + temporary, "-jar", jar.toString(), "train");
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
    }

    private static Process run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Nothing of the environment the tests run in.
        builder.environment().keySet().removeIf(name -> name.startsWith("SESSION_STORE_"));
        return builder.start();
    }

    /** How many classes a start took from an archive, and from the jar, until the service listened. */
    private record Loaded(long fromArchive, long fromJar) {}

    private static Loaded start(Path jar, Path archive) throws IOException {
        Process process = run(USE + archive, "-Xlog:class+load", "-jar", jar.toString(), "--port", "0");
        try (BufferedReader output = process.inputReader()) {
            List<String> lines = new ArrayList<>();
            String line = output.readLine();
            while (line != null && !line.contains("session-store listens on ")) {
                lines.add(line);
                line = output.readLine();
            }
            assertThat(line).as("the line that says where it listens").isNotNull();
            return new Loaded(count(lines, " source: shared objects file"), count(lines, " source: file:"));
        } finally {
            process.destroyForcibly();
        }
    }

    private static long count(List<String> lines, String source) {
        return lines.stream()
                .filter(line -> line.contains(" dev.sessionstore.") && line.contains(source))
                .count();
    }

    @Test
    void trainingLeavesTheArchiveAndNothingElse() {
        assertThat(archive).isNotEmptyFile();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void aStartTakesItsClassesFromTheArchive() throws IOException {
        Loaded loaded = start(jar, archive);

        assertThat(loaded.fromArchive).isGreaterThan(100);
        // The little that only a start without keys or disk needs.
        assertThat(loaded.fromJar).isLessThan(10);
    }

    @Test
    void aStartDoesWithoutAnArchiveThatIsMissing() throws IOException {
        assertThat(start(jar, folder.resolve("nowhere")).fromJar).isGreaterThan(100);
    }

    /** JDK 25 notices from 25.0.4 on (JDK-8377932): README warns of those before, and there is nothing to test on them. */
    @TestFactory
    Stream<DynamicTest> aStartDoesWithoutAnArchiveOfAnotherJar(@TempDir Path other) {
        boolean notices = !CACHE || Runtime.version().compareToIgnoreOptional(Runtime.Version.parse("25.0.4")) >= 0;
        return Stream.of("another jar")
                .filter(name -> notices)
                .map(name -> DynamicTest.dynamicTest(name, () -> startWithoutTheArchive(other)));
    }

    private static void startWithoutTheArchive(Path other) throws IOException {
        Path changed = Files.copy(jar, other.resolve("server.jar"));
        try (FileSystem content = FileSystems.newFileSystem(changed)) {
            Files.writeString(content.getPath("another-file"), "another content");
        }

        assertThat(start(changed, archive).fromJar).isGreaterThan(100);
    }

    @Test
    void aStartDoesWithoutAnArchiveThatIsBroken(@TempDir Path other) throws IOException {
        Path broken = Files.writeString(other.resolve("server.archive"), "no archive");

        assertThat(start(jar, broken).fromJar).isGreaterThan(100);
    }
}
