package dev.sessionstore.store.memory.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The file that the journal goes to at the moment. Written by one thread; {@link #force} may be another's.
 */
final class Segment {
    private final Storage.Sink file;
    private final FrameWriter frames;
    private long size = FileHeader.SIZE;
    private boolean endsInPart;
    private volatile boolean isSpoilt;

    private Segment(Storage.Sink file, FrameWriter frames) {
        this.file = file;
        this.frames = frames;
    }

    /**
     * A new file for the changes after that number. It has its name only when its header is safe, so no file of that
     * name is ever without one; the name itself is safe after the directory's next sync.
     */
    static Segment open(Storage storage, DataKeys keys, long base, long now) throws IOException {
        String unfinished = FileNames.of(FileHeader.Kind.JOURNAL, base) + FileNames.UNFINISHED;
        storage.delete(unfinished);
        return open(storage, keys, base, now, storage.create(unfinished), unfinished);
    }

    /** The same, in room that is there already. */
    static Segment openIn(Storage.Sink reserve, Storage storage, DataKeys keys, long base, long now)
            throws IOException {
        return open(storage, keys, base, now, reserve, FileNames.RESERVE);
    }

    private static Segment open(
            Storage storage, DataKeys keys, long base, long now, Storage.Sink file, String unfinished)
            throws IOException {
        FileHeader header = FileHeader.ofJournal(base, keys.writingId(), now);
        try {
            file.append(ByteBuffer.wrap(header.encode()));
            file.force();
            storage.rename(unfinished, FileNames.of(FileHeader.Kind.JOURNAL, base));
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return new Segment(file, new FrameWriter(header, keys.writingSealing(header)));
    }

    FrameWriter frames() {
        return frames;
    }

    long size() {
        return size;
    }

    /** Whole frames. What an exception left in part is taken away before the next ones are written. */
    void append(ByteWriter bytes) throws IOException {
        if (endsInPart) {
            file.truncate(size);
        }
        endsInPart = true;
        file.append(bytes.toBuffer());
        endsInPart = false;
        size += bytes.length();
    }

    /** After one that failed all others do: the system may have forgotten what it could not write. */
    void force() throws IOException {
        if (isSpoilt) {
            throw new IOException("an earlier sync failed");
        }
        try {
            file.force();
        } catch (IOException e) {
            isSpoilt = true;
            throw e;
        }
    }

    /** What this holds may be lost. */
    void spoil() {
        isSpoilt = true;
    }

    boolean isSpoilt() {
        return isSpoilt;
    }

    void close() throws IOException {
        file.close();
    }
}
