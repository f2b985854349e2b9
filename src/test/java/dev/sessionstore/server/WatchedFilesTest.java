package dev.sessionstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFilesTest {
    @TempDir
    Path directory;

    private Path file;
    private WatchedFiles watched;
    private final List<String> used = new ArrayList<>();

    @BeforeEach
    void watch() throws IOException {
        file = Files.writeString(directory.resolve("file"), "one");
        watched = new WatchedFiles(List.of(file), WatchedFiles.read(List.of(file)), this::use);
    }

    private void use(List<byte[]> contents) {
        String text = new String(contents.get(0), StandardCharsets.UTF_8);
        if (text.equals("bad")) {
            throw new IllegalArgumentException("this is bad");
        }
        used.add(text);
    }

    @Test
    void aChangeIsUsedOnceEvenIfTheFilesTimeIsTheSame() throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        watched.check();
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, time);
        watched.check();
        watched.check();

        assertThat(used).containsExactly("two");
    }

    @Test
    void aRewriteOfTheSameBytesIsNoChange() throws IOException {
        Files.writeString(file, "one");
        watched.check();

        assertThat(used).isEmpty();
    }

    @Test
    void aFileMayBeAwayForAWhile() throws IOException {
        Files.delete(file);
        watched.check();
        watched.check();
        Files.writeString(file, "back");
        watched.check();

        assertThat(used).containsExactly("back");
    }

    @Test
    void whatIsRefusedIsTriedOnceAndTheNextChangeCounts() throws IOException {
        Files.writeString(file, "bad");
        watched.check();
        watched.check();
        Files.writeString(file, "good");
        watched.check();

        assertThat(used).containsExactly("good");
    }

    @Test
    void aSwappedSymbolicLinkToADirectoryIsAChange() throws IOException {
        Files.writeString(Files.createDirectory(directory.resolve("v1")).resolve("key"), "one");
        Files.writeString(Files.createDirectory(directory.resolve("v2")).resolve("key"), "two");
        Path data = Files.createSymbolicLink(directory.resolve("..data"), Path.of("v1"));
        List<Path> linked = List.of(Files.createSymbolicLink(directory.resolve("key"), Path.of("..data/key")));
        WatchedFiles kubernetes = new WatchedFiles(linked, WatchedFiles.read(linked), this::use);

        Path next = Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("v2"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        kubernetes.check();

        assertThat(used).containsExactly("two");
    }
}
