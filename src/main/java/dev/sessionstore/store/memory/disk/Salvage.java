package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is whole out of damaged files. A session whose later record is lost is taken out, since that record may
 * have been its end: an old state is worth less than a promise that what was deleted stays so. Where a lost record's
 * header is gone too nobody knows whose it was; the list says so.
 */
final class Salvage {
    private final Storage storage;
    private final DataKeys keys;
    private final Image image;
    private final List<String> files = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final Set<String> damaged = new LinkedHashSet<>();
    private long latest = Long.MIN_VALUE;
    private long last;
    private long through;

    Salvage(Storage storage, DataKeys keys, Image image) {
        this.storage = storage;
        this.keys = keys;
        this.image = image;
    }

    /** @throws DirectoryException if a key is missing: what cannot be read is not lost */
    Recovered read() throws IOException {
        FileNames.Chain chain = FileNames.chain(storage.names());
        if (chain.hasSnapshot()) {
            read(FileNames.of(FileHeader.Kind.SNAPSHOT, chain.base()), FileHeader.Kind.SNAPSHOT, chain.base());
        }
        last = chain.base();
        for (long base : chain.journals()) {
            reachTo(base);
            read(FileNames.of(FileHeader.Kind.JOURNAL, base), FileHeader.Kind.JOURNAL, base);
        }
        reachTo(through);
        // One is left out: no file that is here has the name that the next one will get.
        return new Recovered(last + 1, -1, null, 0, 0, latest, false, null, files, lost, List.copyOf(damaged));
    }

    /** What should be before that number and is in no file is lost. */
    private void reachTo(long number) {
        if (number > last) {
            lost.add("records " + (last + 1) + " to " + number + ": no file has them; whose they were is unknown");
            last = number;
        }
    }

    private void read(String name, FileHeader.Kind kind, long base) throws IOException {
        try (Storage.Source source = storage.open(name)) {
            FrameReader reader = open(name, source, kind);
            if (reader == null) {
                loss(name, 0, "it is too short to hold anything");
                return;
            }
            if (reader.header().base() != base) {
                loss(name, 0, "its header names another file; it is left out");
                return;
            }
            Sealing sealing = sealingOf(reader, name);
            if (sealing == null) {
                return;
            }
            RecordReader records = new RecordReader(image);
            Frame frame = new Frame();
            long count = 0;
            try (Image.Share share = image.share()) {
                while (next(reader, frame)) {
                    if (read(reader, frame, sealing, records, share, kind)) {
                        count++;
                    }
                }
            }
            if (reader.isTorn() && !reader.isUnused()) {
                loss(name, reader.offset(), "a record that was never finished");
            }
            if (kind == FileHeader.Kind.SNAPSHOT && records.end() == null) {
                loss(name, reader.offset(), "its end is missing; how many sessions it had is unknown");
            }
            if (kind == FileHeader.Kind.JOURNAL) {
                last = Math.max(last, reader.number());
            } else if (records.end() != null) {
                through = records.end().through();
            }
            latest = Math.max(latest, records.latest());
            files.add(name + ": " + reader.size() + " bytes, " + count + " whole records");
        }
    }

    /** A key that an altered header names is none that anybody could bring. */
    private @Nullable Sealing sealingOf(FrameReader reader, String name) {
        if (damaged.contains(name) && keys.sealingOf(reader.header()) == null) {
            loss(name, 0, "its header names a key that is not here; it is left out");
            return null;
        }
        return Recovery.requireKey(keys, reader.header(), name);
    }

    private @Nullable FrameReader open(String name, Storage.Source source, FileHeader.Kind kind) throws IOException {
        try {
            return FrameReader.open(name, source, kind);
        } catch (DamagedException e) {
            loss(name, 0, "its header is not as it was written; what can be read by it is kept");
            return FrameReader.openAsItIs(name, source, kind);
        }
    }

    private boolean next(FrameReader reader, Frame frame) throws IOException {
        while (true) {
            long offset = reader.offset();
            long number = reader.number();
            try {
                return reader.next(frame);
            } catch (DamagedException e) {
                boolean more = reader.skipDamage();
                loss(
                        reader.name(),
                        offset,
                        (more ? "records " + (number + 1) + " to " + reader.number() : "the rest of the file")
                                + "; whose they were is unknown");
                if (!more) {
                    return false;
                }
            }
        }
    }

    private boolean read(
            FrameReader reader,
            Frame frame,
            Sealing sealing,
            RecordReader records,
            Image.Share share,
            FileHeader.Kind kind) {
        Frame stored = frame.copy();
        try {
            reader.check(frame, sealing);
            tell(records, kind, frame.bytes, frame.length, share);
            return true;
        } catch (DamagedException | ByteReader.MalformedException e) {
            sealing.openUnchecked(stored);
            Set<SessionKey> keysIn = keysIn(stored.bytes, stored.length, kind);
            if (kind == FileHeader.Kind.JOURNAL) {
                keysIn.forEach(image::removed);
            }
            loss(
                    reader.name(),
                    frame.offset,
                    keysIn.isEmpty()
                            ? "record " + frame.number + "; whose it was is unknown"
                            : "sessions "
                                    + keysIn.stream().map(SessionKey::handle).collect(Collectors.joining(" ")));
            return false;
        }
    }

    private static void tell(RecordReader records, FileHeader.Kind kind, byte[] bytes, int length, Image.Share share)
            throws ByteReader.MalformedException {
        if (kind == FileHeader.Kind.SNAPSHOT) {
            records.snapshot(bytes, length, share);
        } else {
            records.journal(bytes, length);
        }
    }

    /** As far as they can still be made out. */
    private static Set<SessionKey> keysIn(byte[] bytes, int length, FileHeader.Kind kind) {
        Keys found = new Keys();
        RecordReader reader = new RecordReader(found);
        try {
            tell(reader, kind, bytes, length, found);
        } catch (ByteReader.MalformedException e) {
            // What was read before it counts, and whose the rest was.
            if (reader.begun() != null && !isTouched(bytes, length, kind)) {
                found.keys.add(reader.begun());
            }
        }
        return found.keys;
    }

    /** A lost access loses no session. */
    private static boolean isTouched(byte[] bytes, int length, FileHeader.Kind kind) {
        return kind == FileHeader.Kind.JOURNAL && length > 0 && bytes[0] == RecordWriter.TOUCHED;
    }

    private void loss(String name, long offset, String what) {
        damaged.add(name);
        lost.add(name + " at offset " + offset + ": " + what);
    }

    /** Takes nothing in but keys. */
    private static final class Keys implements Image, Image.Share {
        private final Set<SessionKey> keys = new LinkedHashSet<>();

        @Override
        public void expect(int about) {}

        @Override
        public Share share() {
            return this;
        }

        @Override
        public void close() {}

        @Override
        public void load(Session session) {
            keys.add(session.key());
        }

        @Override
        public void load(Tombstone tombstone) {
            keys.add(tombstone.key());
        }

        @Override
        public void live(Session session) {
            keys.add(session.key());
        }

        @Override
        public void gone(Tombstone tombstone) {
            keys.add(tombstone.key());
        }

        @Override
        public void removed(SessionKey key) {
            keys.add(key);
        }

        @Override
        public void evicted(SessionKey key, long incarnation, long version) {
            keys.add(key);
        }

        @Override
        public void touched(SessionKey key, long incarnation, long at) {
            // A lost access loses no session.
        }
    }
}
