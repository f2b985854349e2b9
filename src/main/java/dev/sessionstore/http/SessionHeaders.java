package dev.sessionstore.http;

import dev.sessionstore.core.Session;
import dev.sessionstore.wire.Times;
import java.util.List;

/** The headers of every answer about a session that is not gone. */
final class SessionHeaders {
    static final String ETAG = "ETag";
    static final String LAST_ACCESSED = "Session-Last-Accessed-At";
    static final String EXPIRES = "Session-Expires-At";
    static final String EXPIRED = "Session-Expired";

    private SessionHeaders() {}

    /**
     * The entity tag, strong and opaque: it changes with the version, and tells two sessions apart that had the same id
     * one after the other.
     */
    static String etag(Session session) {
        return '"' + Long.toHexString(session.incarnation()) + '-' + Long.toHexString(session.version()) + '"';
    }

    /**
     * @param accessedAt when the answer says that the last access was
     * @param isExpired whether it expired, and is held for its application
     */
    static void add(List<String> headers, Session session, long accessedAt, boolean isExpired) {
        headers.add(ETAG);
        headers.add(etag(session));
        headers.add(LAST_ACCESSED);
        headers.add(Times.format(accessedAt));
        long expiresAt = session.expiresAt(accessedAt);
        if (expiresAt != Session.NEVER) {
            headers.add(EXPIRES);
            headers.add(Times.format(expiresAt));
        }
        if (isExpired) {
            headers.add(EXPIRED);
            headers.add("true");
        }
    }
}
