package dev.sessionstore.server;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Scan;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.core.Tombstone;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
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
final class Migration {
    private static final int PAGE = 500;
    /** Engines are far away: while one answers, others are asked. */
    private static final int AT_ONCE = 8;

    private static final int MOST_TRIES = 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long MILLIS_BETWEEN_TRIES = 200;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SessionStore target;
    private final Consumer<String> progress;
    private final LongAdder copied = new LongAdder();
    private final LongAdder updated = new LongAdder();
    private final LongAdder there = new LongAdder();
    private final LongAdder newer = new LongAdder();
    private final LongAdder gone = new LongAdder();
    private final LongAdder other = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private long toldAt = System.nanoTime();

    /** @param progress gets a line each second */
    Migration(SessionStore target, Consumer<String> progress) {
        this.target = target;
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
            all(page.sessions(), this::copy);
            after = page.next();
        } while (after != null);
    }

    /** The keys of a store's sessions, page by page. A scan would show one of two keys that one session had. */
    interface Keys {
        /** @return where the next page begins; null: there is none */
        Page.@Nullable Cursor page(Page.@Nullable Cursor after, int limit, Consumer<SessionKey> each);
    }

    /**
     * Ends at the target what has ended, or moved on to another key, at the source since it was copied, as far as the
     * source still has its mark.
     */
    void endWhatEnded(SessionStore source, Keys held) {
        Page.Cursor after = null;
        do {
            Page.Cursor from = after;
            KeyPage page = patiently(() -> {
                List<SessionKey> keys = new ArrayList<>();
                return new KeyPage(keys, held.page(from, PAGE, keys::add));
            });
            all(page.keys(), key -> endIfEnded(source, key));
            after = page.next();
        } while (after != null);
    }

    private record KeyPage(List<SessionKey> keys, Page.@Nullable Cursor next) {}

    private void endIfEnded(SessionStore source, SessionKey key) {
        if (source.find(key) instanceof Tombstone mark
                && target.find(key) instanceof Session held
                && mark.goneAt() >= held.createdAt()) {
            // Where it went is told by no mark here: it may not be here yet.
            Reason why = mark.reason() == Reason.ROTATED ? Reason.DELETED : mark.reason();
            if (target.remove(held, why) == Outcome.DONE) {
                ended.increment();
            }
        }
    }

    void copyAll(List<Session> sessions) {
        for (int from = 0; from < sessions.size(); from += PAGE) {
            all(sessions.subList(from, Math.min(from + PAGE, sessions.size())), this::copy);
        }
    }

    private <T> void all(List<T> page, Consumer<T> work) {
        ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
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
        } finally {
            workers.shutdownNow();
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

    private void copy(Session session) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Outcome outcome = target.create(session);
            if (outcome == Outcome.DONE) {
                copied.increment();
                return;
            }
            Lookup found = target.find(session.key());
            if (found instanceof Tombstone) {
                gone.increment();
                return;
            }
            if (found instanceof Session held && settle(session, held)) {
                return;
            }
        }
        // A rotation there is about to take the key.
        other.increment();
    }

    /** @return false: look again */
    private boolean settle(Session session, Session held) {
        if (held.incarnation() != session.incarnation()) {
            other.increment();
        } else if (held.version() > session.version()) {
            newer.increment();
        } else if (held.version() < session.version()) {
            if (target.replace(held, session) != Outcome.DONE) {
                return false;
            }
            updated.increment();
        } else if (held.lastAccessedAt() < session.lastAccessedAt()) {
            target.touch(session.key(), Instant.ofEpochMilli(session.lastAccessedAt()));
            updated.increment();
        } else {
            there.increment();
        }
        return true;
    }
}
