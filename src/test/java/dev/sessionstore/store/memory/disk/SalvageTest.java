package dev.sessionstore.store.memory.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a repair can tell about what is lost. */
class SalvageTest {
    private static final String PLAIN = "plain";
    private static final String SECRET = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SECRET})
    void eachLostRecordIsListedByItsHandlesAndTakesTheirOlderStatesAway(String key) throws IOException {
        DataKeys keys = DataKeys.parse(key);
        List<Change> changes = Changes.varied(21, 120, 200);
        FileHeader header = FileHeader.ofJournal(0, keys.writingId(), Changes.NOW);
        Changes.Written journal = Changes.journal(header, keys, changes);
        String name = FileNames.of(FileHeader.Kind.JOURNAL, 0);
        for (int lost = 0; lost < changes.size(); lost++) {
            if (changes.get(lost) instanceof Change.Removed) {
                // All that it holds is its key: an altered one is another's.
                continue;
            }
            byte[] bytes = journal.bytes().clone();
            // Its last byte: all that names a key is before it.
            bytes[journal.ends().get(lost) - 1] ^= 1;
            SimulatedStorage storage = new SimulatedStorage();
            storage.put(name, bytes);
            PlainImage image = new PlainImage();
            Recovered found = new Salvage(storage, keys, image).read();
            assertThat(found.damaged()).containsExactly(name);
            assertThat(found.last()).isGreaterThanOrEqualTo(changes.size());
            List<SessionKey> touched = keysOf(changes.get(lost));
            for (SessionKey each : touched) {
                assertThat(found.lost()).anyMatch(line -> line.contains(each.handle()));
            }
            assertThat(Told.of(image)).isEqualTo(model(changes, lost, touched));
        }
    }

    private static Map<String, String> model(List<Change> changes, int lost, List<SessionKey> touched) {
        PlainImage model = new PlainImage();
        for (int i = 0; i < changes.size(); i++) {
            if (i == lost) {
                touched.forEach(model::removed);
            } else {
                Told.to(model, changes.get(i));
            }
        }
        return Told.of(model);
    }

    private static List<SessionKey> keysOf(Change change) {
        if (change instanceof Change.Live live) {
            return List.of(live.session().key());
        }
        if (change instanceof Change.Gone gone) {
            return List.of(gone.tombstone().key());
        }
        if (change instanceof Change.Moved moved) {
            return List.of(moved.left().key(), moved.arrived().key());
        }
        if (change instanceof Change.Removed removed) {
            return List.of(removed.key());
        }
        return change instanceof Change.Evicted evicted ? List.of(evicted.key()) : List.of();
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SECRET})
    void aRecordWhoseHeaderIsLostIsListedByItsNumber(String key) throws IOException {
        DataKeys keys = DataKeys.parse(key);
        List<Change> changes = Changes.varied(22, 30, 200);
        FileHeader header = FileHeader.ofJournal(0, keys.writingId(), Changes.NOW);
        Changes.Written journal = Changes.journal(header, keys, changes);
        String name = FileNames.of(FileHeader.Kind.JOURNAL, 0);
        for (int lost = 0; lost < changes.size(); lost++) {
            byte[] bytes = journal.bytes().clone();
            int from = lost == 0 ? FileHeader.SIZE : journal.ends().get(lost - 1);
            bytes[from + 5] ^= 1;
            SimulatedStorage storage = new SimulatedStorage();
            storage.put(name, bytes);
            PlainImage image = new PlainImage();
            Recovered found = new Salvage(storage, keys, image).read();
            assertThat(found.lost()).hasSize(1);
            assertThat(found.lost().get(0))
                    .contains(name)
                    .contains("offset " + from)
                    .contains("unknown");
            if (lost < changes.size() - 1) {
                assertThat(found.lost().get(0)).contains("records " + (lost + 1) + " to " + (lost + 1));
            }
            assertThat(Told.of(image)).isEqualTo(model(changes, lost, List.of()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SECRET})
    void aDamagedSnapshotFrameIsListedByTheHandlesInIt(String key) throws IOException {
        DataKeys keys = DataKeys.parse(key);
        PlainImage image = new PlainImage();
        Changes.varied(23, 3000, 2000).forEach(change -> Told.to(image, change));
        SimulatedStorage storage = new SimulatedStorage();
        String name = FileNames.of(FileHeader.Kind.SNAPSHOT, 0);
        FileHeader header = FileHeader.ofSnapshot(0, keys.writingId(), Changes.NOW, 0);
        try (SnapshotWriter writer =
                new SnapshotWriter(storage.create(name), header, keys.writingSealing(header), worked -> {})) {
            for (Object held : image.byKey().values()) {
                writer.write((dev.sessionstore.core.Lookup) held);
            }
            writer.end(0, Changes.NOW);
        }
        byte[] bytes = storage.bytes(name);
        int second = FileHeader.SIZE + FrameWriter.HEADER_SIZE + (int) ByteWriter.INT.get(bytes, FileHeader.SIZE);
        assertThat(second).as("there are several frames").isLessThan(bytes.length);
        // In the last record of the first frame.
        bytes[second - 20] ^= 1;
        storage.put(name, bytes);
        PlainImage back = new PlainImage();
        Recovered found = new Salvage(storage, keys, back).read();
        String lost = String.join(" ", found.lost());
        int missing = 0;
        for (Object held : image.byKey().values()) {
            SessionKey of =
                    held instanceof Session session ? session.key() : ((dev.sessionstore.core.Tombstone) held).key();
            if (!back.byKey().containsKey(of)) {
                missing++;
                assertThat(lost).contains(of.handle());
            }
        }
        assertThat(missing).isBetween(1, image.byKey().values().size() - 1);
    }
}
