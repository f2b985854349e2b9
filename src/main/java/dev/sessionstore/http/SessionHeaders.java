package dev.sessionstore.http;

import dev.sessionstore.core.Session;
import dev.sessionstore.wire.Times;
import java.util.List;

/** The headers of every answer about a live session. */
final class SessionHeaders {
    static final String ETAG = "ETag";
    static final String LAST_ACCESSED = "Session-Last-Accessed-At";
    static final String EXPIRES = "Session-Expires-At";

    private SessionHeaders() {}

    /**
     * The entity tag, strong and opaque: it changes with the version, and tells two sessions apart that had the same id
     * one after the other.
     */
    static String etag(Session session) {
        return '"' + Long.toHexString(session.incarnation()) + '-' + Long.toHexString(session.version()) + '"';
    }

    static void add(List<String> headers, Session session) {
        add(headers, session, session.lastAccessedAt());
    }

    /** @param accessedAt when the answer says that the last access was */
    static void add(List<String> headers, Session session, long accessedAt) {
        headers.add(ETAG);
        headers.add(etag(session));
        headers.add(LAST_ACCESSED);
        headers.add(Times.format(accessedAt));
        long expiresAt = session.expiresAt(accessedAt);
        if (expiresAt != Session.NEVER) {
            headers.add(EXPIRES);
            headers.add(Times.format(expiresAt));
        }
    }

    static ApiResponse on(ApiResponse response, Session session) {
        add(response.headers(), session);
        return response;
    }
}
