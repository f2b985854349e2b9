package dev.sessionstore.store;

import dev.sessionstore.core.Count.Counted;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell.Stamp;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a backend is: cells under keys, each changed atomically. {@link EngineStore} makes a session store of it.
 *
 * <p>An engine connects when it is first used, not when it is made, and again after each failure. Thread-safe. Every
 * method but {@link #clock}, {@link #name} and {@link #close} may throw {@link StoreUnavailableException}, within the timeout that the engine was given for one exchange; those
 * that write also {@link StoreFullException}. Messages name no key and no content.
 */
public interface Engine extends AutoCloseable {
    /** The name of the kind of store, as in {@code /stats}: {@code redis}. */
    String name();

    /** What stands under the key, over or not; null: nothing. One exchange. */
    @Nullable Cell find(SessionKey key) throws UnreadableCellException;

    /**
     * Writes a cell in the place of the expected one, which must not be over by the engine's clock, and keeps the later of
     * the two accesses. The engine may drop it from {@link Cell#droppedAt} on, reckoned with that access, not before. One
     * that is to be dropped already need not be written: then nothing stands there.
     *
     * @param expected the stamp of what must stand there; null: nothing must
     * @return {@link Put#DONE} or as {@link Put#refusalBy} says
     */
    Put put(@Nullable Stamp expected, Cell next);

    /** Moves the access of a session forward, if one stands there that is not over. Changes nothing else of it. */
    void touch(SessionKey key, long accessedAt);

    /**
     * The same without a failure: a reader is not to suffer from it. Later calls of this thread see it done. An engine that
     * need not wait for the answer does not; this one does, as most need more than one exchange, or a lock.
     */
    default void touchLater(SessionKey key, long accessedAt) {
        try {
            touch(key, accessedAt);
        } catch (StoreUnavailableException | StoreFullException e) {
            LoggerFactory.getLogger(Engine.class).debug("an access was not recorded: {}", e.getMessage());
        }
    }

    /** Removes a cell if it stands there still, with that stamp: one that may be dropped, or a reservation. */
    void clear(Cell there);

    /** Removes what cannot be read, if it stands there still. */
    void discard(SessionKey key, byte[] unreadable);

    /** How many servers it is, where each may fail without the others: each gets a circuit breaker of its own. */
    default int parts() {
        return 1;
    }

    /** Which of them has that key: 0 to {@link #parts} - 1. */
    default int partOf(SessionKey key) {
        return 0;
    }

    /** One exchange that tells whether the engine answers, and brings {@link #clock} up to date. */
    void ping();

    /** By which cells are over: the engine's own where it has one. */
    InstantSource clock();

    /** The capability to list what an owner has. */
    default Optional<Listing> listing() {
        return Optional.empty();
    }

    /** The capability to go through all cells. */
    default Optional<Walk> walk() {
        return Optional.empty();
    }

    /** The capability to count sessions that are not over. */
    default Optional<Tally> tally() {
        return Optional.empty();
    }

    @Override
    void close();

    /**
     * Cells by owner. A cell is in its owner's listing before it stands under its key. One that is replaced by a cell
     * with another owner or none leaves the first one's listing.
     */
    interface Listing {
        /**
         * @param after where to begin: behind that place; null: at the newest
         * @return at most {@code limit}, fewer only at the end; newest first by {@link Cell#createdAt}, then by handle;
         *     what cannot be read is left out
         */
        List<Cell> cells(String owner, @Nullable Place after, int limit);
    }

    /** All cells. */
    interface Walk {
        /**
         * Cells that stand throughout are in one page at least.
         *
         * @param namespace whose; null: of all
         * @param after where the page before ended; its {@code since} means nothing here; null for the first one
         * @param limit at least 1; the work for a page is bounded
         */
        Part cells(@Nullable String namespace, Page.@Nullable Cursor after, int limit);
    }

    /**
     * @param cells at most as many as asked for, or none, before the last part, too
     * @param next where the next part begins; null after the last one
     */
    record Part(List<Cell> cells, Page.@Nullable Cursor next) {}

    /** How many sessions there are whose time did not run out (those that are held after their end left out). */
    interface Tally {
        Counted count(String namespace);

        Map<String, Counted> countAll();
    }

    /** A place in a listing. */
    record Place(long createdAt, SessionKey key) implements Comparable<Place> {
        /** Newest first, then by handle. */
        @Override
        public int compareTo(Place other) {
            int byTime = Long.compare(other.createdAt, createdAt);
            return byTime != 0 ? byTime : SessionKey.BY_HANDLE.compare(key, other.key);
        }

        public static Place of(Cell cell) {
            return new Place(cell.createdAt(), cell.key());
        }
    }
}
