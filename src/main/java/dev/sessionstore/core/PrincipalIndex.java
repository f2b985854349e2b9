package dev.sessionstore.core;

import org.jspecify.annotations.Nullable;

/** The capability to find the sessions of a principal. */
public interface PrincipalIndex {
    /** Live ones. */
    default Page sessionsOf(String namespace, String principal, Page.@Nullable Cursor after, int limit) {
        return sessionsOf(namespace, principal, Shown.LIVE, after, limit);
    }

    /**
     * Sessions of that principal, newest first, then by handle. One that is there throughout a listing is in
     * at least one page of it, even if it is rotated meanwhile.
     *
     * @param after where the page before ended; null for the first one
     * @param limit at least 1
     */
    Page sessionsOf(String namespace, String principal, Shown shown, Page.@Nullable Cursor after, int limit);
}
