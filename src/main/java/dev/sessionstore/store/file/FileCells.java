package dev.sessionstore.store.file;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.CellFormat;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cells in files. A change of one holds its key's lock; reading needs none, as a file is replaced whole.
 *
 * <p>A place in a listing is there before the cell's file and goes after it, all under the lock: whoever holds the lock
 * and finds a place without its cell has met what a crash left. So has who finds an unfinished file. Thread-safe.
 */
final class FileCells {
    private static final Logger LOG = LoggerFactory.getLogger(FileCells.class);

    private final FileTree tree;
    private final InstantSource clock;
    private final long patienceNanos;
    private final LongConsumer grown;
    private boolean wasMade;
    private boolean isClosed;
    /** Null: not opened yet, or no more. */
    private volatile @Nullable Locks locks;

    /** @param grown hears how many files more there are, or fewer */
    FileCells(FileOptions options, InstantSource clock, LongConsumer grown) {
        tree = new FileTree(options);
        this.clock = clock;
        this.grown = grown;
        patienceNanos = options.timeout().toNanos();
    }

    FileTree tree() {
        return tree;
    }

    /** Makes the directory, the first time, and opens what is locked. */
    Locks open() throws IOException {
        Locks open = locks;
        return open == null ? reopen() : open;
    }

    private synchronized Locks reopen() throws IOException {
        Locks open = locks;
        if (open == null) {
            if (isClosed) {
                throw new IOException("it was closed");
            }
            if (wasMade) {
                // Not again: the disk may not be mounted.
                tree.check();
            }
            tree.make();
            wasMade = true;
            open = Locks.of(tree.lock());
            locks = open;
        }
        return open;
    }

    /** Opens it again if what is locked is not what others lock now. */
    void check() throws IOException {
        Locks open = open();
        tree.check();
        if (!open.isInPlace()) {
            close(false);
            open();
        }
        if (!Files.isWritable(tree.sessions())) {
            throw new AccessDeniedException(tree.sessions().toString());
        }
        try {
            // What is above may be answered from memory while the disk hangs.
            tree.tryToWrite();
        } catch (IOException e) {
            if (!Failures.isFull(tree.root(), e)) {
                throw e;
            }
            // A full disk answers.
        }
    }

