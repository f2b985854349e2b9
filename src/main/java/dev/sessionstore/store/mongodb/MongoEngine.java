package dev.sessionstore.store.mongodb;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoWriteException;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Count.Counted;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.EngineClock;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cells as documents of one collection. A write is one conditional update. It expects an access not later than its own,
 * as what follows from the later of two is reckoned here: where a touch came between, it is reckoned and tried again.
 *
 * <p>The server's clock counts. The TTL index drops what nobody sees any more. Thread-safe.
 */
public final class MongoEngine implements Engine, Engine.Listing, Engine.Walk, Engine.Tally {
    private static final Logger LOG = LoggerFactory.getLogger(MongoEngine.class);

    private final Database database;
    private final long timeout;
    private final EngineClock server;
    private final InstantSource clock;
    private final BackendObserver observer;

    /**
     * Connects to nothing yet.
     *
     * @param given for tests: the clock by which everything is reckoned; null: the server's
     * @throws IllegalArgumentException if the options make no sense; the message names no secret
     */
    public MongoEngine(
            MongoOptions options, InstantSource node, @Nullable InstantSource given, BackendObserver observer) {
        database = new Database(options);
        timeout = options.timeout().toNanos();
        server = new EngineClock(this::ping);
        clock = given == null ? server : given;
        this.observer = observer;
    }

    @Override
    public String name() {
        return "mongodb";
    }

    private long deadline() {
        return System.nanoTime() + timeout;
    }

    private static long millisUntil(long deadline) {
        return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }

    /** By how much the server's time of day is ahead of the one that cells tell: nothing, but in tests. */
    private long ahead(long now) {
        return clock == server ? 0 : server.millis() - now;
    }

    @Override
    public @Nullable Cell find(SessionKey key) throws UnreadableCellException {
        return find(key, deadline());
    }

    private @Nullable Cell find(SessionKey key, long deadline) throws UnreadableCellException {
        Document document = database.<@Nullable Document>call(
                millisUntil(deadline),
                cells -> cells.find(Filters.eq("_id", key.handle())).first());
        return document == null ? null : Documents.read(key, document);
    }

    @Override
    public Put put(@Nullable Stamp expected, Cell next) {
        long deadline = deadline();
        if (expected == null) {
            return insert(next, deadline) ? Put.DONE : Put.LOOK;
        }
        Cell merged = next;
        while (true) {
            long now = clock.millis();
            if (update(Documents.standing(next.key(), expected, now, merged.accessedAt()), merged, now, deadline)) {
                return Put.DONE;
            }
            Cell there;
            try {
                there = find(next.key(), deadline);
            } catch (UnreadableCellException e) {
                return Put.LOOK;
            }
            if (there == null || !there.stamp().equals(expected) || there.isOver(now)) {
                return Put.refusalBy(there, expected, now);
            }
            merged = next.accessed(there.accessedAt());
        }
    }

    private boolean insert(Cell cell, long deadline) {
        Document document = Documents.of(cell, ahead(clock.millis()));
        return database.call(millisUntil(deadline), cells -> {
            try {
                cells.insertOne(document);
                return true;
            } catch (MongoWriteException e) {
                if (e.getError().getCategory() == ErrorCategory.DUPLICATE_KEY) {
                    return false;
                }
                throw e;
            }
        });
    }

    private boolean update(Bson standing, Cell cell, long now, long deadline) {
        Bson replacement = Documents.replacement(cell, ahead(now));
        return database.call(
                millisUntil(deadline),
                cells -> cells.updateOne(standing, replacement).getMatchedCount() == 1);
    }

    @Override
    public void touch(SessionKey key, long accessedAt) {
        long deadline = deadline();
        boolean moved = false;
        while (!moved) {
            long now = clock.millis();
            Cell there;
            try {
                there = find(key, deadline);
            } catch (UnreadableCellException e) {
                return;
            }
            if (there == null || !there.isSession() || there.isOver(now) || there.accessedAt() >= accessedAt) {
                return;
            }
            Bson access = Documents.access(there.accessed(accessedAt), ahead(now));
            Bson standing = Documents.standing(key, there.stamp(), now, there.accessedAt());
            moved = database.call(
                    millisUntil(deadline),
                    cells -> cells.updateOne(standing, access).getMatchedCount() == 1);
        }
    }

    @Override
    public void clear(Cell there) {
        delete(Documents.standing(there.key(), there.stamp()));
    }

