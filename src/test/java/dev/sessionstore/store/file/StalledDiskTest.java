package dev.sessionstore.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that takes no writes while the system still answers from memory what is on it. */
@Needs(
        value = {"mount", "umount", "mkfs.ext4", "fsfreeze"},
        root = true,
        remedy = "run as root where loop devices may be mounted; apt-get install mount util-linux e2fsprogs")
class StalledDiskTest extends FileFixture {
    private static final long BYTES = 24L * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofMillis(400);

    private final Path disk = directory.resolve("disk");
    private boolean isFrozen;

    @BeforeEach
    void mount() throws Exception {
        Path image = directory.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        Shell.run("mkfs.ext4", "-q", "-F", image.toString());
        Files.createDirectory(disk);
        Shell.run("mount", "-o", "loop", image.toString(), disk.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        // First: what waits for a frozen disk cannot be ended.
        thaw();
        closeAll();
        Shell.run("umount", "--lazy", disk.toString());
    }

    private void freeze() throws Exception {
        Shell.run("fsfreeze", "--freeze", disk.toString());
        isFrozen = true;
    }

    private void thaw() throws Exception {
        if (isFrozen) {
            Shell.run("fsfreeze", "--unfreeze", disk.toString());
            isFrozen = false;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whileTheDiskIsFrozenCallsAreRefusedInsteadOfKept(boolean sync) throws Exception {
        FileEngine patient = open(new FileOptions(disk.resolve("room"), 0, 0600, Duration.ofSeconds(30), sync));
        FileEngine engine = open(new FileOptions(disk.resolve("room"), 0, 0600, PATIENCE, sync));
        awaitAnswer(engine);
        Cell cell = put(patient, OWNER);
        freeze();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(engine::ping)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("has not answered for 400 ms");
            assertThatThrownBy(() -> engine.put(cell.stamp(), next(cell, OWNER)))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> engine.find(cell.key())).isInstanceOf(StoreUnavailableException.class);
        }
        thaw();
        awaitAnswer(engine);
        assertThat(patient.put(cell.stamp(), next(cell, OWNER))).isEqualTo(Put.DONE);
    }

    /** However slow the disk is. */
    private static void awaitAnswer(FileEngine engine) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                engine.ping();
                return;
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("it does not answer any more", e);
                }
            }
        }
    }
}
