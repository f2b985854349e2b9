package dev.sessionstore.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a listing.
 *
 * @param sessions as they were when they were looked at; may be fewer than the limit, or none, before the last page
 * @param next where the next page begins; null after the last one
 */
public record Page(List<Session> sessions, @Nullable Cursor next) {
    /**
     * A place in a listing, valid across restarts and on any node.
     *
     * @param createdAt of the session last listed, in epoch milliseconds; 0 in a scan
     * @param key of the session last listed
     * @param since the order of the last rotation when the listing began, so that a session that is rotated meanwhile
     *     to a place already passed is still shown
     */
    public record Cursor(long createdAt, SessionKey key, long since) {}
}
