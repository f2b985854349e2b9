package dev.sessionstore.core;

import org.jspecify.annotations.Nullable;

/** The engine behind the store does not answer, or answers nonsense. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    private StoreUnavailableException(String message) {
        super(message, null, false, false);
    }

    /** For a call that was not made, as many may be refused in a second: without a stack trace. */
    public static StoreUnavailableException refused(String message) {
        return new StoreUnavailableException(message);
    }
}
