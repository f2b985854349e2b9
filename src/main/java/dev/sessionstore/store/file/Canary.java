package dev.sessionstore.store.file;

import dev.sessionstore.core.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the file system on a thread of its own. No call to a disk that hangs can be given up, but if this one does not
 * return, the others need not begin. Thread-safe.
 */
final class Canary {
    /** What asks. */
    interface Question {
        void ask() throws IOException;
    }

    private final Path directory;
    private final Question question;
    private final long patienceNanos;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "session-store-file-asks");
        made.setDaemon(true);
        return made;
    });
    private @Nullable Future<?> asked;
    private volatile boolean isOverdue;

    Canary(Path directory, Duration patience, Question question) {
        this.directory = directory;
        this.question = question;
        patienceNanos = patience.toNanos();
    }

    /** Refuses while the last question is open for longer than is allowed. */
    void check() {
        if (isOverdue) {
            throw hangs();
        }
    }

    private StoreUnavailableException hangs() {
        return StoreUnavailableException.refused(
                "the disk of " + directory + " has not answered for " + patienceNanos / 1_000_000 + " ms");
    }

    /** Asks, or waits for the last question. */
    synchronized void ask() {
        Future<?> open = asked == null ? submit() : asked;
        asked = open;
        try {
            open.get(patienceNanos, TimeUnit.NANOSECONDS);
            answered();
        } catch (TimeoutException e) {
            isOverdue = true;
            throw hangs();
        } catch (ExecutionException e) {
            answered();
            if (e.getCause() instanceof IOException failed) {
                throw Failures.of(directory, failed);
            }
            throw new IllegalStateException("the question failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreUnavailableException.refused("interrupted while " + directory + " was asked");
        }
    }

    private void answered() {
        asked = null;
        isOverdue = false;
    }

    private Future<?> submit() {
        try {
            return thread.submit(() -> {
                question.ask();
                return null;
            });
        } catch (RejectedExecutionException e) {
            throw StoreUnavailableException.refused(directory + " was closed");
        }
    }

    void close() {
        thread.shutdownNow();
    }
}
