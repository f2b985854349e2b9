package dev.sessionstore.store.file;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.UnreadableCellException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what may be dropped and what a crash left, pass by pass through all files, a few at each step. At the end of a
 * pass that met more files than the threshold, those go that ended, then the ones that nobody accessed for longest, down
 * to a little below the threshold, so that not every write makes a pass. Several processes may do so at once.
 *
 * <p>Thread-safe.
 */
final class Cleanup {
    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);
    private static final int FILES_PER_STEP = 2000;
    private static final long STEP_NANOS = 1_000_000_000L;
    /** Of a thousand, how many stay when the threshold is enforced. */
    private static final int KEPT = 950;
    /** How many one pass may drop for the threshold, which is what it remembers. */
    private static final int MOST_DROPPED = 100_000;

    /** @param rank 0: it ended; 1: it lives */
    private record Candidate(SessionKey key, Stamp stamp, int rank, long accessedAt) {
        static final Comparator<Candidate> ORDER =
                Comparator.comparingInt(Candidate::rank).thenComparingLong(Candidate::accessedAt);
    }

    private final FileCells cells;
    private final InstantSource clock;
    private final int threshold;
    /** As of the last pass and this process's own changes since; negative: not counted yet. */
    private final AtomicLong count = new AtomicLong(Long.MIN_VALUE / 2);

    private final Thread thread = new Thread(this::run, "session-store-file-cleanup");
    private final AtomicBoolean isStarted = new AtomicBoolean();
    private volatile boolean isClosed;

    // The pass under way, guarded by this.
    private final Deque<Path> folders = new ArrayDeque<>();
    private final Deque<Path> files = new ArrayDeque<>();
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>(Candidate.ORDER.reversed());
    private long met;
    private boolean isUnderWay;

    /** The last pass could not get below the threshold: the next one may take its time. */
    private volatile boolean isStuck;

    Cleanup(FileCells cells, InstantSource clock, int threshold) {
        this.cells = cells;
        this.clock = clock;
        this.threshold = threshold;
        thread.setDaemon(true);
    }

    /** The first time. It never waits: a step may be under way, or may hang. */
    void start() {
        if (!isClosed && isStarted.compareAndSet(false, true)) {
            thread.start();
        }
    }

    void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }

    /** Of this process's doing. */
    void grown(long by) {
        if (count.addAndGet(by) > threshold && threshold > 0) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!isClosed) {
            boolean hurries = false;
            try {
                sweep(FILES_PER_STEP);
                hurries = threshold > 0 && (count.get() < 0 || count.get() > threshold) && !isStuck;
            } catch (IOException | StoreUnavailableException e) {
                LOG.debug("a step of the cleanup failed; the next one goes on: {}", e.toString());
            } catch (RuntimeException e) {
                LOG.error("a step of the cleanup failed; the next one goes on", e);
            }
            if (!hurries && !isClosed) {
                LockSupport.parkNanos(this, STEP_NANOS);
            }
        }
    }

    /**
     * Looks at a few files more.
     *
     * @param most how many at most
     * @return how many it removed; of the oldest, also those that another process removed first
     */
    synchronized int sweep(int most) throws IOException {
        if (!isUnderWay) {
            begin();
        }
        int removed = 0;
        for (int looks = 0; looks < most; looks++) {
            while (files.isEmpty() && !folders.isEmpty()) {
                Path folder = folders.remove();
                FileTree.namesIn(folder).forEach(name -> files.add(folder.resolve(name)));
            }
            if (files.isEmpty()) {
                return removed + end();
            }
            removed += look(files.remove()) ? 1 : 0;
        }
        return removed;
    }

    private void begin() throws IOException {
        cells.open();
        for (Path area : List.of(cells.tree().sessions(), cells.tree().owners())) {
            FileTree.folders(area).forEach(folder -> folders.add(area.resolve(folder)));
        }
        candidates.clear();
        met = 0;
        isUnderWay = true;
    }

    private boolean look(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (Names.place(name) != null) {
            lookAtPlace(file, name);
            return false;
        }
        SessionKey key = Names.keyIn(name);
        if (key == null) {
            return false;
        }
        if (Names.isUnfinished(name)) {
            cells.removeUnfinished(key, file);
            return false;
        }
        Cell cell = find(key);
        if (cell != null && cell.isDropped(clock.millis())) {
            return cells.removeIf(key, there -> there.isDropped(clock.millis()));
        }
        met++;
        if (cell != null && threshold > 0) {
            consider(cell);
        }
        return false;
    }

    private void lookAtPlace(Path file, String name) throws IOException {
        SessionKey key = Objects.requireNonNull(Names.place(name)).key();
        Cell cell = find(key);
        if (cell == null || !name.equals(Names.placeOf(cell))) {
            cells.repair(key, file);
        }
    }

    /** What cannot be read stays: a newer version may have written it. */
    private @Nullable Cell find(SessionKey key) throws IOException {
        try {
            return cells.find(key);
        } catch (UnreadableCellException e) {
            return null;
        }
    }

    /** Keeps in mind those that would go first. A rotation under way is none of them: it would lose its session. */
    private void consider(Cell cell) {
        long revision = cell.stamp().revision();
        if (revision == Stamp.LEAVING || revision == Stamp.RESERVED) {
            return;
        }
        boolean lives = cell.isSession() && !cell.isOver(clock.millis());
        candidates.add(new Candidate(cell.key(), cell.stamp(), lives ? 1 : 0, cell.accessedAt()));
        if (candidates.size() > MOST_DROPPED) {
            candidates.remove();
        }
    }

    private int end() throws IOException {
        isUnderWay = false;
        int dropped = 0;
        if (threshold > 0 && met > threshold) {
            dropped = drop(met - (long) threshold * KEPT / 1000);
            LOG.info("{} files of sessions, more than the threshold of {}: dropped {}", met, threshold, dropped);
        }
        candidates.clear();
        count.set(met - dropped);
        isStuck = threshold > 0 && met - dropped > threshold;
        return dropped;
    }

    private int drop(long most) throws IOException {
        List<Candidate> oldestFirst = new ArrayList<>(candidates);
        oldestFirst.sort(Candidate.ORDER);
        int dropped = 0;
        for (Candidate each : oldestFirst) {
            if (dropped == most) {
                break;
            }
            // One that was accessed or written since is not among the oldest any more.
            boolean removed = cells.removeIf(
                    each.key(), there -> there.stamp().equals(each.stamp()) && there.accessedAt() == each.accessedAt());
            // One that another process dropped is gone as well: without it, each would drop as many.
            dropped += removed || cells.isGone(each.key()) ? 1 : 0;
        }
        return dropped;
    }
}
