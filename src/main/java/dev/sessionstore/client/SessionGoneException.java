package dev.sessionstore.client;

import org.jspecify.annotations.Nullable;

/** The session has ended, and the service remembers how. No call brings it back. */
public final class SessionGoneException extends SessionStoreException {
    private static final long serialVersionUID = 1L;

    private final GoneReason reason;

    /** @param requestId of the answer; null if there was none */
    public SessionGoneException(String message, GoneReason reason, @Nullable String requestId) {
        super(message, "session-gone", requestId, null);
        this.reason = reason;
    }

    /** How it ended. */
    public GoneReason reason() {
        return reason;
    }
}
