package dev.sessionstore.http;

import org.jspecify.annotations.Nullable;

/** Whether the service wants traffic. Thread-safe. */
public final class Readiness {
    private volatile @Nullable String obstacle = "the service is starting";

    public void ready() {
        obstacle = null;
    }

    /** @param why for people: {@code the service is shutting down} */
    public void notReady(String why) {
        obstacle = why;
    }

    @Nullable String obstacle() {
        return obstacle;
    }
}
