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

    private Segment(Storage.Sink file, FrameWriter frames) {
        this.file = file;
        this.frames = frames;
    }

    /**
     * A new file for the changes after that number. It has its name only when its header is safe, so no file of that
     * name is ever without one.
     */
    static Segment open(Storage storage, DataKeys keys, long base, long now) throws IOException {
        FileHeader header = FileHeader.create(FileHeader.Kind.JOURNAL, base, keys.writingId(), now);
        String name = FileNames.of(FileHeader.Kind.JOURNAL, base);
        String unfinished = name + FileNames.UNFINISHED;
        storage.delete(unfinished);
        Storage.Sink file = storage.create(unfinished);
        try {
            file.append(ByteBuffer.wrap(header.encode()));
            file.force();
            storage.rename(unfinished, name);
            storage.sync();
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

    /** Whole frames. After an exception a part may be there: {@link #cut} takes it away. */
    void append(ByteWriter bytes) throws IOException {
        file.append(bytes.toBuffer());
        size += bytes.length();
    }

    void cut() throws IOException {
        file.truncate(size);
    }

    void force() throws IOException {
        file.force();
    }

    void close() throws IOException {
        file.close();
    }
}
