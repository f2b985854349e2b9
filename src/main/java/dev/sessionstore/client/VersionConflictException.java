package dev.sessionstore.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The session is not at the version that the call expected, or one has the id already that was to be created. Nothing was
 * changed: read it again, decide again.
 */
public final class VersionConflictException extends SessionStoreException {
    private static final long serialVersionUID = 1L;

    /** As text: an exception can be serialised, whatever it holds. */
    private final @Nullable String current;

    /**
     * @param current null: there is no such session
     * @param requestId of the answer; null if there was none
     */
    public VersionConflictException(String message, String code, @Nullable ETag current, @Nullable String requestId) {
        super(message, code, requestId, null);
        this.current = current == null ? null : current.value();
    }

    /** What the session's entity tag is now. Empty if there is no such session. */
    public Optional<ETag> current() {
        return Optional.ofNullable(current).map(ETag::new);
    }
}
