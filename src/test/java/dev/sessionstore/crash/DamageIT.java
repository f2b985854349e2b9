package dev.sessionstore.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.ServerProcess;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start makes of files that are not as they were written. */
class DamageIT {
    private static final int WRITES = 100;

    private final Oracle oracle = new Oracle(false);

    private DataDirectory written(String name) throws Exception {
        DataDirectory data = DataDirectory.fresh(name);
        try (ServerProcess server = data.start()) {
            Traffic traffic = new Traffic(server, oracle, 4, 1);
            traffic.awaitWrites(WRITES);
            traffic.stop();
            server.kill();
        }
        return data;
    }

    private static Path newest(DataDirectory data, String kind) throws Exception {
        return data.files().stream()
                .filter(file -> file.getFileName().toString().matches(kind + "-\\d{20}"))
                .reduce((older, newer) -> newer)
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal", "snapshot"})
    void aFlippedBitInTheMiddleStopsTheStartAndNamesTheFile(String kind) throws Exception {
        DataDirectory data = written("damage-" + kind);
        if (kind.equals("snapshot")) {
            try (ServerProcess server = data.start()) {
                assertThat(server.terminate()).isZero();
            }
        }
        Path file = newest(data, kind);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long middle = channel.size() / 2;
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, middle);
            one.put(0, (byte) (one.get(0) ^ 4)).flip();
            channel.write(one, middle);
        }

        try (ServerProcess server = ServerProcess.launch(data.settings())) {
            assertThat(server.awaitExit()).as(server.output()).isEqualTo(3);
            assertThat(server.output())
                    .contains(file.getFileName().toString(), "--repair")
                    .doesNotContain("\tat ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 40})
    void aTornTailIsCutOffKeptAndWarnedOf(int bytes) throws Exception {
        DataDirectory data = written("tail-" + bytes);
        Path journal = newest(data, "journal");
        try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.APPEND)) {
            // As if the file had grown before the record got there.
            channel.write(ByteBuffer.wrap(new byte[bytes]));
        }

        try (ServerProcess server = ServerProcess.start(data.settings())) {
            assertThat(oracle.look(server, Life.PENDING, Oracle.Look.ALL, new Random(1))
                            .faults())
                    .as(server.output())
                    .isEmpty();
            assertThat(server.output()).contains(journal.getFileName().toString(), "WARN");
        }
        assertThat(data.files())
                .anyMatch(file -> file.getFileName().toString().startsWith(journal.getFileName() + ".torn"));
        try (ServerProcess again = ServerProcess.start(data.settings())) {
            assertThat(again.output()).doesNotContain("WARN", "cut off");
        }
    }
}
