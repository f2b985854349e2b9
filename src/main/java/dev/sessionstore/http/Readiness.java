package dev.sessionstore.http;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the service wants traffic, and whether it can serve any: one that is to stop wants none and still serves all.
 * Thread-safe.
 */
public final class Readiness {
    private static final String LOADING = "the service is loading its sessions";

    private volatile boolean loaded;
    private volatile boolean draining;
    private volatile BooleanSupplier answers = () -> true;

    /** @param engine whether the engine behind the store answers */
    public void watch(BooleanSupplier engine) {
        answers = engine;
    }

    /** All sessions are there: from now on they may be asked for. */
    public void ready() {
        loaded = true;
    }

    /** The service will stop; until then it serves as before. */
    public void drain() {
        draining = true;
    }

    /** Why there are no sessions to be had, for people; null: there are. */
    @Nullable String loading() {
        return loaded ? null : LOADING;
    }

    /** Why no traffic is wanted, for people; null: it is. */
    @Nullable String obstacle() {
        if (draining) {
            return "the service is shutting down";
        }
        String loading = loading();
        return loading != null || answers.getAsBoolean() ? loading : "the store does not answer";
    }
}
