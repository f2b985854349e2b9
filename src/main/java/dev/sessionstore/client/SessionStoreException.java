package dev.sessionstore.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that did not do what it was asked. The message says why, in the service's own words where it answered; it never
 * holds an id, a key, a principal or an attribute. Subclasses are the failures that a program may want to tell apart.
 */
public class SessionStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String code;
    private final @Nullable String requestId;

    /**
     * @param code of the problem document; null if there was none
     * @param requestId of the answer; null if there was none
     */
    public SessionStoreException(
            String message, @Nullable String code, @Nullable String requestId, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.requestId = requestId;
    }

    /** The problem's code, as the contract lists them: {@code store-full}. Empty if no service answered. */
    public Optional<String> code() {
        return Optional.ofNullable(code);
    }

    /** Under which the service's log knows the call. Empty if no service answered. */
    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }
}
