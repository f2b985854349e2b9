package dev.sessionstore.http;

import dev.sessionstore.core.Session;
import dev.sessionstore.wire.SessionDocument;
import org.jspecify.annotations.Nullable;

/** From a session to its document. */
public final class SessionDocuments {
    private SessionDocuments() {}

    /** @param id only for a caller that gave it or receives a new one */
    public static SessionDocument of(@Nullable String id, Session session, boolean withAttributes) {
        // Asked once: an access may come between.
        long accessedAt = session.lastAccessedAt();
        return new SessionDocument(
                id,
                session.key().handleBytes(),
                session.namespace(),
                session.principal(),
                session.label(),
                session.isPermanent(),
                session.version(),
                session.createdAt(),
                accessedAt,
                session.expiresAt(accessedAt),
                session.idleSeconds(),
                session.absoluteSeconds(),
                session.endsAt(),
                withAttributes ? session.attributes().json() : null);
    }
}
