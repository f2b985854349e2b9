package dev.sessionstore.store.memory.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

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
    private long size;

    /** Takes over what an earlier run left, if it is enough. */
    Ballast(Storage storage) throws IOException {
        this.storage = storage;
        if (storage.names().contains(FileNames.BALLAST)) {
            try (Storage.Source left = storage.open(FileNames.BALLAST)) {
                size = left.size();
            }
        }
        wanted = Math.max(LEAST, Math.min(MOST, (storage.usableBytes() + size) / SHARE)) / CHUNK * CHUNK;
    }

    boolean isFull() {
        return size >= wanted;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether there seems to be the room that it lacks, and a little more. */
    boolean couldFill() throws IOException {
        return isFull() || storage.usableBytes() >= wanted + LEAST;
    }

    /** Takes its room again, or throws and takes none. */
    void fill() throws IOException {
        if (isFull()) {
            return;
        }
        size = 0;
        storage.delete(FileNames.BALLAST);
        SplittableRandom random = new SplittableRandom();
        byte[] chunk = new byte[CHUNK];
        try (Storage.Sink file = storage.create(FileNames.BALLAST)) {
            for (long filled = 0; filled < wanted; filled += CHUNK) {
                random.nextBytes(chunk);
                file.append(ByteBuffer.wrap(chunk));
            }
            file.force();
        } catch (IOException e) {
            release();
            throw e;
        }
        size = wanted;
    }

    /** Gives all its room back. */
    void release() throws IOException {
        size = 0;
        storage.truncate(FileNames.BALLAST, 0);
    }
}
