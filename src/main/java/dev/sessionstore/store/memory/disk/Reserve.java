package dev.sessionstore.store.memory.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Room held back for a full disk: a file of zeros that is there already, and becomes the journal's next file by being
 * written over. So nobody else can take it in the moment in which it is needed. What follows its last record reads as
 * zeros, as the end of a file that a crash left unfinished does.
 *
 * <p>For one thread.
 */
final class Reserve {
    private static final int CHUNK = 1 << 16;
    private static final long LEAST = 1 << 18;
    private static final long MOST = 16 << 20;
    /** Its share of what is free at the start. */
    private static final int SHARE = 16;

    private final Storage storage;
    private final long wanted;
    private boolean isThere;

    /** Takes over what an earlier run left, if it is enough. */
    Reserve(Storage storage) throws IOException {
        this.storage = storage;
        long left = 0;
        if (storage.names().contains(FileNames.RESERVE)) {
            try (Storage.Source file = storage.open(FileNames.RESERVE)) {
                left = file.size();
            }
        }
        wanted = Math.max(LEAST, Math.min(MOST, (storage.usableBytes() + left) / SHARE)) / CHUNK * CHUNK;
        isThere = left >= wanted;
    }

    /** Whether there is any, or seems to be the room for it and a little more. */
    boolean canBe() throws IOException {
        return isThere || storage.usableBytes() >= wanted + LEAST;
    }

    /** Sees to it that it is there, or throws and takes no room. */
    void fill() throws IOException {
        if (isThere) {
            return;
        }
        storage.delete(FileNames.RESERVE);
        try (Storage.Sink file = storage.create(FileNames.RESERVE)) {
            byte[] zeros = new byte[CHUNK];
            for (long filled = 0; filled < wanted; filled += CHUNK) {
                file.append(ByteBuffer.wrap(zeros));
            }
            file.force();
        } catch (IOException e) {
            storage.delete(FileNames.RESERVE);
            throw e;
        }
        isThere = true;
    }

    /** Gives it away, to be written from its beginning on; null: there is none. */
    Storage.@Nullable Sink take() throws IOException {
        if (!isThere) {
            return null;
        }
        isThere = false;
        return storage.overwrite(FileNames.RESERVE);
    }
}
