package dev.sessionstore.store.memory.disk;

/** A file holds what nobody wrote, or lacks what was written. The message names file and offset and says what to do. */
public final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedException(String file, long offset, String what) {
        super(file + " is damaged at offset " + offset + ": " + what
                + ". Nothing was changed. Restore a backup, or start with --repair, which keeps what is whole, lists"
                + " what is lost and leaves the damaged files beside.");
    }
}
