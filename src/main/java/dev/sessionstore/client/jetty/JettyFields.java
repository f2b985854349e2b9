package dev.sessionstore.client.jetty;

import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.StoredSession;
import java.time.Instant;
import org.eclipse.jetty.session.SessionContext;
import org.eclipse.jetty.session.SessionData;
import org.jspecify.annotations.Nullable;

/**
 * What Jetty knows of a session besides its attributes, as it is stored. Times are in epoch milliseconds by Jetty's clock.
 *
 * @param expiry 0 or less: never
 * @param maxInactiveMs 0 or less: for ever
 */
record JettyFields(
        String contextPath,
        String vhost,
        @Nullable String lastNode,
        long created,
        long cookieSet,
        long accessed,
        long lastAccessed,
        long lastSaved,
        long expiry,
        long maxInactiveMs) {

    static JettyFields of(SessionData data) {
        return new JettyFields(
                data.getContextPath(),
                data.getVhost(),
                data.getLastNode(),
                data.getCreated(),
                data.getCookieSet(),
                data.getAccessed(),
                data.getLastAccessed(),
                data.getLastSaved(),
                data.getExpiry(),
                data.getMaxInactiveMs());
    }

    /** @throws AttributeFormatException if it has none: it is no session of Jetty's */
    static JettyFields of(StoredSession stored) {
        JettyFields fields = Reserved.read(stored, Reserved.FIELDS, JettyFields.class);
        if (fields == null) {
            throw new AttributeFormatException("attribute \"" + Reserved.FIELDS + "\" is absent", null);
        }
        return fields;
    }

    /** Under an id that it never had, as after a change of its id, too. */
    TrackedSessionData newData(String id) {
        TrackedSessionData data =
                new TrackedSessionData(id, contextPath, vhost, created, accessed, lastAccessed, maxInactiveMs);
        data.setLastNode(lastNode);
        data.setCookieSet(cookieSet);
        data.setExpiry(expiry);
        // To Jetty, 0 is a session that was never saved.
        data.setLastSaved(Math.max(1, lastSaved));
        return data;
    }

    boolean belongsTo(SessionContext context) {
        return context.getCanonicalContextPath().equals(contextPath)
                && context.getVhost().equals(vhost);
    }

    boolean isExpiredAt(long time) {
        return expiry > 0 && expiry <= time;
    }

    /** What the service shall hold as its end: Jetty's, so that both expire it at the same instant. */
    @Nullable Instant end() {
        return expiry > 0 ? Instant.ofEpochMilli(expiry) : null;
    }
}
