package dev.sessionstore.core;

/** The store has no room and was told not to forget anything for it. Nothing was changed. */
public final class StoreFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is full, how full, and the limit */
    public StoreFullException(String message) {
        super(message, null, false, false);
    }
}
