package dev.sessionstore.store.memory.disk;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that the journal goes to, and whether the disk takes it.
 *
 * <p>A write that fails for want of room goes on in the {@link Reserve}, and what needs room is refused from then on,
 * until there is a new reserve. A sync that fails is never tried again, for the system may have forgotten what it could
 * not write: from then on only a snapshot, which stands for everything before it, makes the files trustworthy.
 *
 * <p>For the journal's thread, but for {@link #syncWritten}, {@link #rebased} and the figures.
 */
final class JournalWriter {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    /** So much is handed to the operating system at once. */
    private static final int CHUNK = 1 << 20;
    /** How often a sick disk is tried again. */
    static final long RETRY_MILLIS = 250;

    private final Storage storage;
    private final DataKeys keys;
    private final InstantSource clock;
    private final Consumer<IOException> syncFailed;
    private final Reserve reserve;
    private final ByteWriter out = new ByteWriter(CHUNK + (CHUNK >> 2));
    private final RecordWriter records = new RecordWriter();
    /** Held while the file is synced or exchanged for another. */
    private final ReentrantLock syncing = new ReentrantLock();

    private Segment segment;
    private long triedAt;

    private volatile long written;
    private volatile long synced;
    private volatile @Nullable String refusal;
    /** Whether it is for want of room alone. */
    private volatile boolean isFull;

    private volatile boolean isSuspect;

    private volatile long earlierBytes;
    private volatile long segmentBytes;
    private volatile long count;
    private volatile long syncs;
    private volatile long lastSyncBegan;

    /**
     * Opens a new file.
     *
     * @param last the number of the last change that is on disk
     * @param bytes how much journal there is already since the last snapshot
     * @param syncFailed told when a sync fails, once it is noted here
     */
    JournalWriter(
            Storage storage,
            DataKeys keys,
            InstantSource clock,
            long last,
            long bytes,
            Consumer<IOException> syncFailed)
            throws IOException {
        this.storage = storage;
        this.keys = keys;
        this.clock = clock;
        this.syncFailed = syncFailed;
        written = last;
        synced = last;
        earlierBytes = bytes;
        reserve = new Reserve(storage);
        segment = openFirst(last);
        storage.sync();
        try {
            reserve.fill();
        } catch (IOException e) {
            refuse(e);
        }
    }

    /** A new file, or where there is no room for one, the reserve that an earlier run left. */
    private Segment openFirst(long base) throws IOException {
        try {
            return Segment.open(storage, keys, base, clock.millis());
        } catch (IOException e) {
            Storage.Sink room = reserve.take();
            if (room == null) {
                throw e;
            }
            refuse(e);
            return Segment.openIn(room, storage, keys, base, clock.millis());
        }
    }

    /** The number of the last change that the operating system has. */
    long written() {
        return written;
    }

    /** The number of the last change that the disk has. */
    long synced() {
        return synced;
    }

    /** Why what needs room is refused; null: it is not. */
    @Nullable String refusal() {
        return refusal;
    }

    boolean isFull() {
        return isFull;
    }

    /** Whether only a snapshot can make the files trustworthy again. */
    boolean isSuspect() {
        return isSuspect;
    }

    /** How much there is since the last snapshot. */
    long bytes() {
        return earlierBytes + segmentBytes;
    }

    long count() {
        return count;
    }

    long syncs() {
        return syncs;
    }

    /** When the last sync that succeeded began, in epoch milliseconds; 0: there was none. */
    long lastSyncBegan() {
        return lastSyncBegan;
    }

    /**
     * Writes as many changes as go at once.
     *
     * @param from the first of them to be written, which has the next number
     * @return the first that is still to be written
     * @throws IOException if none was written; {@link #mend} may help
     */
    int write(List<Change> changes, int from) throws IOException {
        out.clear();
        int next = from;
        while (next < changes.size() && out.length() < CHUNK) {
            int frame = segment.frames().begin(out);
            records.write(changes.get(next), out);
            segment.frames().end(out, frame, written + 1 + next - from);
            next++;
        }
        segment.append(out);
        segmentBytes = segment.size();
        count += next - from;
        written += next - from;
        return next;
    }

    /** After this what was written survives a power cut. */
    void force() throws IOException {
        syncing.lock();
        try {
            if (synced < written) {
                forceSegment();
            }
        } finally {
            syncing.unlock();
        }
    }

