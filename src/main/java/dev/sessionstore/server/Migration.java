package dev.sessionstore.server;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Scan;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.UnreadableCellException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies sessions to a store, each as it is: with its key, version, incarnation, times and end. What lives there stands
 * unless it is the same session in an older version; what is gone there stays gone. So a second run changes nothing but
 * what changed meanwhile.
 */
final class Migration implements AutoCloseable {
    private static final int PAGE = 500;
    /** Engines are far away: while one answers, others are asked. */
    private static final int AT_ONCE = 8;

    private static final int MOST_TRIES = 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long MILLIS_BETWEEN_TRIES = 200;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * A session that the target has as the source had it.
     *
     * @param goesAt when it goes by itself, unless it is used
     */
    private record Seen(Stamp stamp, long goesAt) {}

    private final SessionStore target;
    private final Policies policies;
    private final Consumer<String> progress;
    private final ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
    private final Map<SessionKey, Seen> seen = new ConcurrentHashMap<>();
    private final LongAdder copied = new LongAdder();
    private final LongAdder updated = new LongAdder();
    private final LongAdder there = new LongAdder();
    private final LongAdder newer = new LongAdder();
    private final LongAdder gone = new LongAdder();
    private final LongAdder other = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private long toldAt = System.nanoTime();

    /** @param progress gets a line each second */
    Migration(SessionStore target, Policies policies, Consumer<String> progress) {
        this.target = target;
        this.policies = policies;
        this.progress = progress;
    }

    String counts() {
        return copied + " copied, " + updated + " brought up to date, " + there + " already there, " + newer
                + " newer there, " + gone + " gone there, " + other + " kept as another session has the key, " + ended
                + " ended there as they did at the source";
    }

    /** All of a store's, those too that expired and are held for the host that is to see them end. */
    void copyAll(Scan source) {
        Page.Cursor after = null;
        do {
            Page.Cursor from = after;
            Page page = patiently(() -> source.scan(null, Shown.HELD, from, PAGE));
            all(page.sessions(), session -> {
                if (copy(session)) {
                    seen.put(session.key(), new Seen(Stamp.of(session), goesAt(session)));
                }
            });
            after = page.next();
        } while (after != null);
    }

    /**
     * Ends at the target what has ended, or moved on to another key, at the source since it was copied: as far as the
     * source has its marker, or this run saw it.
     */
    void endWhatEnded(SessionStore source, Engine cells) {
        Engine.Walk walk = cells.walk().orElseThrow();
        Page.Cursor after = null;
        do {
            Page.Cursor from = after;
            Engine.Part part = patiently(() -> walk.cells(null, from, PAGE));
            long now = cells.clock().millis();
            List<SessionKey> notLive = new ArrayList<>();
            for (Cell cell : part.cells()) {
                if (cell.isSession() && !cell.isOver(now)) {
                    seen.remove(cell.key());
                } else {
                    notLive.add(cell.key());
                }
            }
            all(notLive, key -> endIfEnded(source, cells, key));
            after = part.next();
        } while (after != null);
        // The rest is not there any more: not even a marker, if the run took longer than those are kept.
        List<SessionKey> missed = List.copyOf(seen.keySet());
        for (int from = 0; from < missed.size(); from += PAGE) {
            all(missed.subList(from, Math.min(from + PAGE, missed.size())), key -> endIfEnded(source, cells, key));
        }
    }

    private void endIfEnded(SessionStore source, Engine cells, SessionKey key) {
        if (target.find(key) instanceof Session held) {
            Reason why = endOf(held, source, cells);
            if (why != null && target.remove(held, why) == Outcome.DONE) {
                ended.increment();
            }
        }
    }

    /** Why the source ended the session that the target holds; null: it did not, as far as can be told. */
    private @Nullable Reason endOf(Session held, SessionStore source, Engine cells) {
        Cell at;
        try {
            at = cells.find(held.key());
        } catch (UnreadableCellException e) {
            return null; // the scan counted it
        }
        if (at == null) {
            Seen was = seen.get(held.key());
            // Past that time it may have run out there, and what lives here has been used here.
            boolean taken = was != null
                    && was.stamp().equals(Stamp.of(held))
                    && cells.clock().millis() < was.goesAt();
            return taken ? Reason.DELETED : null;
        }
        if (at.stamp().incarnation() != held.incarnation() || at.stamp().revision() == Stamp.RESERVED) {
            return null;
        }
        if (at.isSession()) {
            // A session whose time ran out where nobody uses it any more lives on where it is used.
            boolean cutShort = at.isOver(cells.clock().millis()) && at.stamp().revision() > held.version();
            return cutShort ? Reason.EXPIRED : null;
        }
        // Where one went that was rotated is told by no mark here: it may not be here yet.
        return source.find(held.key()) instanceof Tombstone mark && mark.reason() != Reason.ROTATED
                ? mark.reason()
                : Reason.DELETED;
    }

    private long goesAt(Session session) {
        return policies.of(session.namespace()).goesAt(session);
    }

    void copyAll(List<Session> sessions) {
        for (int from = 0; from < sessions.size(); from += PAGE) {
            all(sessions.subList(from, Math.min(from + PAGE, sessions.size())), this::copy);
        }
    }

    private <T> void all(List<T> page, Consumer<T> work) {
        try {
            List<Future<?>> running = new ArrayList<>();
            for (T one : page) {
                running.add(workers.submit(() -> {
                    patiently(() -> {
                        work.accept(one);
                        return true;
                    });
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failed ? failed : new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreUnavailableException.refused("interrupted");
        }
        tell();
    }

    private void tell() {
        long now = System.nanoTime();
        if (now - toldAt >= SECOND_NANOS) {
            toldAt = now;
            progress.accept(counts());
        }
    }

    /** Either engine may stall for a moment; that is no reason to begin anew. */
    private static <T> T patiently(Supplier<T> call) {
        long began = System.nanoTime();
        while (true) {
            try {
                return call.get();
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() - began > PATIENCE_NANOS) {
                    throw e;
                }
                try {
                    Thread.sleep(MILLIS_BETWEEN_TRIES);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }

    /** @return whether the target has it now as it is */
    private boolean copy(Session session) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Outcome outcome = target.create(session);
            if (outcome == Outcome.DONE) {
                copied.increment();
                return true;
            }
            Lookup found = target.find(session.key());
            if (found instanceof Tombstone) {
                gone.increment();
                return false;
            }
            LongAdder settled = found instanceof Session held ? settle(session, held) : null;
            if (settled != null) {
                settled.increment();
                return settled == updated || settled == there;
            }
        }
        // A rotation there is about to take the key.
        other.increment();
        return false;
    }

    /** @return what it counts as; null: look again */
    private @Nullable LongAdder settle(Session session, Session held) {
        if (held.incarnation() != session.incarnation()) {
            return other;
        }
        if (held.version() > session.version()) {
            return newer;
        }
        if (held.version() < session.version()) {
            return target.replace(held, session) == Outcome.DONE ? updated : null;
        }
        if (held.lastAccessedAt() < session.lastAccessedAt()) {
            target.touch(session.key(), Instant.ofEpochMilli(session.lastAccessedAt()));
            return updated;
        }
        return there;
    }
}
