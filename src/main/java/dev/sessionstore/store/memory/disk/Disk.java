package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory store's disk: {@link #recover} once, {@link #start} once, then changes as they are made.
 *
 * <p>Thread-safe from {@link #start} on.
 */
public final class Disk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    /**
     * Accesses wait so long to be told together. With the half minute within which an access need not be noted at all,
     * and a second for the sync, a crash costs a session less than a minute of its idle timeout.
     */
    private static final long TOUCH_SECONDS = 10;

    private final DiskOptions options;
    private final InstantSource clock;
    private final Executor answers;
    private final Consumer<String> fatal;
    private final @Nullable DataDirectory directory;
    private final Storage storage;
    private final DataKeys keys;
    private final Thread ticker = new Thread(this::tick, "session-store-sync");
    private @Nullable Recovered recovered;
    private volatile @Nullable Journal journal;
    private volatile @Nullable Snapshotter snapshotter;
    private volatile @Nullable Contents contents;
    private volatile boolean isClosed;

    /**
     * Makes the directory its own.
     *
     * @param answers runs what waits for {@link #durable()}
     * @param fatal called with the reason when no promise can be kept any more; ends the process
     * @throws DirectoryException if the directory cannot be used
     */
    public Disk(DiskOptions options, InstantSource clock, Executor answers, Consumer<String> fatal) {
        this(options, clock, answers, fatal, DataDirectory.open(options.directory()));
    }

    private Disk(
            DiskOptions options,
            InstantSource clock,
            Executor answers,
            Consumer<String> fatal,
            DataDirectory directory) {
        this(options, clock, answers, fatal, directory, directory.storage());
    }

    /** For tests: on whatever storage. */
    Disk(
            DiskOptions options,
            InstantSource clock,
            Executor answers,
            Consumer<String> fatal,
            @Nullable DataDirectory directory,
            Storage storage) {
        this.options = options;
        this.clock = clock;
        this.answers = answers;
        this.fatal = fatal;
        this.directory = directory;
        this.storage = storage;
        DataKeys given = options.keys();
        keys = given == null ? DataKeys.PLAIN : given;
        ticker.setDaemon(true);
    }

    /**
     * Reads everything into the image.
     *
     * @throws DamagedException if a file holds what nobody wrote; not with {@link DiskOptions#repair}
     * @throws DirectoryException if a key is missing, or the disk cannot be read
     */
    public void recover(Image image) {
        long began = System.nanoTime();
        try {
            CompletableFuture<Void> forced = CompletableFuture.runAsync(this::force);
            Recovered found;
            try {
                found = read(image);
            } finally {
                forced.exceptionally(failed -> null).join();
            }
            Await.done(forced);
            cut(found);
            recovered = found;
            found.clockSetBack(clock.millis()).ifPresent(back -> LOG.warn("{}; sessions live longer by as much", back));
            double seconds = (System.nanoTime() - began) / 1e9;
            long bytes = found.snapshotBytes() + found.journalBytes();
            found.files().forEach(line -> LOG.info("read {}", line));
            LOG.info(String.format(
                    Locale.ROOT,
                    "loaded %s in %.2f s, %.0f MB/s",
                    options.directory(),
                    seconds,
                    bytes / 1e6 / seconds));
        } catch (IOException e) {
            throw DataDirectory.unusable(options.directory(), e);
        }
    }

    private Recovered read(Image image) throws IOException {
        if (!options.repair()) {
            return new Recovery(storage, keys, image).read();
        }
        Recovered salvaged = new Salvage(storage, keys, image).read();
        salvaged.lost().forEach(line -> LOG.warn("lost: {}", line));
        LOG.warn(
                "repaired: {} losses; damaged files are kept beside, with names that end in {}",
                salvaged.lost().size(),
                FileNames.DAMAGED);
        return salvaged;
    }

    /**
     * After a kill, what is read may be in the system's memory and nowhere else: no later file may survive a power cut
     * that it does not. While it is read, as it takes the disk and not the processor.
     */
    private void force() {
        try {
            for (long base : FileNames.bases(storage.names(), FileHeader.Kind.JOURNAL)) {
                storage.force(FileNames.of(FileHeader.Kind.JOURNAL, base));
            }
            storage.sync();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The tail is kept beside before it is cut off, in case somebody wants to look. */
    private void cut(Recovered found) throws IOException {
        Recovered.Torn torn = found.torn();
        if (torn == null) {
            return;
        }
        if (torn.isUnused()) {
            storage.truncate(torn.name(), torn.size());
            return;
        }
        String beside = torn.name() + FileNames.TORN + torn.size();
        storage.delete(beside);
        try (Storage.Source from = storage.open(torn.name());
                Storage.Sink to = storage.create(beside)) {
            from.copyTo(to, torn.size(), torn.size() + torn.bytes());
            to.force();
        }
        storage.sync();
        storage.truncate(torn.name(), torn.size());
        LOG.warn("{}; they are cut off and kept in {}", torn, beside);
    }

    /**
     * Begins to write.
     *
     * @throws DirectoryException if the disk cannot be written
     */
    public void start(Contents held) {
        Recovered found = Objects.requireNonNull(recovered, "recover comes first");
        contents = held;
        try {
            deleteUnfinished();
            Journal opened = new Journal(
                    storage, keys, options.fsync(), clock, answers, fatal, found.last(), found.journalBytes());
            journal = opened;
            Snapshotter taking = new Snapshotter(storage, keys, opened, held, clock, options.snapshotInterval(), found);
            snapshotter = taking;
            opened.start();
            if (found.base() >= 0) {
                taking.deleteOlder(found.base());
            } else {
                taking.takeLast();
            }
            taking.start();
            ticker.start();
        } catch (IOException e) {
            throw DataDirectory.unusable(options.directory(), e);
        }
    }

    private void deleteUnfinished() throws IOException {
        for (String name : storage.names()) {
            if (FileNames.isOurs(name) && name.endsWith(FileNames.UNFINISHED)) {
                storage.delete(name);
            }
        }
    }

    private void tick() {
        long toldAt = System.nanoTime();
        while (!isClosed) {
            LockSupport.parkNanos(this, SECOND_NANOS);
            try {
                if (System.nanoTime() - toldAt >= TOUCH_SECONDS * SECOND_NANOS) {
                    tellTouches();
                    toldAt = System.nanoTime();
                }
                if (options.fsync() == Fsync.EVERYSEC) {
                    journal().writer().syncWritten();
                }
            } catch (RuntimeException e) {
                LOG.error("a step of the disk's work failed; the next one goes on", e);
            }
        }
    }

    /** Tells the journal which sessions were accessed. */
    void tellTouches() {
        if (!refuses()) {
            Objects.requireNonNull(contents).takeTouches(portion -> journal().append(new Change.Touched(portion)));
        }
    }

    /** Whether nothing is taken that needs room. */
    public boolean refuses() {
        return journal().writer().refusal() != null;
    }

    /** @throws dev.sessionstore.core.StoreFullException if there is no room for anything new */
    public void admit() {
        journal().admit();
    }

    /** Takes a change over, in the order of its key. Waits for nothing. */
    public void append(Change change) {
        journal().append(change);
    }

    /**
     * Completes, on the executor for answers, when all that was appended before is as safe as {@link Fsync} promises;
     * exceptionally with {@link dev.sessionstore.core.StoreFullException} when the disk does not take it.
     */
    public CompletionStage<Void> durable() {
        return journal().durable();
    }

    public Snapshots snapshots() {
        return snapshotter();
    }

    /** How it does, for the metrics; also before it is started. */
    public Figures figures() {
        Journal open = journal;
        if (open == null) {
            return Figures.NONE;
        }
        JournalWriter writer = open.writer();
        return new Figures(
                writer.bytes(), writer.count(), writer.syncs(), writer.lastSyncBegan(), writer.refusal() != null);
    }

    /**
     * @param journalBytes since the last snapshot
     * @param records that were written since the start
     * @param syncs that succeeded since the start
     * @param lastSyncBegan when the last of them began, in epoch milliseconds; 0: there was none
     * @param isRefusing whether new writes are refused
     */
    public record Figures(long journalBytes, long records, long syncs, long lastSyncBegan, boolean isRefusing) {
        /** Before anything is written. */
        public static final Figures NONE = new Figures(0, 0, 0, 0, false);
    }

    private Journal journal() {
        return Objects.requireNonNull(journal, "start comes first");
    }

    private Snapshotter snapshotter() {
        return Objects.requireNonNull(snapshotter, "start comes first");
    }

    /** Takes a last snapshot, so that the next start is quick, and gives the directory free. */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(ticker);
        try {
            if (journal != null) {
                end(journal, snapshotter());
            }
            if (directory != null) {
                directory.close();
            }
        } catch (IOException e) {
            LOG.error("the data directory could not be closed", e);
        }
    }

    private void end(Journal writing, Snapshotter taking) {
        taking.close();
        try {
            if (writing.writer().refusal() == null) {
                tellTouches();
                taking.takeLast();
            }
        } catch (IOException e) {
            LOG.warn("the last snapshot failed; the journal has everything: {}", e.toString());
        }
        writing.close();
    }
}