    @Override
    public void discard(SessionKey key, byte[] unreadable) {
        delete(Documents.unreadable(key, unreadable));
    }

    private void delete(Bson which) {
        database.call(millisUntil(deadline()), cells -> cells.deleteOne(which));
    }

    @Override
    public void ping() {
        long sent = System.nanoTime();
        long time = database.time();
        server.sample(time, sent, System.nanoTime());
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
    public Optional<Tally> tally() {
        return Optional.of(this);
    }

    @Override
    public List<Cell> cells(String owner, @Nullable Place after, int limit) {
        List<Cell> cells = new ArrayList<>();
        Place at = after;
        while (true) {
            Bson which = at == null
                    ? Filters.eq("o", owner)
                    : Filters.and(
                            Filters.eq("o", owner),
                            Filters.or(
                                    Filters.lt("c", at.createdAt()),
                                    Filters.and(
                                            Filters.eq("c", at.createdAt()),
                                            Filters.gt("_id", at.key().handle()))));
            int wanted = limit - cells.size();
            List<Document> found =
                    documents(which, Sorts.orderBy(Sorts.descending("c"), Sorts.ascending("_id")), wanted);
            cells.addAll(readable(found));
            Place last = found.size() < wanted ? null : placeOf(found.get(wanted - 1));
            // Only unreadable ones make it go round again.
            if (cells.size() == limit || last == null) {
                return cells;
            }
            at = last;
        }
    }

    private static @Nullable Place placeOf(Document document) {
        SessionKey key = Documents.key(document);
        return key != null && document.get("c") instanceof Long createdAt ? new Place(createdAt, key) : null;
    }

    @Override
    public Part cells(@Nullable String namespace, Page.@Nullable Cursor after, int limit) {
        List<Bson> which = new ArrayList<>();
        if (namespace != null) {
            which.add(Filters.eq("n", namespace));
        }
        // Every handle sorts after the empty text.
        which.add(Filters.gt("_id", after == null ? "" : after.key().handle()));
        List<Document> found = documents(Filters.and(which), Sorts.ascending("_id"), limit);
        if (found.size() < limit) {
            return new Part(readable(found), null);
        }
        SessionKey last = Documents.key(found.get(limit - 1));
        if (last == null) {
            // Of another program: a page that ended there would hide what is behind it.
            throw new StoreUnavailableException("the collection has documents that are no sessions", null);
        }
        return new Part(readable(found), new Page.Cursor(0, last, 0));
    }

    private List<Document> documents(Bson which, Bson order, int limit) {
        return database.call(
                millisUntil(deadline()),
                cells -> cells.find(which).sort(order).limit(limit).into(new ArrayList<>()));
    }

    private List<Cell> readable(List<Document> documents) {
        List<Cell> cells = new ArrayList<>(documents.size());
        for (Document document : documents) {
            SessionKey key = Documents.key(document);
            try {
                if (key == null) {
                    throw new UnreadableCellException("its id is no handle", new byte[0]);
                }
                cells.add(Documents.read(key, document));
            } catch (UnreadableCellException e) {
                observer.unreadable();
                LOG.warn(
                        "the record of {} in the store mongodb cannot be read and is left out: {}",
                        key == null ? "no session" : key,
                        e.getMessage());
            }
        }
        return cells;
    }

    @Override
    public Counted count(String namespace) {
        return counts(Filters.eq("n", namespace)).getOrDefault(namespace, Counted.NONE);
    }

    @Override
    public Map<String, Counted> countAll() {
        return counts(Filters.empty());
    }

    private Map<String, Counted> counts(Bson which) {
        Bson live = Filters.and(which, Filters.gt("r", 0L), Filters.gt("l", clock.millis()));
        List<Document> groups = database.call(
                millisUntil(deadline()),
                cells -> cells.aggregate(List.of(
                                Aggregates.match(live),
                                Aggregates.group("$n", Accumulators.sum("s", 1L), Accumulators.sum("b", "$b"))))
                        .into(new ArrayList<>()));
        Map<String, Counted> counts = new HashMap<>();
        for (Document group : groups) {
            counts.put(
                    group.getString("_id"),
                    new Counted(
                            group.get("s", Number.class).longValue(),
                            group.get("b", Number.class).longValue()));
        }
        return counts;
    }

    @Override
    public void close() {
        database.close();
    }
}
