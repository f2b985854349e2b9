package dev.sessionstore.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The service cannot take what the call said: a value out of its range, an id of the wrong shape. A bug in the caller. */
public final class InvalidRequestException extends SessionStoreException {
    private static final long serialVersionUID = 1L;

    private final String[] faults;

    /** @param faults each wrong field as {@code /pointer detail}; empty where the message says it all */
    public InvalidRequestException(String message, String code, List<String> faults, @Nullable String requestId) {
        super(faults.isEmpty() ? message : message + ": " + String.join("; ", faults), code, requestId, null);
        this.faults = faults.toArray(String[]::new);
    }

    /** Each wrong field as {@code /pointer detail}; empty where the message says it all. Immutable. */
    public List<String> faults() {
        return List.of(faults);
    }
}
