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
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changes in the order in which they are told. Whoever tells one goes on at once; one thread has what has gathered
 * written, so that one write, and one sync, serve many, and then lets the answers go that waited for them.
 *
 * <p>When the disk takes no more, changes that would need room are refused before they are made. What was made already
 * is written where there is room left for it, or stays in the queue until the disk is well.
 *
 * <p>Thread-safe. {@link #append} is called under others' locks, and the lock here calls nothing that locks.
 */
final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    /** One task for many: to wake a thread takes longer than to send an answer. */
    private static final int SERVED_AT_ONCE = 16;

    /** So many changes in one batch show that many write at once. */
    private static final int MANY = 4;

    private static final long GATHER_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    /** Something for the journal's thread, in its place among the changes. */
    private record Command(Action action, CompletableFuture<Void> done) {
        void run() {
            try {
                action.run();
                done.complete(null);
            } catch (IOException e) {
                done.completeExceptionally(e);
            }
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    /** Changes that were told one after another, with what is to be done before they are written. */
    private static final class Batch {
        final @Nullable Command before;
        final List<Change> changes = new ArrayList<>();

        Batch(@Nullable Command before) {
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

    private final Fsync fsync;
    private final Executor answers;
    private final Consumer<String> fatal;
    private final JournalWriter writer;
    private final Thread thread = new Thread(this::run, "session-store-journal");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    // Under the lock.
    private final ArrayDeque<Batch> queue = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private long last;
    private boolean isClosed;
    /** The disk takes nothing any more, not even into the reserve. */
    private boolean isStuck;
    /** No promise can be kept any more. */
    private boolean isDead;
    /** At the end: nothing is written any more, since a later change must not stand without an earlier one. */
    private boolean hasGivenUp;

    /** Whether this thread told of something that takes room since it last asked whether that is safe. */
    private final ThreadLocal<Boolean> toldOfMore = new ThreadLocal<>();

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
        this.fsync = fsync;
        this.answers = answers;
        this.fatal = fatal;
        this.last = last;
        writer = new JournalWriter(storage, keys, clock, last, bytes, this::syncFailed);
        queue.add(new Batch(null));
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** @throws StoreFullException if the disk has no room for anything new */
    void admit() {
        String why = writer.refusal();
        if (why != null) {
            throw new StoreFullException(why);
        }
    }

    /** Takes a change over. The caller holds whatever keeps changes of one key in order. Never waits for the disk. */
    void append(Change change) {
        if (change.needsRoom()) {
            toldOfMore.set(true);
        }
        lock.lock();
        try {
            List<Change> gathering = queue.getLast().changes;
            gathering.add(change);
            last++;
            if (gathering.size() == 1) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Completes when all that was appended before is as safe as was promised. On the thread that appended. */
    CompletionStage<Void> durable() {
        boolean hasToldOfMore = toldOfMore.get() != null;
        if (hasToldOfMore) {
            toldOfMore.remove();
        }
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
                boolean isLetThrough = !writer.isFull() && !hasToldOfMore && fsync != Fsync.ALWAYS;
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
        return fsync == Fsync.ALWAYS ? writer.synced() : writer.written();
    }

    private StoreFullException full() {
        String why = writer.refusal();
        return new StoreFullException(why == null ? "the disk is full" : why);
    }

    private static StoreUnavailableException dead() {
        return new StoreUnavailableException("the disk failed", null);
    }

    /** Lets the next change go to a new file. Where the caller holds all changes off, the base divides them cleanly. */
    Mark mark() {
        lock.lock();
        try {
            return new Mark(last, enqueue(writer::switchFile));
        } finally {
            lock.unlock();
        }
    }

    /** Completes when all that was appended before survives a power cut. */
    CompletableFuture<Void> force() {
        return enqueue(writer::force);
    }

    private CompletableFuture<Void> enqueue(Action action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        lock.lock();
        try {
            if (isDead || isClosed || isStuck) {
                done.completeExceptionally(new IOException("the disk takes nothing"));
                return done;
            }
            queue.addLast(new Batch(new Command(action, done)));
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

    /** What it writes with: how much, how safe, and whether the disk takes it. */
    JournalWriter writer() {
        return writer;
    }

    /** After a snapshot. */
    void rebased() {
        writer.rebased();
        lock.lock();
        try {
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    // From here on: the journal's thread.

    private void run() {
        try {
            Batch batch = take();
            while (batch != null) {
                if (batch.before != null) {
                    batch.before.run();
                }
                write(batch.changes);
                writer.heal();
                gather(batch.changes.size());
                batch = take();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the journal broke", e);
            die("the journal broke: " + e);
        }
    }

    /**
     * While many write at once a moment more lets one write, and the threads that it wakes, serve more of them. A sync
     * takes long enough for that by itself.
     */
    private void gather(int lately) {
        if (lately >= MANY && fsync != Fsync.ALWAYS) {
            LockSupport.parkNanos(this, GATHER_NANOS);
        }
    }

    /** What has gathered; null: closed, and all is written. While the disk is sick an empty batch comes now and then. */
    private @Nullable Batch take() {
        lock.lock();
        try {
            while (true) {
                Batch batch = queue.getFirst();
                if (isDead || hasGivenUp) {
                    return null;
                }
                if (!batch.isIdle() || queue.size() > 1) {
                    queue.removeFirst();
                    if (queue.isEmpty()) {
                        queue.addLast(new Batch(null));
                    }
                    return batch;
                }
                if (isClosed) {
                    return null;
                }
                if (writer.refusal() == null) {
                    work.await();
                } else if (!work.await(JournalWriter.RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                    return new Batch(null);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the journal", e);
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Change> changes) {
        for (int done = 0; done < changes.size(); ) {
            try {
                done = writer.write(changes, done);
            } catch (IOException e) {
                if (!writer.mend(e) && !waitForTheDisk()) {
                    return;
                }
            }
        }
        if (!changes.isEmpty()) {
            serve();
        }
    }

    private void serve() {
        if (fsync == Fsync.ALWAYS) {
            try {
                writer.force();
            } catch (IOException e) {
                return; // Nobody is served any more.
            }
        }
        List<Waiter> served = new ArrayList<>();
        lock.lock();
        try {
            isStuck = false;
            while (!waiters.isEmpty() && waiters.getFirst().number <= safe()) {
                served.add(waiters.removeFirst());
            }
        } finally {
            lock.unlock();
        }
        for (int i = 0; i < served.size(); i += SERVED_AT_ONCE) {
            List<Waiter> some = served.subList(i, Math.min(served.size(), i + SERVED_AT_ONCE));
            answers.execute(() -> some.forEach(each -> each.safe.complete(null)));
        }
    }

    /** Whoever waits is told, and then the disk is given time. False: the journal closes, and gives up. */
    private boolean waitForTheDisk() {
        lock.lock();
        try {
            isStuck = true;
            hasGivenUp = isClosed || isDead;
        } finally {
            lock.unlock();
        }
        tellAll(full());
        if (hasGivenUp) {
            LOG.error("the disk takes nothing: changes {} to {} are lost", writer.written() + 1, last());
            return false;
        }
        pause();
        writer.tryOtherFile();
        return true;
    }

    /** Nobody waits for a disk that takes nothing. */
    private void tellAll(RuntimeException failure) {
        List<Waiter> failed;
        List<Batch> left;
        lock.lock();
        try {
            failed = new ArrayList<>(waiters);
            waiters.clear();
            left = new ArrayList<>(queue);
        } finally {
            lock.unlock();
        }
        for (Waiter each : failed) {
            answers.execute(() -> each.safe.completeExceptionally(failure));
        }
        for (Batch batch : left) {
            if (batch.before != null) {
                batch.before.done.completeExceptionally(new IOException(failure.getMessage()));
            }
        }
    }

    private void pause() {
        lock.lock();
        try {
            for (long left = TimeUnit.MILLISECONDS.toNanos(JournalWriter.RETRY_MILLIS); left > 0 && !isClosed; ) {
                left = work.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the journal", e);
        } finally {
            lock.unlock();
        }
    }

    /** By whichever thread synced. */
    private void syncFailed(IOException e) {
        if (fsync == Fsync.ALWAYS) {
            die("a sync of the journal failed, so what was written may be lost: " + e);
        }
    }

    private void die(String why) {
        lock.lock();
        try {
            isDead = true;
        } finally {
            lock.unlock();
        }
        fatal.accept(why);
        tellAll(dead());
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
            writer.close();
        } catch (IOException e) {
            LOG.error("the journal could not be closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
