package dev.sessionstore.store.file;

import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the files are.
 *
 * @param threshold the most files; 0: as many as there are
 * @param mode as {@code chmod} takes it: 0600
 * @param timeout how long a call may wait for a lock, or for a file system that hangs
 * @param sync whether a write is answered when it would survive a power cut; else when it survives this process
 */
public record FileOptions(Path directory, int threshold, int mode, Duration timeout, boolean sync) {
    private static final Duration USUAL_TIMEOUT = Duration.ofMillis(400);
    private static final int OWNER_READS_AND_WRITES = 0600;
    private static final String NEVER_SYNC = "?fsync=never";

    public FileOptions {
        if ((mode & OWNER_READS_AND_WRITES) != OWNER_READS_AND_WRITES) {
            throw new IllegalArgumentException("files with the mode 0" + Integer.toOctalString(mode)
                    + " could not be read and written by the service" + " itself; try 0600");
        }
    }

    /** With the usual timeout, safe from power cuts. */
    public FileOptions(Path directory, int threshold, int mode) {
        this(directory, threshold, mode, USUAL_TIMEOUT, true);
    }

    /**
     * @param url {@code file:/var/lib/sessions}, or {@code file:/var/lib/sessions?fsync=never}
     * @throws IllegalArgumentException if it names no directory
     */
    public static FileOptions parse(String url, int threshold, int mode, Duration timeout) {
        boolean sync = !url.endsWith(NEVER_SYNC);
        String place = sync ? url : url.substring(0, url.length() - NEVER_SYNC.length());
        return new FileOptions(directory(place), threshold, mode, timeout, sync);
    }

    private static Path directory(String url) {
        try {
            return Path.of(URI.create(url));
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new IllegalArgumentException("names no directory; try file:///var/lib/sessions", e);
        }
    }
}
