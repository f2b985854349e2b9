package dev.sessionstore.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.Metronome;
import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.ServerProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The disk is full: writes are refused at once, all else goes on, and nothing is lost or half done. */
@Needs(
        value = {"mount", "umount", "losetup", "mkfs.ext4"},
        root = true,
        remedy = "run as root where loop devices may be mounted; apt-get install mount util-linux e2fsprogs")
class FullDiskIT {
    private static final int MEBIBYTES = 24;
    private static final int SESSIONS = 1500;
    private static final int DELETES = 600;
    private static final int MOST_WRITES = 20_000;
    private static final int REFUSED = 100;
    private static final int SLOWEST_REFUSAL_MILLIS = 1000;
    private static final int HEALED_MILLIS = 5000;

    private final Oracle oracle = new Oracle(false);
    private final Metronome metronome = new Metronome();
    private final Random random = new Random(7);
    private Disk disk;
    private ServerProcess server;
    private Connection connection;
    private Writer writer;

    @AfterEach
    void unmount() throws Exception {
        metronome.close();
        if (connection != null) {
            connection.close();
        }
        if (server != null) {
            server.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"tmpfs, everysec", "ext4, always"})
    void aFullDiskRefusesWritesAndNothingElse(String kind, String fsync) throws Exception {
        Path folder = DataDirectory.scratch("full-" + kind);
        disk = kind.equals("tmpfs") ? Disk.tmpfs(folder, MEBIBYTES) : Disk.ext4(folder, MEBIBYTES);
        DataDirectory data = DataDirectory.of(disk.root().resolve("data")).with("SESSION_STORE_FSYNC", fsync);
        start(data);
        List<Life> lives = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            lives.add(writer.create(null));
        }
        assertThat(oracle.acknowledged()).isEqualTo(SESSIONS);

        fill();
        long writtenMeanwhile = writeUntilRefused(lives);
        long slowest = refusals(lives);
        assertHealthAndReads(lives);
        for (Life life : lives.subList(0, DELETES)) {
            writer.delete(life);
            assertThat(connection.last().status()).as("%s", connection.last()).isEqualTo(204);
        }
        List<Life> left = lives.subList(DELETES, SESSIONS);

        server.kill();
        start(data);
        assertHolds("restarted on the full disk");
        assertHealthAndReads(left);

        writeUntilRefused(left);
        Files.delete(filler());
        long healed = millisUntilWritten(left.get(0));
        server.kill();
        start(data);
        assertHolds("restarted after there was room again");

