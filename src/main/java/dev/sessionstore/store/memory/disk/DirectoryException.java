package dev.sessionstore.store.memory.disk;

/** The data directory cannot be used: its mode, its lock, or what it is. The message says what to do. */
public final class DirectoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DirectoryException(String message) {
        super(message);
    }
}
