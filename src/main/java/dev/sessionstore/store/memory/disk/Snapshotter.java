package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots: when the interval is over and something changed, when the journal has outgrown the last one by half,
 * when asked, and when only a new one can mend a sick disk's files.
 *
 * <p>Thread-safe; one is taken at a time.
 */
final class Snapshotter implements Snapshots, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshotter.class);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** A journal smaller than this is not worth a snapshot for its size. */
    private static final long SMALL_JOURNAL = 4 << 20;
    /** How long after a failure it is tried again without being asked; twice as long after each further one. */
    private static final long LEAST_RETRY_MILLIS = 1000;

    private static final long MOST_RETRY_MILLIS = 60_000;
    /** What a snapshot leaves free, for deletions. */
    private static final long SPARED = 1 << 18;

    private final Storage storage;
    private final DataKeys keys;
    private final Journal journal;
    private final Contents contents;
    private final InstantSource clock;
    private final long intervalMillis;
    private final Thread thread = new Thread(this::run, "session-store-snapshot");

    private volatile boolean isClosed;
    // Under this object's lock.
    private boolean isRequested;
    private boolean isRunning;
    private @Nullable Taken last;
    private @Nullable Failure failure;
    /** What the newest snapshot holds for certain. */
    private long base;

    private long tookAt;
    private long retryMillis = LEAST_RETRY_MILLIS;
    private List<String> damaged = List.of();

    /**
     * @param found what recovery read
     */
    Snapshotter(
            Storage storage,
            DataKeys keys,
            Journal journal,
            Contents contents,
            InstantSource clock,
            Duration interval,
            Recovered found) {
        this.storage = storage;
        this.keys = keys;
        this.journal = journal;
        this.contents = contents;
        this.clock = clock;
        intervalMillis = interval.toMillis();
        tookAt = clock.millis();
        damaged = found.damaged();
        base = found.base();
        isRequested = found.isOfOtherKey();
        SnapshotEnd end = found.snapshot();
        if (end != null) {
            last = new Taken(end.at(), found.snapshotBytes(), end.sessions(), end.tombstones());
        }
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public synchronized void request() {
        isRequested = true;
        LockSupport.unpark(thread);
    }

    @Override
    public synchronized Status status() {
        return new Status(isRequested || isRunning, last, failure);
    }

    private void run() {
        while (!isClosed) {
            try {
                if (isDue()) {
                    take(this::rest);
                }
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
            LockSupport.parkNanos(this, TICK_NANOS);
        }
    }

    private synchronized boolean isDue() throws IOException {
        if (isRequested) {
            return true;
        }
        long now = clock.millis();
        boolean isSuspect = journal.writer().isSuspect();
        long wait = isSuspect ? LEAST_RETRY_MILLIS : retryMillis;
        if (failure != null && now >= failure.at() && now - failure.at() < wait) {
            return false;
        }
        if (isSuspect) {
            return true;
        }
        if (journal.last() == base) {
            return false;
        }
        if (journal.writer().refusal() != null) {
            // It takes the place of the journal, and so makes room, if it fits beside it first.
            return hasRoom();
        }
        boolean isOver = now - tookAt >= intervalMillis || now < tookAt;
        return isOver || journal.writer().bytes() >= largestJournal();
    }

    /** By half more than the last snapshot. */
    private synchronized long largestJournal() {
        long size = last == null ? 0 : last.bytes();
        return Math.max(SMALL_JOURNAL, size + size / 2);
    }

    private boolean hasRoom() throws IOException {
        long size = contents.bytes();
        return storage.usableBytes() >= size + size / 8 + SPARED;
    }

    /**
     * Requests come first: of one processor no more than a quarter is used. But where journals have piled up, as after
     * crashes in a row, the next start comes first.
     */
    private void rest(long workedNanos) {
        if (!isClosed && journal.writer().bytes() < 2 * largestJournal()) {
            LockSupport.parkNanos(3 * workedNanos);
        }
    }

    /** Takes one now, if anything changed since the last. */
    void takeLast() throws IOException {
        if (journal.last() != base || journal.writer().isSuspect()) {
            take(worked -> {});
        }
    }

    void take(SnapshotWriter.Pace pace) throws IOException {
        synchronized (this) {
            isRequested = false;
            isRunning = true;
        }
        try {
            write(pace);
        } finally {
            synchronized (this) {
                isRunning = false;
            }
        }
    }

    private void write(SnapshotWriter.Pace pace) throws IOException {
        long began = System.nanoTime();
        if (!hasRoom()) {
            throw new IOException(
                    "a snapshot takes about " + contents.bytes() + " bytes; the disk has " + storage.usableBytes());
        }
        Journal.Mark[] mark = new Journal.Mark[1];
        contents.whileQuiet(() -> mark[0] = journal.mark());
        Await.done(mark[0].done());
        long from = mark[0].base();
        String name = FileNames.of(FileHeader.Kind.SNAPSHOT, from);
        String unfinished = name + FileNames.UNFINISHED;
        FileHeader header = FileHeader.ofSnapshot(from, keys.writingId(), clock.millis(), contents.count());
        storage.delete(unfinished);
        SnapshotEnd end;
        long bytes;
        try (SnapshotWriter writer =
                new SnapshotWriter(storage.create(unfinished), header, keys.writingSealing(header), pace)) {
            contents.forEach(held -> write(writer, held));
            // What may be in the snapshot must be in the journal, or a crash could leave half of a move. In a quiet
            // moment, since a move is seen before it is told.
            long[] told = new long[1];
            contents.whileQuiet(() -> told[0] = journal.last());
            long through = told[0];
            Await.done(journal.force());
            end = writer.end(through, clock.millis());
            bytes = writer.bytes();
        } catch (UncheckedIOException e) {
            abandon(unfinished);
            throw e.getCause();
        } catch (IOException | RuntimeException e) {
            abandon(unfinished);
            throw e;
        }
        storage.rename(unfinished, name);
        storage.sync();
        publish(from, end, bytes);
        deleteOlder(from);
        LOG.info(String.format(
                Locale.ROOT,
                "snapshot: %d sessions, %d tombstones, %.1f MB in %.2f s",
                end.sessions(),
                end.tombstones(),
                bytes / 1e6,
                (System.nanoTime() - began) / 1e9));
    }

    private static void write(SnapshotWriter writer, Lookup held) {
        try {
            writer.write(held);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void abandon(String unfinished) {
        try {
            storage.delete(unfinished);
        } catch (IOException e) {
            LOG.warn("{} is of no use and could not be deleted: {}", unfinished, e.toString());
        }
    }

    private void publish(long from, SnapshotEnd end, long bytes) {
        journal.rebased();
        synchronized (this) {
            base = from;
            tookAt = clock.millis();
            last = new Taken(end.at(), bytes, end.sessions(), end.tombstones());
            failure = null;
            retryMillis = LEAST_RETRY_MILLIS;
        }
    }

    private synchronized void failed(Exception e) {
        String detail = e instanceof IOException ? "the disk is full or failed" : "a fault of this service";
        retryMillis = failure == null ? LEAST_RETRY_MILLIS : Math.min(MOST_RETRY_MILLIS, 2 * retryMillis);
        failure = new Failure(clock.millis(), detail);
        if (e instanceof IOException) {
            LOG.error("a snapshot failed; the journal goes on: {}", e.toString());
        } else {
            LOG.error("a snapshot failed; the journal goes on", e);
        }
    }

    /** What a newer snapshot made needless. A crash in between leaves files that nobody reads, for the next time. */
    void deleteOlder(long newest) throws IOException {
        List<String> names = new ArrayList<>(storage.names());
        for (String name : damaged) {
            if (names.remove(name)) {
                storage.rename(name, name + FileNames.DAMAGED);
            }
        }
        damaged = List.of();
        for (FileHeader.Kind kind : FileHeader.Kind.values()) {
            for (long each : FileNames.bases(names, kind)) {
                if (each < newest) {
                    storage.delete(FileNames.of(kind, each));
                }
            }
        }
        storage.sync();
    }

    /** Waits for one that is being taken. */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
