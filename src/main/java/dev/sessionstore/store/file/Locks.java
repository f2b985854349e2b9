package dev.sessionstore.store.file;

import dev.sessionstore.core.SessionKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Locks between processes, and between the threads of this one: 256 stripes by the key's first byte, each a byte of one
 * file. The system gives back what a process held when it dies.
 *
 * <p>A process has these locks as a whole, and loses all of them when it closes the file anywhere. So all engines of a
 * JVM on one directory share one of these. Thread-safe.
 */
final class Locks {
    private static final int STRIPES = 256;
    private static final long BETWEEN_TRIES_NANOS = 200_000;
    /** Guarded by itself. */
    private static final Map<Path, Locks> OPEN = new HashMap<>();

    private final Path file;
    private final FileChannel channel;
    private final Object identity;
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];
    /** Guarded by the map. */
    private int users;

    private Locks(Path file) throws IOException {
        this.file = file;
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        identity = identityOf(file);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** @param file is there */
    static Locks of(Path file) throws IOException {
        synchronized (OPEN) {
            Path real = file.toRealPath();
            Locks locks = OPEN.get(real);
            if (locks == null || !locks.isInPlace()) {
                locks = new Locks(real);
                OPEN.put(real, locks);
            }
            locks.users++;
            return locks;
        }
    }

    private static Object identityOf(Path file) throws IOException {
        return Objects.requireNonNullElse(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey(), file);
    }

    /** Whether the file is still the one that other processes lock. */
    boolean isInPlace() throws IOException {
        return Files.exists(file) && identityOf(file).equals(identity);
    }

    /** Gives them back; the last user closes the file. */
    void close() throws IOException {
        synchronized (OPEN) {
            if (--users == 0) {
                OPEN.remove(file, this);
                channel.close();
            }
        }
    }

    /** The right to change what stands under the keys of one stripe, until released by the thread that got it. */
    record Held(ReentrantLock inside, FileLock between) {
        void release() throws IOException {
            try {
                between.release();
            } finally {
                inside.unlock();
            }
        }
    }

    /** @return null: somebody else had it all the time, or this thread was interrupted */
    @Nullable Held acquire(SessionKey key, long patienceNanos) throws IOException {
        int stripe = (int) (key.hi() >>> 56);
        ReentrantLock inside = stripes[stripe];
        long deadline = System.nanoTime() + patienceNanos;
        try {
            if (!inside.tryLock(patienceNanos, TimeUnit.NANOSECONDS)) {
                return null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
        FileLock between = null;
        try {
            while (true) {
                between = tryLock(stripe);
                if (between != null) {
                    return new Held(inside, between);
                }
                if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                    return null;
                }
                LockSupport.parkNanos(this, BETWEEN_TRIES_NANOS);
            }
        } finally {
            if (between == null) {
                inside.unlock();
            }
        }
    }

    private @Nullable FileLock tryLock(int stripe) throws IOException {
        try {
            return channel.tryLock(stripe, 1, false);
        } catch (OverlappingFileLockException e) {
            // This JVM reached the file by another way, such as a second mount.
            return null;
        }
    }
}
