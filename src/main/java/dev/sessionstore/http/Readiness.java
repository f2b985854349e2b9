package dev.sessionstore.http;

import org.jspecify.annotations.Nullable;

/**
 * Whether the service wants traffic, and whether it can serve any: one that is to stop wants none and still serves all.
 * Thread-safe.
 */
public final class Readiness {
    private static final String LOADING = "the service is loading its sessions";

    private volatile boolean loaded;
    private volatile boolean draining;

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
        return draining ? "the service is shutting down" : loading();
    }
}