    synchronized void close(boolean forGood) throws IOException {
        isClosed |= forGood;
        Locks open = locks;
        locks = null;
        if (open != null) {
            open.close();
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T locked(SessionKey key, Work<T> work) throws IOException {
        T done = lockedWithin(patienceNanos, key, work);
        if (done == null) {
            throw heldTooLong();
        }
        return done;
    }

    StoreUnavailableException heldTooLong() {
        return StoreUnavailableException.refused("another process or thread held a lock in " + tree.root() + " for "
                + patienceNanos / 1_000_000 + " ms; is one of them stopped, or the disk slow?");
    }

    /** @return null: others had the lock */
    private <T> @Nullable T lockedWithin(long nanos, SessionKey key, Work<T> work) throws IOException {
        Locks.Held held = open().acquire(key, nanos);
        if (held == null) {
            return null;
        }
        try {
            return work.run();
        } finally {
            held.release();
        }
    }

    @Nullable Cell find(SessionKey key) throws IOException, UnreadableCellException {
        Cell cell = read(key);
        // The six bytes of a touch under way may show half: off by a minute, and only here, as writers have the lock.
        return cell != null && cell.isSession() && cell.isOver(clock.millis()) ? read(key) : cell;
    }

    private @Nullable Cell read(SessionKey key) throws IOException, UnreadableCellException {
        open();
        byte[] bytes = tree.read(key);
        return bytes == null ? null : CellFormat.read(key, bytes);
    }

    /** Whether there is nothing, not even what cannot be read. */
    boolean isGone(SessionKey key) throws IOException {
        return tree.read(key) == null;
    }

    private static @Nullable Cell readable(SessionKey key, byte @Nullable [] bytes) {
        try {
            return bytes == null ? null : CellFormat.read(key, bytes);
        } catch (UnreadableCellException e) {
            return null;
        }
    }

    Put put(@Nullable Stamp expected, Cell next) throws IOException {
        Put put = locked(next.key(), () -> putLocked(expected, next));
        if (put == Put.DONE) {
            // Without the lock: others may see what a power cut could still take, but this caller is not answered yet.
            tree.syncFolderOf(next.key());
        }
        return put;
    }

    private Put putLocked(@Nullable Stamp expected, Cell next) throws IOException {
        SessionKey key = next.key();
        byte[] bytes = tree.read(key);
        Cell there = readable(key, bytes);
        long now = clock.millis();
        boolean fits = expected == null
                ? bytes == null
                : there != null && there.stamp().equals(expected) && !there.isOver(now);
        if (!fits) {
            return bytes != null && there == null ? Put.LOOK : Put.refusalBy(there, expected, now);
        }
        Cell cell = there == null ? next : next.accessed(there.accessedAt());
        if (cell.isDropped(now)) {
            remove(key, there);
        } else {
            write(cell, there);
        }
        return Put.DONE;
    }

    private void write(Cell cell, @Nullable Cell there) throws IOException {
        Path before = tree.placeOf(there);
        Path after = tree.placeOf(cell);
        Path made = after == null || after.equals(before) ? null : after;
        if (made != null) {
            tree.mark(made);
        }
        try {
            writeOrMakeRoom(cell, there);
        } catch (IOException e) {
            if (made != null) {
                try {
                    tree.delete(made);
                } catch (IOException left) {
                    // A reader or the cleanup takes it away.
                    e.addSuppressed(left);
                }
            }
            throw e;
        }
        if (there == null) {
            grown.accept(1);
        }
        if (before != null && !before.equals(after)) {
            tree.delete(before);
        }
    }

    /** On a full disk, who is to be gone goes: at worst without leaving a mark. */
    private void writeOrMakeRoom(Cell cell, @Nullable Cell there) throws IOException {
        byte[] content = CellFormat.write(cell);
        try {
            tree.write(cell.key(), content);
        } catch (IOException e) {
            if (!Failures.isFull(tree.root(), e)
                    || there == null
                    || cell.stamp().revision() != Stamp.GONE) {
                throw e;
            }
            tree.delete(tree.fileOf(cell.key()));
            try {
                tree.write(cell.key(), content);
            } catch (IOException again) {
                LOG.warn("the disk of {} is full: the end of {} leaves no mark", tree.root(), cell.key());
            }
        }
    }

    /**
     * Moves the access forward in place. Not forced: a power cut may lose the last half minute of accesses.
     *
     * @return false: others had the lock for so long
     */
    boolean touch(SessionKey key, long accessedAt, long mostNanos) throws IOException {
        return lockedWithin(Math.min(mostNanos, patienceNanos), key, () -> {
                    touchLocked(key, accessedAt);
                    return true;
                })
                != null;
    }

    private void touchLocked(SessionKey key, long accessedAt) throws IOException {
        Cell there = readable(key, tree.read(key));
        if (there != null && there.isSession() && !there.isOver(clock.millis()) && accessedAt > there.accessedAt()) {
            tree.writeAt(key, CellFormat.ACCESSED_AT, CellFormat.time(accessedAt));
        }
    }

    /**
     * Removes a cell if it is still so when nobody else can change it.
     *
     * @return whether it was
     */
    boolean removeIf(SessionKey key, Predicate<Cell> test) throws IOException {
        return locked(key, () -> {
            Cell there = readable(key, tree.read(key));
            boolean isSo = there != null && test.test(there);
            if (isSo) {
                remove(key, there);
            }
            return isSo;
        });
    }

    private void remove(SessionKey key, @Nullable Cell there) throws IOException {
        if (there != null) {
            tree.delete(tree.fileOf(key));
            grown.accept(-1);
            Path place = tree.placeOf(there);
            if (place != null) {
                tree.delete(place);
            }
        }
    }

    void discard(SessionKey key, byte[] unreadable) throws IOException {
        locked(key, () -> {
            if (Arrays.equals(tree.read(key), unreadable)) {
                tree.delete(tree.fileOf(key));
                grown.accept(-1);
            }
            return true;
        });
    }

    /** Removes an unfinished file that a crash left, if the key's lock is free: who has it is writing that file. */
    void removeUnfinished(SessionKey key, Path left) throws IOException {
        lockedWithin(0, key, () -> {
            tree.delete(left);
            return true;
        });
    }

    /**
     * Removes a place that is not its cell's, if the key's lock is free: who has it may be about to need it. It stays while
     * the cell cannot be read: a newer version may have written both.
     */
    void repair(SessionKey key, Path place) throws IOException {
        lockedWithin(0, key, () -> {
            byte[] bytes = tree.read(key);
            Cell there = readable(key, bytes);
            boolean isUnreadable = bytes != null && there == null;
            if (!isUnreadable && !place.equals(tree.placeOf(there))) {
                tree.delete(place);
            }
            return true;
        });
    }
}
