package dev.sessionstore.store.memory.disk;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says each second how far a recovery is. Thread-safe. */
final class Progress implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
    private static final long SECOND_NANOS = 1_000_000_000;

    private final long bytesInAll;
    private final LongAdder bytes = new LongAdder();
    private final LongAdder sessions = new LongAdder();
    private final long began = System.nanoTime();
    private final Thread thread = new Thread(this::run, "session-store-progress");
    private boolean closed;

    /** @param bytesInAll what there is to read */
    Progress(long bytesInAll) {
        this.bytesInAll = bytesInAll;
        thread.setDaemon(true);
        thread.start();
    }

    void read(long moreBytes, long moreSessions) {
        bytes.add(moreBytes);
        sessions.add(moreSessions);
    }

    double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    long bytes() {
        return bytes.sum();
    }

    private synchronized void run() {
        try {
            for (long tick = 1; !closed; tick++) {
                long left = began + tick * SECOND_NANOS - System.nanoTime();
                while (!closed && left > 0) {
                    wait(left / 1_000_000 + 1);
                    left = began + tick * SECOND_NANOS - System.nanoTime();
                }
                if (!closed) {
                    LOG.info(line());
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private String line() {
        long done = bytes();
        return String.format(
                Locale.ROOT,
                "loading: %d sessions, %.0f MB/s, %d %%",
                sessions.sum(),
                done / 1e6 / seconds(),
                bytesInAll == 0 ? 100 : Math.min(100, done * 100 / bytesInAll));
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
