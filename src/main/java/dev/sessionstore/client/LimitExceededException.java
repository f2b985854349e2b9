package dev.sessionstore.client;

import org.jspecify.annotations.Nullable;

/**
 * A limit of the service forbids it: {@code session-too-large}, {@code body-too-large}, {@code session-limit} (of one
 * principal), {@code store-full}. Nothing was changed; the message names the size and the limit.
 */
public final class LimitExceededException extends SessionStoreException {
    private static final long serialVersionUID = 1L;

    /** @param requestId of the answer; null if no service answered */
    public LimitExceededException(String message, String code, @Nullable String requestId) {
        super(message, code, requestId, null);
    }
}