    /** The same by another thread, if the files are worth it. */
    void syncWritten() {
        syncing.lock();
        try {
            if (synced < written && !isSuspect) {
                forceSegment();
            }
        } catch (IOException e) {
            LOG.debug("told already: {}", e.toString());
        } finally {
            syncing.unlock();
        }
    }

    /** Under the lock for syncing. */
    private void forceSegment() throws IOException {
        long target = written;
        long began = clock.millis();
        try {
            segment.force();
        } catch (IOException e) {
            suspect(e);
            throw e;
        }
        syncs++;
        synced = Math.max(synced, target);
        lastSyncBegan = began;
    }

    private void suspect(IOException e) {
        isSuspect = true;
        refuse(e);
        syncFailed.accept(e);
    }

    /**
     * Goes on in a new file. The old one is synced before anything goes to the new, so a later file never survives
     * without an earlier one's end; one that could not be synced is left, as a snapshot is to stand for it.
     */
    void switchFile() throws IOException {
        syncing.lock();
        try {
            if (!isSuspect) {
                forceSegment();
            }
            exchange(Segment.open(storage, keys, written, clock.millis()));
        } finally {
            syncing.unlock();
        }
    }

    private void exchange(Segment next) throws IOException {
        Segment old = segment;
        segment = next;
        earlierBytes += segmentBytes;
        segmentBytes = next.size();
        try {
            old.close();
        } catch (IOException e) {
            LOG.warn("an old journal could not be closed: {}", e.toString());
        }
        try {
            storage.sync();
        } catch (IOException e) {
            // The new file may have its name for good already: there is no way back to the old one.
            next.spoil();
            suspect(e);
            throw e;
        }
    }

    private void refuse(IOException e) {
        if (refusal == null) {
            LOG.error("the disk is full or failed: writes are refused, reads and deletions go on: {}", e.toString());
        }
        isFull = isForWantOfRoom(e);
        refusal = isFull ? "the disk is full" : "the disk failed";
    }

    /** The system's words for it depend on the language; how much is free does not show a quota. */
    private boolean isForWantOfRoom(IOException e) {
        String message = String.valueOf(e.getMessage());
        try {
            return message.contains("No space left")
                    || message.contains("quota exceeded")
                    || storage.usableBytes() < CHUNK;
        } catch (IOException unknown) {
            return false;
        }
    }

    /**
     * After a write that failed: goes on in the reserve. What was written in part stays at the old file's end; the new
     * one's base says that it does not count.
     *
     * @return whether another try is worth it at once
     */
    boolean mend(IOException failure) {
        refuse(failure);
        syncing.lock();
        try {
            Storage.Sink room = reserve.take();
            if (room == null) {
                return false;
            }
            if (!isSuspect) {
                forceSegment();
            }
            exchange(Segment.openIn(room, storage, keys, written, clock.millis()));
            return true;
        } catch (IOException e) {
            LOG.warn("the room held back could not be used: {}", e.toString());
            return false;
        } finally {
            syncing.unlock();
        }
    }

    /** After a wait for a disk that failed: another file may do where this one does not. */
    void tryOtherFile() {
        if (!isFull) {
            try {
                switchFile();
            } catch (IOException e) {
                LOG.debug("no other file either: {}", e.toString());
            }
        }
    }

    /** While what needs room is refused: whether the disk is well again. */
    void heal() {
        boolean tooSoon = System.nanoTime() - triedAt < TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
        if (refusal == null || isSuspect || tooSoon) {
            return;
        }
        triedAt = System.nanoTime();
        try {
            if (reserve.canBe()) {
                reserve.fill();
                refusal = null;
                LOG.info("the disk takes writes again");
            }
        } catch (IOException e) {
            LOG.debug("the disk is still full or failed: {}", e.toString());
        }
    }

    /** A snapshot stands for everything before the present file, also for what a failed sync left unknown. */
    void rebased() {
        syncing.lock();
        try {
            earlierBytes = 0;
            isSuspect = segment.isSpoilt();
        } finally {
            syncing.unlock();
        }
    }

    void close() throws IOException {
        syncing.lock();
        try {
            if (!isSuspect && synced < written) {
                forceSegment();
            }
            segment.close();
        } finally {
            syncing.unlock();
        }
    }
}
