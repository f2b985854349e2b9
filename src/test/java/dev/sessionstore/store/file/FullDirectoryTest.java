package dev.sessionstore.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.Needs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The disk is full: what is new is refused and leaves nothing, what is there stays, and who is to go goes. */
@Needs(
        value = {"mount", "umount"},
        root = true,
        remedy = "run as root where file systems may be mounted; apt-get install mount")
class FullDirectoryTest extends FileFixture {
    private final Path disk = directory.resolve("disk");
    private final Path copying = directory.resolve("copying");

    @BeforeEach
    void mount() throws Exception {
        Files.createDirectory(disk);
        run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        if (Files.exists(copying)) {
            run("umount", "--lazy", copying.toString());
        }
        run("umount", "--lazy", disk.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private void fill() throws IOException {
        byte[] zeros = new byte[512];
        try (OutputStream filler = Files.newOutputStream(disk.resolve("filler"))) {
            while (true) {
                filler.write(zeros);
            }
        } catch (IOException full) {
            assertThat(Failures.isFull(disk, full)).as("%s", full).isTrue();
        }
    }

    @Test
    void aFullDiskRefusesWhatIsNewAndKeepsWhatIsThere() throws Exception {
        FileEngine engine = open(options(disk, 0));
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            cells.add(put(engine, OWNER));
        }
        fill();
        List<Path> before = files();
        Cell first = cells.get(0);
        Cell second = cells.get(1);

        assertThatThrownBy(() -> engine.put(null, cell(newKey(), OTHER)))
                .isInstanceOf(StoreFullException.class)
                .hasMessageContaining(disk.toString());
        assertThatThrownBy(() -> engine.put(first.stamp(), next(first, OTHER))).isInstanceOf(StoreFullException.class);
        assertThat(files().stream().filter(Files::isRegularFile))
                .containsExactlyInAnyOrderElementsOf(
                        before.stream().filter(Files::isRegularFile).toList());
        assertThat(engine.find(first.key())).usingRecursiveComparison().isEqualTo(first);
        engine.ping();
        engine.touch(first.key(), clock.millis() + 1);
        assertThat(engine.find(first.key()).accessedAt()).isEqualTo(clock.millis() + 1);

        Cell marker = cell(second.key(), null, new Stamp(second.stamp().incarnation(), Stamp.GONE), clock.millis());
        assertThat(engine.put(second.stamp(), marker)).isEqualTo(Put.DONE);
        assertThat(engine.find(second.key()).isSession()).as("still a session").isFalse();
        assertThat(ownedBy(engine, OWNER)).hasSize(9);

        Files.delete(disk.resolve("filler"));
        assertThat(engine.put(first.stamp(), next(first, OTHER))).isEqualTo(Put.DONE);
    }

    @Test
    void anAccessThatFindsNoRoomOnADiskThatCopiesFailsNoReader() throws Exception {
        Path sessions = directory.resolve("room");
        Cell cell;
        try (FileEngine engine = open(options(sessions, 0))) {
            cell = put(engine, null);
        }
        Path upper = Files.createDirectory(disk.resolve("upper"));
        Path work = Files.createDirectory(disk.resolve("work"));
        Files.createDirectory(copying);
        String layers = "lowerdir=" + sessions + ",upperdir=" + upper + ",workdir=" + work;
        run("mount", "-t", "overlay", "overlay", "-o", layers, copying.toString());
        FileEngine engine = open(options(copying, 0));
        assertThat(engine.find(cell.key())).isNotNull();
        fill();

        assertThatThrownBy(() -> engine.touch(cell.key(), clock.millis() + 1)).isInstanceOf(StoreFullException.class);
        engine.touchLater(cell.key(), clock.millis() + 1);
        assertThat(engine.find(cell.key()).accessedAt()).isEqualTo(cell.accessedAt());
    }

    @Test
    void aFullDiskIsKnownInAnyLanguage() throws Exception {
        IOException german = new IOException("Auf dem Ger\u00e4t ist kein Speicherplatz mehr verf\u00fcgbar");
        assertThat(Failures.of(disk, german)).isInstanceOf(StoreUnavailableException.class);
        fill();
        assertThat(Failures.of(disk, german)).isInstanceOf(StoreFullException.class);
        assertThat(Failures.of(disk, new NoSuchFileException("it"))).isInstanceOf(StoreUnavailableException.class);
    }
}
