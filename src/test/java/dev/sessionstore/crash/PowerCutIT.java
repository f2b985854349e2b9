package dev.sessionstore.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.ServerProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The power goes while the server is written to: it is frozen, and what has reached its disk by then is copied and
 * recovered from. That tells what fsync is good for, which a kill cannot. Each cut is made on what the last one left.
 */
@Needs(
        value = {"mount", "umount", "losetup", "mkfs.ext4"},
        root = true,
        remedy = "run as root where loop devices may be mounted; apt-get install mount util-linux e2fsprogs")
class PowerCutIT {
    private static final int WRITERS = 16;
    private static final int CUTS = 3;
    private static final int MEBIBYTES = 128;
    private static final int LEAST_PROVEN = 50;
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final Pattern LAST_SYNC =
            Pattern.compile("(?m)^session_store_journal_last_sync_seconds(?:\\{[^}]*})? (\\S+)$");
    private static final long SEED = Long.getLong("crash.seed", System.nanoTime() & 0xFFFFFF);

    private final Oracle oracle = new Oracle(true);
    private Disk disk;
    private ServerProcess server;

    @AfterEach
    void unmount() throws Exception {
        if (server != null) {
            server.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    /** Otherwise the rest proves nothing. */
    @Test
    void aCutTakesWhatWasNotSyncedAndLeavesWhatWas() throws Exception {
        Path folder = DataDirectory.scratch("cut");
        disk = Disk.ext4(folder.resolve("before"), MEBIBYTES);
        Files.writeString(disk.root().resolve("not-synced"), "x".repeat(100_000));
        try (FileChannel synced = FileChannel.open(
                disk.root().resolve("synced"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            synced.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            synced.force(false);
            synced.write(ByteBuffer.wrap(new byte[] {4, 5, 6}));
        }
        try (Disk after = disk.cut(folder.resolve("after"))) {
            assertThat(after.root().resolve("synced")).hasBinaryContent(new byte[] {1, 2, 3});
            assertThat(after.root().resolve("not-synced").toFile())
                    .satisfiesAnyOf(
                            file -> assertThat(file).doesNotExist(),
                            file -> assertThat(file).isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({"always, 700, 700", "everysec, 2300, 700", "never, 700, 700"})
    void aCutTakesNoMoreThanFsyncSays(String fsync, int leastMillis, int moreMillis) throws Exception {
        Random random = new Random(SEED);
        Path folder = DataDirectory.scratch("power-" + fsync);
        disk = Disk.ext4(folder.resolve("0"), MEBIBYTES);
        server = start(fsync);
        int lost = 0;
        for (int cut = 1; cut <= CUTS; cut++) {
            Traffic traffic = new Traffic(server, oracle, WRITERS, random.nextLong());
            traffic.warmUp();
            Thread.sleep(leastMillis + random.nextInt(moreMillis));
            if (cut == 2) {
                snapshot();
                Thread.sleep(random.nextInt(60));
            }
            if (!fsync.equals("never")) {
                awaitProof(fsync);
            }
            long floor = floor(fsync);
            server.freeze();
            traffic.expectDeath();
            Disk left = disk.cut(folder.resolve(String.valueOf(cut)));
            long written = traffic.acknowledged();
            server.kill();
            traffic.stop();
            disk.close();
            disk = left;
            long proven = oracle.acknowledgedBefore(floor);

            server = start(fsync);
            Oracle.Verdict verdict = oracle.look(server, floor, Oracle.Look.ALL, random);
            System.out.printf(
                    "fsync %s, cut %d: %d writes acknowledged, %d may not be lost, %d of %d sessions lost something%n",
                    fsync, cut, written, proven, verdict.lost(), verdict.looked());
            assertThat(verdict.faults())
                    .as("fsync %s, cut %d, -Dcrash.seed=%d\nthe server said:\n%s", fsync, cut, SEED, server.output())
                    .isEmpty();
            if (!fsync.equals("never")) {
                assertThat(proven).as("the proof is empty").isGreaterThan(LEAST_PROVEN);
            }
            lost += verdict.lost();
        }
        if (fsync.equals("always")) {
            assertThat(lost).isZero();
        }
        if (fsync.equals("never")) {
            assertThat(lost)
                    .as("the control lost nothing: the cut cuts nothing")
                    .isPositive();
        }
    }

    private ServerProcess start(String fsync) throws Exception {
        return DataDirectory.of(disk.root().resolve("data"))
                .with("SESSION_STORE_FSYNC", fsync)
                .start();
    }

    private void snapshot() throws IOException {
        try (Connection connection = server.connect()) {
            assertThat(connection.send("POST", "/v1/admin/snapshot", null).status())
                    .isEqualTo(202);
        }
    }

    /** With less to look at a cut proves nothing. */
    private void awaitProof(String fsync) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (oracle.acknowledgedBefore(floor(fsync)) <= LEAST_PROVEN) {
            assertThat(System.nanoTime()).as("the proof stays empty").isLessThan(deadline);
        }
    }

    /** What was acknowledged before this must be there after a cut. */
    private long floor(String fsync) throws IOException {
        return switch (fsync) {
            case "always" -> Life.PENDING;
            // Only what an earlier recovery read from the disk.
            case "never" -> 1;
            default -> lastSyncBegan();
        };
    }

    private long lastSyncBegan() throws IOException {
        try (Connection connection = server.connect()) {
            String metrics = connection.send("GET", "/metrics", null).body();
            Matcher lastSync = LAST_SYNC.matcher(metrics);
            assertThat(lastSync.find())
                    .as("a metric that says when the last finished fsync began: %s", LAST_SYNC)
                    .isTrue();
            return (long) (Double.parseDouble(lastSync.group(1)) * 1000);
        }
    }
}
