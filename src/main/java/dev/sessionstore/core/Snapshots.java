package dev.sessionstore.core;

import org.jspecify.annotations.Nullable;

/** The capability to write everything that is held to disk when asked. Thread-safe. */
public interface Snapshots {
    /** Asks for a snapshot that begins after this call, and returns at once. */
    void request();

    /** How it stands now. */
    Status status();

    /**
     * @param isRunning whether one is being taken or waits to be
     * @param last the newest whole one, also of an earlier run of the service; null: there is none
     * @param failure why the latest attempt failed; null: it did not
     */
    record Status(
            boolean isRunning,
            @Nullable Taken last,
            @Nullable Failure failure) {}

    /**
     * @param at when it was complete, in epoch milliseconds
     * @param bytes the size of its file
     * @param sessions how many it holds, of which some may have expired since
     * @param tombstones how many it holds
     */
    record Taken(long at, long bytes, long sessions, long tombstones) {}

    /**
     * @param at in epoch milliseconds
     * @param detail for people; names no session
     */
    record Failure(long at, String detail) {}
}
