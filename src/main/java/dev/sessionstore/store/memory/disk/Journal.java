package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes changes down in the order in which they were told. Whoever tells one goes on at once; one thread writes what has
 * gathered, so that one write, and one sync, serve many, and then has the answers sent that waited for them.
 *
 * <p>When the disk takes no more, changes that would need room are refused before they are made. Those that were made
 * already, and removals, go into the {@link Reserve}; where that does not help either they stay in the queue, and are
 * written when the disk is well.
 *
 * <p>Thread-safe. Lock order: {@link #syncing}, then {@link #lock}, which calls nothing that locks.
 */
final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);
    /** So much is handed to the operating system at once. */
    private static final int CHUNK = 1 << 20;
    /** How often a sick disk is tried again. */
    private static final long RETRY_MILLIS = 250;

    /** Changes that were told one after another, with something to do before they are written. */
    private static final class Batch {
        final List<Change> changes = new ArrayList<>();
        final long first;
        final @Nullable Runnable before;

        Batch(long first, @Nullable Runnable before) {
            this.first = first;
            this.before = before;
        }

        boolean isIdle() {
            return changes.isEmpty() && before == null;
        }
    }

    /** Somebody who waits for the change of that number. */
    private record Waiter(long number, CompletableFuture<Void> safe) {}

    /** Where a snapshot begins: all changes up to the base are in earlier files, when that is done. */
    record Mark(long base, CompletableFuture<Void> done) {}

    private interface Action {
        void run() throws IOException;
    }

    private final Storage storage;
    private final DataKeys keys;
    private final Fsync fsync;
    private final InstantSource clock;
    private final Executor answers;
    private final Consumer<String> fatal;
    private final Reserve reserve;
    private final Thread thread = new Thread(this::run, "session-store-journal");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    // Under the lock.
    private final ArrayDeque<Batch> queue = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private long last;
    private boolean lastNeedsRoom;
    private boolean isClosed;
    /** The disk takes nothing any more, not even into the reserve. */
    private boolean isStuck;
    /** No promise can be kept any more. */
    private boolean isDead;

    private volatile long written;
    private volatile long synced;
    /** Why nothing that needs room is taken; null: all is. */
    private volatile @Nullable String refusal;
    /** Whether it is for want of room alone. */
    private volatile boolean isFull;
    /** A sync failed: what the file holds is unknown until a snapshot stands in its place. */
    private volatile boolean isSuspect;

    private volatile long bytes;
    /** How much of that was in earlier files when the present one was opened. */
    private volatile long bytesBefore;

    private volatile long records;
    private volatile long syncs;
    private volatile long lastSyncBegan;

    /** Held while the file is synced or exchanged for another. */
    private final ReentrantLock syncing = new ReentrantLock();

    private Segment segment;

    // Of the journal's thread.
    private final ByteWriter out = new ByteWriter(CHUNK + (CHUNK >> 2));
    private final RecordWriter recordWriter = new RecordWriter();
    private long triedAt;

    /**
     * Opens a new file.
     *
     * @param last the number of the last change that is on disk
     * @param bytes how much journal there is already since the last snapshot
     * @param answers runs what waits for {@link #durable()}
     * @param fatal ends the process
     */
    Journal(
            Storage storage,
            DataKeys keys,
            Fsync fsync,
            InstantSource clock,
            Executor answers,
            Consumer<String> fatal,
            long last,
            long bytes)
            throws IOException {
        this.storage = storage;
        this.keys = keys;
        this.fsync = fsync;
        this.clock = clock;
        this.answers = answers;
        this.fatal = fatal;
        this.last = last;
        this.bytes = bytes;
        written = last;
        synced = last;
        reserve = new Reserve(storage);
        segment = openSegment(last);
        try {
            reserve.fill();
        } catch (IOException e) {
            refuse(e);
        }
        queue.add(new Batch(last + 1, null));
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** @throws StoreFullException if the disk has no room for anything new */
    void admit() {
        String why = refusal;
        if (why != null) {
            throw new StoreFullException(why);
        }
    }

    /**
     * Takes a change over. The caller holds whatever keeps changes of one key in order. Never waits for the disk.
     */
    void append(Change change) {
        lock.lock();
        try {
            Batch batch = queue.getLast();
            batch.changes.add(change);
            last++;
            lastNeedsRoom = change.needsRoom();
            if (batch.changes.size() == 1) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Completes when all that was appended before is as safe as was promised. */
    CompletionStage<Void> durable() {
        lock.lock();
        try {
            if (last <= safe()) {
                return DONE;
            }
            if (isDead) {
                return CompletableFuture.failedStage(dead());
            }
            if (isStuck) {
                // From a failed disk a removal waits for nothing: it counts, and is written if the disk gets well.
                boolean isLetThrough = !isFull && !lastNeedsRoom && fsync != Fsync.ALWAYS;
                return isLetThrough ? DONE : CompletableFuture.failedStage(full());
            }
            CompletableFuture<Void> safe = new CompletableFuture<>();
            waiters.addLast(new Waiter(last, safe));
            return safe;
        } finally {
            lock.unlock();
        }
    }

    private long safe() {
        return fsync == Fsync.ALWAYS ? synced : written;
    }

    private StoreFullException full() {
        String why = refusal;
        return new StoreFullException(why == null ? "the disk is full" : why);
    }

    private static StoreUnavailableException dead() {
        return new StoreUnavailableException("the disk failed", null);
    }

    /** Lets the next change go to a new file. Where the caller holds all changes off, the base divides them cleanly. */
    Mark mark() {
        lock.lock();
        try {
            long base = last;
            return new Mark(base, enqueue(() -> switchSegment(base)));
        } finally {
            lock.unlock();
        }
    }

    /** Completes when all that was appended before survives a power cut. */
    CompletableFuture<Void> force() {
        return enqueue(this::forceNow);
    }

    private CompletableFuture<Void> enqueue(Action action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Runnable before = () -> {
            try {
                action.run();
                done.complete(null);
            } catch (IOException e) {
                done.completeExceptionally(e);
            }
        };
        lock.lock();
        try {
            if (isDead || isClosed) {
                done.completeExceptionally(new IOException("the journal is closed"));
                return done;
            }
            queue.addLast(new Batch(last + 1, before));
            work.signal();
        } finally {
            lock.unlock();
        }
        return done;
    }

    /** The number of the last change. */
    long last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Whether only a snapshot can make the files trustworthy again. */
    boolean needsSnapshot() {
        return isSuspect;
    }

    /** Why new changes are refused; null: they are not. */
    @Nullable String refusal() {
        return refusal;
    }

    /** How much there is since the last snapshot. */
    long bytes() {
        return bytes;
    }

    long records() {
        return records;
    }

    long syncs() {
        return syncs;
    }

    /** When the last sync that succeeded began, in epoch milliseconds; 0: there was none. */
    long lastSyncBegan() {
        return lastSyncBegan;
    }

    /**
     * After a snapshot: only what came after its mark counts, and what a failed sync left unknown does not matter any
     * more.
     */
    void rebased() {
        lock.lock();
        try {
            bytes -= bytesBefore;
            bytesBefore = 0;
            isSuspect = false;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** For {@link Fsync#EVERYSEC}: syncs what was written, if anything was. By another thread than the journal's. */
    void syncWritten() {
        syncing.lock();
        try {
            if (synced < written && !isSuspect) {
                forceSegment();
            }
        } catch (IOException e) {
            suspect(e);
        } finally {
            syncing.unlock();
        }
    }

    /** Under the lock for syncing. */
    private void forceSegment() throws IOException {
        long target = written;
        long began = clock.millis();
        segment.force();
        syncs++;
        synced = Math.max(synced, target);
        lastSyncBegan = began;
    }

    // From here on: the journal's thread.

    private void run() {
        try {
            Batch batch = take();
            while (batch != null) {
                if (batch.before != null) {
                    batch.before.run();
                }
                write(batch);
                heal();
                batch = take();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the journal broke", e);
            die("the journal broke: " + e);
        }
    }

    /** What has gathered; null: closed, and all is written. While the disk is sick an empty batch comes now and then. */
    private @Nullable Batch take() {
        lock.lock();
        try {
            while (true) {
                Batch batch = queue.getFirst();
                if (isDead) {
                    return null;
                }
                if (!batch.isIdle() || queue.size() > 1) {
                    queue.removeFirst();
                    if (queue.isEmpty()) {
                        queue.addLast(new Batch(last + 1, null));
                    }
                    return batch;
                }
                if (isClosed) {
                    return null;
                }
                if (refusal == null) {
                    work.await();
                } else if (!work.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                    return new Batch(last + 1, null);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the journal", e);
        } finally {
            lock.unlock();
        }
    }

    private void write(Batch batch) {
        int done = 0;
        while (done < batch.changes.size()) {
            int next = encode(batch, done);
            try {
                segment.append(out);
            } catch (IOException e) {
                if (!mend(e)) {
                    return;
                }
                // Encoded again, since the file may be another one now.
                continue;
            }
            count(next - done, out.length());
            done = next;
            written = batch.first + done - 1;
        }
        if (done > 0) {
            safe(batch.first + done - 1);
        }
    }

    private void count(long moreRecords, long moreBytes) {
        lock.lock();
        try {
            records += moreRecords;
            bytes += moreBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Fills the buffer with the changes from that one on; returns the first that it has no place for. */
    private int encode(Batch batch, int from) {
        out.clear();
        int next = from;
        while (next < batch.changes.size() && out.length() < CHUNK) {
            int frame = segment.frames().begin(out);
            recordWriter.write(batch.changes.get(next), out);
            segment.frames().end(out, frame, batch.first + next);
            next++;
        }
        return next;
    }

    private void safe(long number) {
        if (fsync == Fsync.ALWAYS) {
            try {
                forceNow();
            } catch (IOException e) {
                return;
            }
        }
        List<Waiter> served = new ArrayList<>();
        lock.lock();
        try {
            isStuck = false;
            while (!waiters.isEmpty() && waiters.getFirst().number <= number) {
                served.add(waiters.removeFirst());
            }
        } finally {
            lock.unlock();
        }
        for (Waiter each : served) {
            answers.execute(() -> each.safe.complete(null));
        }
    }

    private void forceNow() throws IOException {
        syncing.lock();
        try {
            if (synced < written) {
                forceSegment();
            }
        } catch (IOException e) {
            suspect(e);
            throw e;
        } finally {
            syncing.unlock();
        }
    }

    /**
     * The old file is synced before anything goes to the new one, so a later file never survives without an earlier
     * one's end.
     */
    private void switchSegment(long base) throws IOException {
        syncing.lock();
        try {
            if (!isSuspect) {
                try {
                    segment.force();
                    synced = Math.max(synced, written);
                } catch (IOException e) {
                    suspect(e);
                }
            }
            exchange(Segment.open(storage, keys, base, clock.millis()));
        } finally {
            syncing.unlock();
        }
    }

    private void exchange(Segment next) {
        Segment old = segment;
        segment = next;
        bytesBefore = bytes;
        try {
            old.close();
        } catch (IOException e) {
            LOG.warn("an old journal could not be closed: {}", e.toString());
        }
    }

    /** A new file, or where there is no room for one, the reserve. */
    private Segment openSegment(long base) throws IOException {
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

    /** A failed sync is never tried again: the system may have forgotten what it could not write. */
    private void suspect(IOException e) {
        if (fsync == Fsync.ALWAYS) {
            die("a sync of the journal failed, so what was written may be lost: " + e);
            return;
        }
        isSuspect = true;
        refuse(e);
    }

    private void die(String why) {
        List<Waiter> failed;
        lock.lock();
        try {
            isDead = true;
            refusal = "the disk failed";
            failed = new ArrayList<>(waiters);
            waiters.clear();
        } finally {
            lock.unlock();
        }
        fatal.accept(why);
        for (Waiter each : failed) {
            answers.execute(() -> each.safe.completeExceptionally(dead()));
        }
    }

    private void refuse(IOException e) {
        if (refusal == null) {
            LOG.error("the disk is full or failed: writes are refused, reads and deletions go on: {}", e.toString());
        }
        isFull = isNoSpace(e);
        refusal = isFull ? "the disk is full" : "the disk failed";
    }

    private static boolean isNoSpace(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left") || message.contains("quota exceeded");
    }

    /** After a write that failed. False: the journal closes, and gives up. */
    private boolean mend(IOException e) {
        refuse(e);
        return useReserve() || waitForTheDisk();
    }

    /** What was written in part stays at the old file's end: the new one's base says that it does not count. */
    private boolean useReserve() {
        syncing.lock();
        try {
            Storage.Sink room = reserve.take();
            if (room == null) {
                return false;
            }
            if (!isSuspect) {
                segment.force();
                synced = Math.max(synced, written);
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

    private boolean waitForTheDisk() {
        List<Waiter> failed;
        boolean closes;
        lock.lock();
        try {
            isStuck = true;
            failed = new ArrayList<>(waiters);
            waiters.clear();
            closes = isClosed;
        } finally {
            lock.unlock();
        }
        StoreFullException full = full();
        for (Waiter each : failed) {
            answers.execute(() -> each.safe.completeExceptionally(full));
        }
        if (closes) {
            LOG.error("the disk takes nothing: changes {} to {} are lost", written + 1, last());
            return false;
        }
        lock.lock();
        try {
            for (long left = TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS); left > 0 && !isClosed; ) {
                left = work.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the journal", e);
        } finally {
            lock.unlock();
        }
        return true;
    }

    /** While writes are refused: whether the disk is well again. */
    private void heal() {
        boolean tooSoon = System.nanoTime() - triedAt < TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
        if (refusal == null || isSuspect || isDead || tooSoon) {
            return;
        }
        triedAt = System.nanoTime();
        try {
            if (!reserve.canBe()) {
                return;
            }
            reserve.fill();
            refusal = null;
            LOG.info("the disk takes writes again");
        } catch (IOException e) {
            LOG.debug("the disk is still full or failed: {}", e.toString());
        }
    }

    /** Writes and syncs what is left. */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (thread.isAlive()) {
                thread.join();
            }
            syncing.lock();
            try {
                if (!isSuspect && !isDead) {
                    segment.force();
                }
                segment.close();
            } finally {
                syncing.unlock();
            }
        } catch (IOException e) {
            LOG.error("the journal could not be closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
