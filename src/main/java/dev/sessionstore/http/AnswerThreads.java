package dev.sessionstore.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.TryExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads for a server whose handlers never block. When an answer goes out late, Jetty has another thread look at its
 * connection for the next request; to wake one costs more than the look. Here a few threads send the late answers, busy
 * ones when there are many, and look at the connections themselves after each batch. All else is for Jetty's own threads.
 * Thread-safe.
 */
final class AnswerThreads implements TryExecutor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerThreads.class);

    private final QueuedThreadPool others;
    private final ExecutorService late;
    /** The connections whose late answers this thread has sent; null where it sends none. */
    private final ThreadLocal<@Nullable List<Runnable>> answered = new ThreadLocal<>();

    AnswerThreads(QueuedThreadPool others) {
        this.others = others;
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        late = Executors.newFixedThreadPool(half, task -> {
            Thread thread = new Thread(task, "session-store-answers");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs what sends late answers. */
    void late(Runnable answers) {
        late.execute(() -> send(answers));
    }

    private void send(Runnable answers) {
        List<Runnable> connections = new ArrayList<>();
        answered.set(connections);
        try {
            answers.run();
        } finally {
            answered.remove();
            connections.forEach(AnswerThreads::look);
        }
    }

    private static void look(Runnable connection) {
        try {
            connection.run();
        } catch (RuntimeException failed) {
            // The others are still to be looked at.
            LOG.warn("looking at a connection failed: {}", failed.getClass().getName());
        }
    }

    @Override
    public void execute(Runnable task) {
        List<Runnable> connections = answered.get();
        if (connections != null && task instanceof Connection) {
            connections.add(task);
        } else {
            others.execute(task);
        }
    }

    @Override
    public boolean tryExecute(Runnable task) {
        return others.tryExecute(task);
    }

    /** Takes no more answers; those that it has go out. */
    @Override
    public void close() {
        late.shutdown();
    }
}
