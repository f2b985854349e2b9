package dev.sessionstore.store.memory.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file that only takes up room, to be given back when the disk is full: for the changes that are in memory already,
 * and for deletions after them. Of random bytes, which no file system makes smaller. For one thread.
 */
final class Ballast {
    private static final int CHUNK = 1 << 16;
    private static final long LEAST = 1 << 18;
    private static final long MOST = 16 << 20;
    /** Its share of what is free at the start. */
    private static final int SHARE = 16;

    private final Storage storage;
    private final long wanted;
    private Storage.@Nullable Sink file;
    private long size;

    Ballast(Storage storage) throws IOException {
        this.storage = storage;
        storage.delete(FileNames.BALLAST);
        wanted = Math.max(LEAST, Math.min(MOST, storage.usableBytes() / SHARE));
    }

    boolean isFull() {
        return size >= wanted;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether there seems to be the room that it lacks, and a little more. */
    boolean couldFill() throws IOException {
        return storage.usableBytes() >= wanted - size + LEAST;
    }

    /** Takes its room again, or throws and takes none. */
    void fill() throws IOException {
        try {
            if (file == null) {
                file = storage.create(FileNames.BALLAST);
            }
            SplittableRandom random = new SplittableRandom();
            byte[] chunk = new byte[CHUNK];
            while (!isFull()) {
                random.nextBytes(chunk);
                file.append(ByteBuffer.wrap(chunk));
                size += CHUNK;
            }
            file.force();
        } catch (IOException e) {
            release();
            throw e;
        }
    }

    /** Gives all its room back. */
    void release() throws IOException {
        if (file != null) {
            file.truncate(0);
            file.force();
        }
        size = 0;
    }

    void close() throws IOException {
        if (file != null) {
            file.close();
        }
        storage.delete(FileNames.BALLAST);
    }
}
