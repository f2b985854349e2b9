package dev.sessionstore.core;

import org.jspecify.annotations.Nullable;

/** The engine behind the store does not answer, or answers nonsense. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
