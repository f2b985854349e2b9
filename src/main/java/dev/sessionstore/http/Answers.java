package dev.sessionstore.http;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.wire.SessionDocument;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The shapes that answers share. */
final class Answers {
    private final SessionService service;

    Answers(SessionService service) {
        this.service = service;
    }

    static CompletionStage<ApiResponse> now(ApiResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    /** After a write: the answer goes out when the write is as safe as the store promises, so one sync serves many. */
    static CompletionStage<ApiResponse> whenDurable(SessionStore store, ApiResponse response) {
        CompletableFuture<Void> durable = store.durable().toCompletableFuture();
        return durable.isDone() && !durable.isCompletedExceptionally()
                ? now(response)
                : durable.thenApply(safe -> response);
    }

    /** The document for a caller that gave the id or receives a new one. */
    ApiResponse document(int status, SessionId id, Session session) {
        return with(SessionDocuments.of(id.reveal(), session, true), status, session);
    }

    /** @param document the session's */
    ApiResponse with(SessionDocument document, int status, Session session) {
        ApiResponse response = ApiResponse.json(status, document.toJson());
        SessionHeaders.add(response.headers(), session, document.lastAccessedAt(), service.isExpiredButHeld(session));
        return response;
    }

    ApiResponse notModified(Session session) {
        return about(session, ApiResponse.empty(304));
    }

    /** With the headers that speak of the session. */
    ApiResponse about(Session session, ApiResponse response) {
        SessionHeaders.add(response.headers(), session, session.lastAccessedAt(), service.isExpiredButHeld(session));
        return response;
    }
}
