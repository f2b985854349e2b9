package dev.sessionstore.http;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.wire.SessionDocument;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The shapes that answers share. */
final class Answers {
    private Answers() {}

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
    static ApiResponse document(int status, SessionId id, Session session) {
        SessionDocument document = SessionDocuments.of(id.reveal(), session, true);
        ApiResponse response = ApiResponse.json(status, document.toJson());
        SessionHeaders.add(response.headers(), session, document.lastAccessedAt());
        return response;
    }

    static ApiResponse notModified(Session session) {
        return SessionHeaders.on(ApiResponse.empty(304), session);
    }
}
