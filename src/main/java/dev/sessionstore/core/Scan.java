package dev.sessionstore.core;

import org.jspecify.annotations.Nullable;

/** The capability to go through all sessions of a namespace. */
public interface Scan {
    /**
     * Live sessions of that namespace, in no order that means anything. One that lives throughout the scan is in at
     * least one page of it, even if it is rotated meanwhile.
     *
     * @param after where the page before ended; null for the first one
     * @param limit at least 1
     */
    Page scan(String namespace, Page.@Nullable Cursor after, int limit);
}
