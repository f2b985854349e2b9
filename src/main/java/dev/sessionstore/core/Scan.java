package dev.sessionstore.core;

import org.jspecify.annotations.Nullable;

/** The capability to go through all sessions of a namespace, or of all. */
public interface Scan {
    /** Live ones. */
    default Page scan(@Nullable String namespace, Page.@Nullable Cursor after, int limit) {
        return scan(namespace, Shown.LIVE, after, limit);
    }

    /**
     * Sessions of that namespace, in no order that means anything. One that is there throughout the scan is in at
     * least one page of it, even if it is rotated meanwhile. The work for a page is bounded: it may be short, or empty,
     * before the last one.
     *
     * @param namespace whose; null: of all
     * @param after where the page before ended; null for the first one
     * @param limit at least 1
     */
    Page scan(@Nullable String namespace, Shown shown, Page.@Nullable Cursor after, int limit);
}
