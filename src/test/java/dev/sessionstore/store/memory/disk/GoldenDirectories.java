package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Lookup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Makes the directories that every later version must be able to read: a snapshot and a journal after it, with each
 * type of record. Run once for each format version, and never again for an old one: {@code main(folder, name, key)}.
 */
final class GoldenDirectories {
    /** For tests, as everybody can see. */
    static final String TEST_KEY = "00000000000000000000000000000000000000000000000000000000000007e5";

    private static final int IN_SNAPSHOT = 40;

    private GoldenDirectories() {}

    public static void main(String[] args) throws IOException {
        write(Path.of(args[0]), args[1], args[2]);
    }

    static void write(Path folder, String name, String key) throws IOException {
        DataKeys keys = DataKeys.parse(key);
        List<Change> changes = Changes.varied(2026, 80, 300);
        PlainImage image = new PlainImage();
        changes.subList(0, IN_SNAPSHOT).forEach(change -> Told.to(image, change));
        Path data = Files.createDirectories(folder.resolve(name));
        DirectoryStorage storage = new DirectoryStorage(data);
        FileHeader ofSnapshot = header(FileHeader.Kind.SNAPSHOT, keys);
        try (SnapshotWriter writer = new SnapshotWriter(
                storage.create(FileNames.of(FileHeader.Kind.SNAPSHOT, IN_SNAPSHOT)),
                ofSnapshot,
                keys.writingSealing(ofSnapshot),
                worked -> {})) {
            for (Object held : new TreeMap<>(image.byKey()).values()) {
                writer.write((Lookup) held);
            }
            writer.end(IN_SNAPSHOT, Changes.NOW);
        }
        List<Change> later = changes.subList(IN_SNAPSHOT, changes.size());
        Files.write(
                data.resolve(FileNames.of(FileHeader.Kind.JOURNAL, IN_SNAPSHOT)),
                Changes.journal(header(FileHeader.Kind.JOURNAL, keys), keys, later)
                        .bytes());
        later.forEach(change -> Told.to(image, change));
        Files.writeString(folder.resolve(name + ".expected.txt"), listing(Told.of(image)), StandardCharsets.UTF_8);
        Files.writeString(
                folder.resolve(name + ".key.txt"),
                "# a key for tests, of no worth\n" + key + "\n",
                StandardCharsets.UTF_8);
    }

    /** With an id that is no chance, so that the bytes are the same each time. */
    private static FileHeader header(FileHeader.Kind kind, DataKeys keys) {
        byte[] id = new byte[16];
        new Random(kind.ordinal()).nextBytes(id);
        return new FileHeader(kind, id, IN_SNAPSHOT, keys.writingId(), Changes.NOW, 0);
    }

    static String listing(Map<String, String> told) {
        StringBuilder lines = new StringBuilder();
        told.values().forEach(each -> lines.append(each.replace("\n", "\\n")).append('\n'));
        return lines.toString();
    }
}
