package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.Tombstone;
import java.io.IOException;

/**
 * Writes a snapshot's file: frames of many records each, so that encryption and checks cost little. Not thread-safe.
 */
final class SnapshotWriter implements AutoCloseable {
    /** A frame is closed when it has grown to this. */
    private static final int FRAME = 1 << 16;
    /** So much goes to the operating system at once. */
    private static final int CHUNK = 1 << 18;
    /** So much may wait there for the disk: a sync of more would hold up the journal's. */
    private static final long UNFORCED = 8 << 20;
    /** A snapshot up to this is over before it disturbs anybody: rests would only let a crash come first. */
    private static final long WITHOUT_REST = 32 << 20;

    private final Storage.Sink file;
    private final FrameWriter frames;
    private final RecordWriter records = new RecordWriter();
    private final ByteWriter out = new ByteWriter(CHUNK + 2 * FRAME);
    private final Pace pace;
    private int frame;
    private long number;
    private long bytes;
    private long unforced;
    private long since = System.nanoTime();
    private long sessions;
    private long tombstones;

    /** Makes a rest after each chunk. */
    interface Pace {
        /** @param workedNanos since the last rest, waits for the disk apart */
        void rest(long workedNanos);
    }

    SnapshotWriter(Storage.Sink file, FileHeader header, Sealing sealing, Pace pace) {
        this.file = file;
        this.pace = pace;
        frames = new FrameWriter(header, sealing);
        out.put(header.encode());
        frame = frames.begin(out);
    }

    void write(Lookup held) throws IOException {
        if (held instanceof Session session) {
            records.write(session, out);
            sessions++;
        } else if (held instanceof Tombstone tombstone) {
            records.write(tombstone, out);
            tombstones++;
        }
        if (out.length() - frame >= FRAME) {
            frames.end(out, frame, ++number);
            if (out.length() >= CHUNK) {
                flush();
                if (bytes > WITHOUT_REST) {
                    pace.rest(System.nanoTime() - since);
                }
                since = System.nanoTime();
            }
            frame = frames.begin(out);
        }
    }

    /** The last record, and all of it safe on disk. */
    SnapshotEnd end(long through, long now) throws IOException {
        SnapshotEnd end = new SnapshotEnd(sessions, tombstones, through, now);
        records.write(end, out);
        frames.end(out, frame, ++number);
        flush();
        file.force();
        return end;
    }

    long bytes() {
        return bytes;
    }

    private void flush() throws IOException {
        file.append(out.toBuffer());
        bytes += out.length();
        unforced += out.length();
        out.clear();
        if (unforced >= UNFORCED) {
            file.force();
            unforced = 0;
            since = System.nanoTime();
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
