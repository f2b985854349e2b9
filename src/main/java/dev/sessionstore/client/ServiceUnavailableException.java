package dev.sessionstore.client;

import org.jspecify.annotations.Nullable;

/**
 * No node gave a usable answer within the client's timeout and retries: none could be reached, they were too busy, or
 * what came was no answer of this service.
 */
public final class ServiceUnavailableException extends SessionStoreException {
    private static final long serialVersionUID = 1L;

    private final boolean outcomeUnknown;

    /** @param outcomeUnknown whether a node may have done what was asked, its answer being lost */
    public ServiceUnavailableException(
            String message,
            @Nullable String code,
            boolean outcomeUnknown,
            @Nullable String requestId,
            @Nullable Throwable cause) {
        super(message, code, requestId, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Whether a node may have done what was asked, its answer being lost. False: nothing was changed. */
    public boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }
}
