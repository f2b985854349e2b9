package dev.sessionstore.store.memory;

import dev.sessionstore.core.Count;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.PrincipalIndex;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Scan;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.Snapshots;
import dev.sessionstore.store.memory.disk.Disk;
import dev.sessionstore.store.memory.disk.DiskOptions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions in this process's memory. A read is one look into a map and takes no lock; a write holds its key's lock for
 * the moment of the change.
 *
 * <p>Each write begins by settling its key: what expired becomes its tombstone, what is forgotten goes. After that the
 * key holds a session, a tombstone that counts, or nothing, and the write is a comparison with that.
 *
 * <p>Thread-safe. Observers are called after the change and outside all locks, but for evictions, which are reported
 * while they happen: an observer must not write to the store.
 */
public final class MemoryStore implements SessionStore, PrincipalIndex, Scan, Count {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryStore.class);
    private static final int MOST_SWEPT_TO_COUNT = 10_000;

    private final Holdings holdings;
    private final Sweeper sweeper;
    private final Room room;
    private final Rotating rotating;
    private final PrincipalListing principalListing;
    private final NamespaceScan namespaceScan;
    private final Rotations rotations;
    private final @Nullable Disk disk;

    /** In memory alone: sessions end with the process. */
    public MemoryStore(MemoryOptions options, Policies policies, InstantSource clock, SessionObserver observer) {
        this(options, policies, clock, observer, Ledger.NONE, null);
    }

    private MemoryStore(
            MemoryOptions options,
            Policies policies,
            InstantSource clock,
            SessionObserver observer,
            Ledger ledger,
            @Nullable Disk disk) {
        this.disk = disk;
        holdings = new Holdings(options, policies, clock, observer, ledger);
        sweeper = new Sweeper(holdings);
        room = new Room(holdings, sweeper);
        rotations = new Rotations();
        rotating = new Rotating(holdings, room, rotations);
        principalListing = new PrincipalListing(holdings, rotations);
        namespaceScan = new NamespaceScan(holdings, rotations);
    }

    /**
     * With a disk: {@link #recover} comes before everything else.
     *
     * @param answers runs what waits for {@link #durable()}
     * @param fatal called with the reason when the disk failed so that no promise can be kept; ends the process
     * @throws dev.sessionstore.store.memory.disk.DirectoryException if the directory cannot be used
     */
    public MemoryStore(
            MemoryOptions options,
            Policies policies,
            InstantSource clock,
            SessionObserver observer,
            DiskOptions disk,
            Executor answers,
            Consumer<String> fatal) {
        this(options, policies, clock, observer, new Disk(disk, clock, answers, fatal));
    }

    /** For tests: on whatever disk. */
    MemoryStore(MemoryOptions options, Policies policies, InstantSource clock, SessionObserver observer, Disk disk) {
        this(options, policies, clock, observer, new DiskLedger(disk), disk);
    }

    /**
     * Loads what the disk holds and begins to write to it; without a disk does nothing. Logs its progress each second.
     *
     * @throws dev.sessionstore.store.memory.disk.DamagedException if the files hold what nobody wrote
     * @throws dev.sessionstore.store.memory.disk.DirectoryException if the directory cannot be used
     */
    public void recover() {
        if (disk != null && holdings.ledger instanceof DiskLedger ledger) {
            Restoring restoring = new Restoring(holdings, rotations);
            disk.recover(restoring);
            long expired = restoring.settle();
            sweeper.scheduleAll();
            LOG.info("{} sessions are here; {} expired meanwhile", holdings.usage.sessions(), expired);
            disk.start(new Written(holdings, ledger));
            ledger.open();
        }
    }

    /** How the disk does; empty: there is none. */
    public Optional<Disk.Figures> disk() {
        return disk == null ? Optional.empty() : Optional.of(disk.figures());
    }

    @Override
    public CompletionStage<Void> durable() {
        return disk == null ? SessionStore.super.durable() : disk.durable();
    }

    @Override
    public Optional<Snapshots> snapshots() {
        return disk == null ? Optional.empty() : Optional.of(disk.snapshots());
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Lookup find(SessionKey key) {
        Object held = holdings.entries.get(key);
        return held == null ? Lookup.ABSENT : holdings.seen(key, held, holdings.clock.millis());
    }

    @Override
    public Outcome create(Session session) {
        SessionKey key = session.key();
        long bytes = holdings.usage.growth(null, session);
        holdings.ledger.admit();
        while (true) {
            long now = holdings.clock.millis();
            holdings.settle(key, now);
            Lookup there = holdings.look(key, now);
            if (there != Lookup.ABSENT) {
                return there instanceof Session ? Outcome.EXISTS : Outcome.GONE;
            }
            if (!holdings.usage.reserve(1, bytes)) {
                room.make(1, bytes);
                continue;
            }
            boolean created;
            holdings.locks.lock(key);
            try {
                created = holdings.swapUncounted(key, null, session);
            } finally {
                holdings.locks.unlock(key);
            }
            if (created) {
                holdings.usage.changedInRoomTaken(null, session);
                holdings.observer.created(session);
                return Outcome.DONE;
            }
            // Somebody was quicker: look again at what is there now.
            holdings.usage.take(-1, -bytes);
        }
    }

    @Override
    public Outcome replace(Session expected, Session next) {
        SessionKey key = expected.key();
        holdings.ledger.admit();
        while (true) {
            long now = holdings.clock.millis();
            holdings.settle(key, now);
            Session put;
            long growth;
            boolean hasRoom;
            holdings.locks.lock(key);
            try {
                Object there = holdings.entries.look(key);
                if (holdings.isUnsettled(there, now)) {
                    continue;
                }
                Outcome refusal = Holdings.refusal(there, expected);
                if (refusal != null) {
                    return refusal;
                }
                Session held = (Session) Objects.requireNonNull(there);
                put = inPlaceOf(held, next);
                growth = holdings.usage.growth(held, put);
                hasRoom = holdings.usage.reserve(0, growth);
                if (hasRoom) {
                    if (!holdings.swapUncounted(key, held, put)) {
                        holdings.usage.take(0, -growth);
                        return Outcome.ABSENT;
                    }
                    holdings.usage.changedInRoomTaken(held, put);
                }
            } finally {
                holdings.locks.unlock(key);
            }
            if (hasRoom) {
                holdings.observer.changed(put);
                return Outcome.DONE;
            }
            room.make(0, growth);
        }
    }

    /** With the later access time, and with the key object that the map has already: a second one would be 24 bytes. */
    private static Session inPlaceOf(Session held, Session next) {
        Session put = next.accessed(held.lastAccessedAt());
        return put.key() == held.key() ? put : put.with().key(held.key()).build();
    }

    @Override
    public Outcome remove(Session expected, Reason why) {
        SessionKey key = expected.key();
        while (true) {
            long now = holdings.clock.millis();
            holdings.settle(key, now);
            Session held;
            holdings.locks.lock(key);
            try {
                Object there = holdings.entries.look(key);
                if (holdings.isUnsettled(there, now)) {
                    continue;
                }
                Outcome refusal = Holdings.refusal(there, expected);
                if (refusal != null) {
                    return refusal;
                }
                held = (Session) Objects.requireNonNull(there);
                if (!holdings.swap(key, held, holdings.tombstoneOf(held, why, now))) {
                    return Outcome.ABSENT;
                }
            } finally {
                holdings.locks.unlock(key);
            }
            holdings.observer.removed(held, why);
            return Outcome.DONE;
        }
    }

    @Override
    public Outcome rotate(Session expected, Session next, Instant graceUntil) {
        return rotating.rotate(expected, next, graceUntil);
    }

    @Override
    public void touch(SessionKey key, Instant accessedAt) {
        holdings.locks.lock(key);
        try {
            if (holdings.entries.look(key) instanceof Session held) {
                long before = held.lastAccessedAt();
                // The size is the same.
                if (holdings.touch(held, accessedAt.toEpochMilli())) {
                    holdings.ledger.touched(held, before);
                }
            }
        } finally {
            holdings.locks.unlock(key);
        }
    }

    @Override
    public Page sessionsOf(String namespace, String principal, Shown shown, Page.@Nullable Cursor after, int limit) {
        return principalListing.page(namespace, principal, shown, after, limit);
    }

    @Override
    public Page scan(@Nullable String namespace, Shown shown, Page.@Nullable Cursor after, int limit) {
        return namespaceScan.page(namespace, shown, after, limit);
    }

    /** May be a second late in leaving out what expired, and further behind while very many expire at once. */
    @Override
    public Counted count(String namespace) {
        sweeper.sweepWhatIsDue(MOST_SWEPT_TO_COUNT);
        return holdings.count(namespace);
    }

    @Override
    public Map<String, Counted> countAll() {
        sweeper.sweepWhatIsDue(MOST_SWEPT_TO_COUNT);
        return holdings.countAll();
    }

    /**
     * One step of cleaning: looks at no more than that many keys.
     *
     * @return how many it looked at; 0: nothing is due
     */
    public int sweep(int most) {
        return sweeper.sweep(most);
    }

    /** Starts the thread that cleans, once; {@link #close} stops it. */
    public void startSweeper() {
        sweeper.start();
    }

    /** All that is held, tombstones too, by estimate. */
    public long bytes() {
        return holdings.usage.bytes();
    }

    @Override
    public InstantSource clock() {
        return holdings.clock;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Optional<PrincipalIndex> principalIndex() {
        return Optional.of(this);
    }

    @Override
    public Optional<Scan> scan() {
        return Optional.of(this);
    }

    @Override
    public Optional<Count> count() {
        return Optional.of(this);
    }

    /** For tests: what all of this rests on. */
    Holdings holdings() {
        return holdings;
    }

    @Override
    public void close() {
        sweeper.close();
        if (disk != null) {
            disk.close();
        }
    }
}
