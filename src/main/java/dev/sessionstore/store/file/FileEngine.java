package dev.sessionstore.store.file;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cell in each file of a directory, which several processes may share (see {@link Names} for what is where). The time
 * is the node's: nodes that share a directory must agree about it.
 *
 * <p>Thread-safe.
 */
public final class FileEngine implements Engine, Engine.Listing, Engine.Walk {
    private static final Logger LOG = LoggerFactory.getLogger(FileEngine.class);
    /** What a touch that nobody waits for waits for a lock. */
    private static final long TOUCH_NANOS = 20_000_000;

    private final Path directory;
    private final InstantSource clock;
    private final FileCells cells;
    private final FileLists lists;
    private final Cleanup cleanup;
    private final Canary canary;

    /**
     * Touches no file yet.
     *
     * @param given for tests: the clock by which everything is reckoned; null: the node's
     */
    public FileEngine(
            FileOptions options, InstantSource node, @Nullable InstantSource given, BackendObserver observer) {
        directory = options.directory();
        clock = given == null ? node : given;
        cells = new FileCells(options, clock, this::grown);
        lists = new FileLists(cells, observer);
        cleanup = new Cleanup(cells, clock, options.threshold());
        canary = new Canary(directory, options.timeout(), cells::check);
    }

    private void grown(long by) {
        cleanup.grown(by);
    }

    private interface Call<T, E extends Exception> {
        T run() throws IOException, E;
    }

    private <T, E extends Exception> T call(Call<T, E> call) throws E {
        canary.check();
        try {
            return call.run();
        } catch (IOException e) {
            throw Failures.of(directory, e);
        }
    }

    @Override
    public String name() {
        return "file";
    }

    @Override
    public @Nullable Cell find(SessionKey key) throws UnreadableCellException {
        return this.<Optional<Cell>, UnreadableCellException>call(() -> Optional.ofNullable(cells.find(key)))
                .orElse(null);
    }

    @Override
    public Put put(@Nullable Stamp expected, Cell next) {
        return call(() -> cells.put(expected, next));
    }

    @Override
    public void touch(SessionKey key, long accessedAt) {
        boolean done = call(() -> cells.touch(key, accessedAt, Long.MAX_VALUE));
        if (!done) {
            throw cells.heldTooLong();
        }
    }

    @Override
    public void touchLater(SessionKey key, long accessedAt) {
        try {
            call(() -> cells.touch(key, accessedAt, TOUCH_NANOS));
        } catch (StoreUnavailableException | StoreFullException e) {
            // Full: where a file system copies what is written in place.
            LOG.debug("an access was not noted: {}", e.getMessage());
        }
    }

    @Override
    public void clear(Cell there) {
        call(() -> cells.removeIf(there.key(), cell -> cell.stamp().equals(there.stamp())));
    }

    @Override
    public void discard(SessionKey key, byte[] unreadable) {
        call(() -> {
            cells.discard(key, unreadable);
            return true;
        });
    }

    @Override
    public void ping() {
        canary.ask();
        cleanup.start();
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public Optional<Listing> listing() {
        return Optional.of(this);
    }

    @Override
    public Optional<Walk> walk() {
        return Optional.of(this);
    }

    @Override
    public List<Cell> cells(String owner, @Nullable Place after, int limit) {
        return call(() -> lists.cellsOf(owner, after, limit));
    }

    @Override
    public Part cells(@Nullable String namespace, Page.@Nullable Cursor after, int limit) {
        return call(() -> lists.cells(namespace, after, limit));
    }

    /** One step of the cleanup. */
    int sweep(int most) {
        return call(() -> cleanup.sweep(most));
    }

    @Override
    public void close() {
        cleanup.close();
        canary.close();
        try {
            cells.close(true);
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", directory, e.toString());
        }
    }
}
