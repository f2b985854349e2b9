package dev.sessionstore.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose directory it is: one server's, and no other user's. */
class LockAndModeIT {
    private static void mode(Path path, String mode) throws Exception {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String modeOf(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** What a server says that must not start. */
    private static String refused(DataDirectory data) throws Exception {
        try (ServerProcess server = ServerProcess.launch(data.settings())) {
            assertThat(server.awaitExit()).as(server.output()).isEqualTo(1);
            assertThat(server.output()).doesNotContain("\tat ");
            return server.output();
        }
    }

    @Test
    void whatItMakesIsForItsOwnerAlone() throws Exception {
        DataDirectory data = DataDirectory.fresh("modes");
        try (ServerProcess server = data.start()) {
            assertThat(modeOf(data.path())).isEqualTo("rwx------");
            assertThat(data.files()).isNotEmpty();
            for (Path file : data.files()) {
                assertThat(modeOf(file)).as("%s", file).isEqualTo("rw-------");
            }
            assertThat(server.terminate()).isZero();
        }
    }

    @Test
    void aSecondServerOnOneDirectoryIsToldWhoHasIt() throws Exception {
        DataDirectory data = DataDirectory.fresh("lock");
        try (ServerProcess first = data.start()) {
            assertThat(refused(data)).contains(data.path().toString(), String.valueOf(first.pid()), "backup");
            first.kill();
        }
        // A lock that nobody holds keeps nobody out.
        try (ServerProcess second = data.start()) {
            assertThat(second.terminate()).isZero();
        }
    }

    @Test
    void aDirectoryThatOthersMayReadIsRefused() throws Exception {
        DataDirectory data = DataDirectory.fresh("open-directory");
        Files.createDirectory(data.path());
        mode(data.path(), "rwxr-xr-x");

        assertThat(refused(data)).contains("chmod 700", data.path().toString());

        mode(data.path(), "rwx------");
        data.start().close();
    }

    @Test
    void aFileThatOthersMayReadIsRefused() throws Exception {
        DataDirectory data = DataDirectory.fresh("open-file");
        try (ServerProcess server = data.start()) {
            assertThat(server.terminate()).isZero();
        }
        Path file;
        try (Stream<Path> files = data.files().stream()) {
            file = files.filter(one -> one.getFileName().toString().matches("(journal|snapshot)-\\d{20}"))
                    .findFirst()
                    .orElseThrow();
        }
        mode(file, "rw-r--r--");

        assertThat(refused(data)).contains("chmod 600", file.getFileName().toString());

        mode(file, "rw-------");
        data.start().close();
    }
}
