package dev.sessionstore.client;

import org.jspecify.annotations.Nullable;

/**
 * The caller may not do that: no valid API key ({@code unauthenticated}), one that does not reach so far
 * ({@code forbidden}), or a session that is bound to something else than what the call named ({@code binding-mismatch}).
 */
public final class UnauthorizedException extends SessionStoreException {
    private static final long serialVersionUID = 1L;

    /** @param requestId of the answer; null if there was none */
    public UnauthorizedException(String message, String code, @Nullable String requestId) {
        super(message, code, requestId, null);
    }

    /** Whether the session is bound, and not to what the call named. */
    public boolean isBindingMismatch() {
        return code().filter("binding-mismatch"::equals).isPresent();
    }
}
