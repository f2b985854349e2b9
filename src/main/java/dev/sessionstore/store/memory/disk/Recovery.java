package dev.sessionstore.store.memory.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the newest snapshot and the journals after it. Changes nothing: what is to be cut off is told.
 *
 * <p>A tail may be torn in the last journal, or where the next one goes on with the very next number, since then nothing
 * was promised that is not in it. All else that is not as it was written stops the reading.
 */
final class Recovery {
    private static final int MOST_THREADS = 4;

    private final Storage storage;
    private final DataKeys keys;
    private final Image image;
    private final List<String> files = new ArrayList<>();
    private long latest = Long.MIN_VALUE;
    private long snapshotBytes;
    private long journalBytes;
    private boolean isOfOtherKey;
    private Recovered.@Nullable Torn torn;

    Recovery(Storage storage, DataKeys keys, Image image) {
        this.storage = storage;
        this.keys = keys;
        this.image = image;
    }

    /**
     * @throws DamagedException at the first damage
     * @throws DirectoryException if a key is missing, or a file is of a newer version
     */
    Recovered read() throws IOException {
        FileNames.Chain chain = FileNames.chain(storage.names());
        long base = chain.base();
        List<Long> after = chain.journals();
        try (Progress progress = new Progress(sizeOf(chain))) {
            SnapshotEnd end = chain.hasSnapshot() ? load(base, progress) : null;
            long last = replayAll(chain, progress);
            if (end != null && end.through() > last) {
                throw new DamagedException(
                        FileNames.of(FileHeader.Kind.JOURNAL, after.get(after.size() - 1)),
                        torn == null ? journalBytes : torn.size(),
                        "it ends with record " + last + "; the snapshot says that there were " + end.through());
            }
            return new Recovered(
                    last,
                    base,
                    end,
                    snapshotBytes,
                    journalBytes,
                    latest,
                    isOfOtherKey,
                    torn,
                    files,
                    List.of(),
                    List.of());
        }
    }

    private long sizeOf(FileNames.Chain chain) throws IOException {
        long bytes = 0;
        if (chain.hasSnapshot()) {
            bytes += size(FileNames.of(FileHeader.Kind.SNAPSHOT, chain.base()));
        }
        for (long journal : chain.journals()) {
            bytes += size(FileNames.of(FileHeader.Kind.JOURNAL, journal));
        }
        return bytes;
    }

    private long size(String name) throws IOException {
        try (Storage.Source source = storage.open(name)) {
            return source.size();
        }
    }

    private SnapshotEnd load(long base, Progress progress) throws IOException {
        String name = FileNames.of(FileHeader.Kind.SNAPSHOT, base);
        try (Storage.Source source = storage.open(name)) {
            FrameReader reader = FrameReader.open(name, source, FileHeader.Kind.SNAPSHOT);
            if (reader == null) {
                throw new DamagedException(name, 0, "it ends before its header does");
            }
            refuseOtherBase(reader, base);
            requireKey(keys, reader.header(), name);
            isOfOtherKey |= reader.header().keyId() != keys.writingId();
            image.expect(reader.header().about());
            int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
            SnapshotLoad.Loaded loaded = new SnapshotLoad(
                            reader, image, () -> requireKey(keys, reader.header(), name), progress)
                    .load(threads);
            SnapshotEnd end = loaded.end();
            latest = Math.max(latest, loaded.latest());
            snapshotBytes = reader.size();
            files.add(name + ": " + reader.size() + " bytes, " + end.sessions() + " sessions, " + end.tombstones()
                    + " tombstones");
            return end;
        }
    }

    private long replayAll(FileNames.Chain chain, Progress progress) throws IOException {
        long last = chain.base();
        if (chain.journals().isEmpty() && chain.hasSnapshot()) {
            throw missing(last, last);
        }
        for (long journal : chain.journals()) {
            if (journal != last) {
                if (torn != null) {
                    throw new DamagedException(torn.name(), torn.size(), "a record is cut off, and later ones exist");
                }
                throw missing(last, journal);
            }
            torn = null;
            last = replay(journal, progress);
        }
        return last;
    }

    private static DamagedException missing(long last, long next) {
        String what = next == last
                ? "it is missing, and with it all that was written after the snapshot"
                : "records " + (last + 1) + " to " + next + " are missing";
        return new DamagedException(FileNames.of(FileHeader.Kind.JOURNAL, last), 0, what);
    }

    /** Returns the number of its last record. */
    private long replay(long base, Progress progress) throws IOException {
        String name = FileNames.of(FileHeader.Kind.JOURNAL, base);
        try (Storage.Source source = storage.open(name)) {
            FrameReader reader = FrameReader.open(name, source, FileHeader.Kind.JOURNAL);
            if (reader == null) {
                torn = new Recovered.Torn(name, 0, source.size(), false);
                return base;
            }
            refuseOtherBase(reader, base);
            latest = Math.max(latest, reader.header().createdAt());
            isOfOtherKey |= reader.header().keyId() != keys.writingId();
            Sealing sealing = requireKey(keys, reader.header(), name);
            RecordReader records = new RecordReader(image);
            Frame frame = new Frame();
            long from = reader.offset();
            long sessions = 0;
            while (reader.next(frame, sealing)) {
                try {
                    records.journal(frame.bytes, frame.length);
                } catch (ByteReader.MalformedException e) {
                    throw new DamagedException(name, frame.offset, String.valueOf(e.getMessage()));
                }
                progress.read(reader.offset() - from, records.sessions() - sessions);
                from = reader.offset();
                sessions = records.sessions();
            }
            if (reader.isTorn()) {
                torn = new Recovered.Torn(name, reader.offset(), reader.size() - reader.offset(), reader.isUnused());
            }
            latest = Math.max(latest, records.latest());
            journalBytes += reader.size();
            files.add(name + ": " + reader.size() + " bytes, " + (reader.number() - base) + " records");
            return reader.number();
        }
    }

    /** A file's name and its header say the same, or somebody gave it another's name. */
    private static void refuseOtherBase(FrameReader reader, long base) {
        if (reader.header().base() != base) {
            throw new DamagedException(
                    reader.name(),
                    0,
                    "it was "
                            + FileNames.of(
                                    reader.header().kind(), reader.header().base()) + " and has another name now");
        }
    }

    static Sealing requireKey(DataKeys keys, FileHeader header, String name) {
        Sealing sealing = keys.sealingOf(header);
        if (sealing == null) {
            throw new DirectoryException(
                    header.keyId() == 0
                            ? name + " is not encrypted, and SESSION_STORE_DATA_KEY_FILE has keys only; if that is how"
                                    + " it should be, add a last line \"plain\" to that file until the next snapshot"
                            : name + " is encrypted with a key that SESSION_STORE_DATA_KEY_FILE does not hold; add that"
                                    + " key to the file, below the one that is to write");
        }
        return sealing;
    }
}
