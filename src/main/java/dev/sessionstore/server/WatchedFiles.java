package dev.sessionstore.server;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small files that belong together, looked at from time to time. Their bytes are compared, not their times: Kubernetes
 * swaps a symbolic link to a directory, and a copied file may be older than the one it replaces.
 *
 * <p>A file that is away for a moment, and content that the user of it refuses, leave what is in force as it is.
 */
final class WatchedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);

    /** Keys and certificates are far smaller; whatever is not small was not meant. */
    private static final long MAX_BYTES = 4 << 20;

    /** Takes new content into use, or throws with a message that says why not. */
    interface Use {
        void accept(List<byte[]> contents) throws Exception;
    }

    private final List<Path> files;
    private final Use use;
    private List<byte[]> seen;
    private @Nullable String trouble;

    /** @param seen what the files held when they were first read, in the same order */
    WatchedFiles(List<Path> files, List<byte[]> seen, Use use) {
        this.files = List.copyOf(files);
        this.seen = List.copyOf(seen);
        this.use = use;
    }

    /** Looks at the files again and again until the answer is cancelled. */
    ScheduledFuture<?> every(Duration interval, ScheduledExecutorService scheduler) {
        long nanos = interval.toNanos();
        return scheduler.scheduleWithFixedDelay(this::check, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Looks at the files now. Throws nothing, for that would end the schedule. */
    synchronized void check() {
        List<byte[]> contents;
        try {
            contents = read(files);
        } catch (IOException | RuntimeException e) {
            report(problem(e)); // once: it may last for long
            return;
        }
        if (trouble != null) {
            LOG.info("{} can be read again", files);
            trouble = null;
        }
        if (same(contents, seen)) {
            return;
        }
        seen = contents; // also when it is refused: the log says so once, not at every look
        try {
            use.accept(contents);
            LOG.info("{} changed and is in force", files);
        } catch (Exception e) {
            LOG.error("{} changed and is refused, what was in force stays: {}", files, e.getMessage());
        }
    }

    private void report(String problem) {
        if (!problem.equals(trouble)) {
            LOG.error("what was in force stays: {}", problem);
            trouble = problem;
        }
    }

    static List<byte[]> read(List<Path> files) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files) {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
            }
            contents.add(Files.readAllBytes(file));
        }
        return contents;
    }

    /** Some of these exceptions have no more of a message than the file's name. */
    static String problem(Exception e) {
        return e instanceof FileSystemException missing
                ? missing.getFile() + " cannot be read ("
                        + e.getClass().getSimpleName().replace("Exception", "") + ")"
                : String.valueOf(e.getMessage());
    }

    private static boolean same(List<byte[]> some, List<byte[]> others) {
        for (int i = 0; i < some.size(); i++) {
            if (!Arrays.equals(some.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }
}