        int deleted = deleteWithoutAnyHeadroom(left);
        server.kill();
        String emptyStart = startWithoutAnyRoom(DataDirectory.of(disk.root().resolve("empty")));
        String fullStart = startWithoutAnyRoom(data);
        Files.delete(filler());
        start(data);
        assertHolds("restarted after there was no room at all");
        assertThat(server.terminate()).as(server.output()).isZero();
        System.out.printf(
                "%s, fsync %s: %d writes until the first refusal; slowest refusal %d ms; healed in %d ms; with the"
                        + " headroom gone too %d of %d deletes obeyed, and a start on an empty directory: %s, on one with"
                        + " sessions: %s%n",
                kind, fsync, writtenMeanwhile, slowest, healed, deleted, REFUSED, emptyStart, fullStart);
    }

    private Path filler() {
        return disk.root().resolve("filler");
    }

    /** Somebody takes every block as soon as it is free: then a deletion may be refused, but not be lost. */
    private int deleteWithoutAnyHeadroom(List<Life> lives) throws IOException {
        fill();
        writeUntilRefused(lives);
        fill();
        int deleted = 0;
        for (Life life : lives.subList(0, REFUSED)) {
            writer.delete(life);
            deleted += connection.last().status() == 204 ? 1 : 0;
        }
        fill();
        return deleted;
    }

    private void start(DataDirectory data) throws Exception {
        if (connection != null) {
            connection.close();
        }
        server = data.start();
        connection = server.connect();
        writer = new Writer(0, connection, oracle, random);
    }

    /** Takes what is left, to the last block. */
    private void fill() throws IOException {
        try (RandomAccessFile filler = new RandomAccessFile(filler().toFile(), "rw")) {
            filler.seek(filler.length());
            for (int size = 1 << 16; size >= 512; size /= 2) {
                fill(filler, size);
            }
        }
    }

    private static void fill(RandomAccessFile filler, int size) {
        byte[] zeros = new byte[size];
        try {
            while (true) {
                filler.write(zeros);
            }
        } catch (IOException full) {
            // That was the aim.
        }
    }

    /** A journal may have grown ahead of what is in it. */
    private long writeUntilRefused(List<Life> lives) throws IOException {
        long before = oracle.acknowledged();
        for (int i = 0; i < MOST_WRITES; i++) {
            writer.putAttribute(lives.get(random.nextInt(lives.size())));
            if (connection.last().status() == 507) {
                assertThat(connection.last().body()).contains("\"store-full\"");
                return oracle.acknowledged() - before;
            }
        }
        throw new AssertionError("the disk is full, and " + MOST_WRITES + " writes were taken");
    }

    private long refusals(List<Life> lives) throws IOException {
        int refused = 0;
        long slowest = 0;
        for (int i = 0; i < 2 * REFUSED && refused < REFUSED; i++) {
            Life life = lives.get(random.nextInt(lives.size()));
            if (i % 3 == 0) {
                writer.create(null);
            } else {
                writer.putAttribute(life);
            }
            if (connection.last().status() == 507) {
                refused++;
                slowest = Math.max(slowest, connection.lastMillis());
                writer.read(life);
                assertThat(connection.last().status()).isEqualTo(200);
            }
        }
        assertThat(refused).as("refusals by a full disk").isEqualTo(REFUSED);
        assertThat(slowest).as("the slowest refusal, in ms").isLessThan(SLOWEST_REFUSAL_MILLIS + heldUpMillis());
        return slowest;
    }

    /** No answer comes while the machine lets nobody run. */
    private long heldUpMillis() {
        return metronome.worstDelay().toMillis();
    }

    private void assertHealthAndReads(List<Life> lives) throws IOException {
        for (String path : List.of("/health/live", "/health/ready")) {
            assertThat(connection.send("GET", path, null).status()).as(path).isEqualTo(200);
        }
        for (Life life : lives.subList(lives.size() - 100, lives.size())) {
            writer.read(life);
            assertThat(connection.last().status()).isEqualTo(200);
        }
    }

    /** It may serve or refuse, but must say something that helps. */
    private String startWithoutAnyRoom(DataDirectory data) throws Exception {
        try (ServerProcess other = ServerProcess.launch(data.settings())) {
            try {
                other.awaitReady();
            } catch (AssertionError e) {
                assertThat(other.awaitExit()).as(other.output()).isEqualTo(1);
                assertThat(other.output()).contains("space").doesNotContain("\tat ");
                return "refused";
            }
            try (Connection reader = other.connect()) {
                assertThat(reader.send("GET", "/v1/crash/sessions", null).status())
                        .isEqualTo(200);
            }
            return "serves";
        }
    }

    private void assertHolds(String when) throws Exception {
        Oracle.Verdict verdict = oracle.look(server, Life.PENDING, Oracle.Look.ALL, random);
        assertThat(verdict.faults())
                .as("%s, the server said:\n%s", when, server.output())
                .isEmpty();
    }

    private long millisUntilWritten(Life life) throws Exception {
        long freedAt = System.nanoTime();
        while (true) {
            writer.putAttribute(life);
            long millis = (System.nanoTime() - freedAt) / 1_000_000;
            if (connection.last().status() < 300) {
                return millis;
            }
            assertThat(millis).as("ms since there is room again").isLessThan(HEALED_MILLIS + heldUpMillis());
            Thread.sleep(50);
        }
    }
}
