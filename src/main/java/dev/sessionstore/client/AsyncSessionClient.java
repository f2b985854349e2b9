package dev.sessionstore.client;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * {@link SessionClient}'s calls without blocking the caller: each returns at once, and its future completes with the
 * answer, or exceptionally with what the call of the same name throws. They run on threads of the client's own, as many
 * as it has connections, or on the executor that its builder was given; others wait in line for one, and then have the
 * client's timeout. A future that is cancelled does not undo what was sent. Arguments are written as JSON on that thread,
 * so leave them alone until the future is complete.
 */
public interface AsyncSessionClient {
    CompletableFuture<StoredSession> create(NewSession session);

    CompletableFuture<Optional<StoredSession>> find(String id);

    CompletableFuture<Optional<StoredSession>> peek(String id);

    CompletableFuture<Optional<StoredSession>> save(String id, Map<String, ?> attributes);

    CompletableFuture<StoredSession> save(String id, Map<String, ?> attributes, ETag expected);

    CompletableFuture<Optional<StoredSession>> patch(String id, SessionPatch patch);

    <T> CompletableFuture<Optional<T>> attribute(String id, String name, Class<T> type);

    <T> CompletableFuture<Optional<T>> attribute(String id, String name, TypeReference<T> type);

    CompletableFuture<Boolean> setAttribute(String id, String name, @Nullable Object value);

    CompletableFuture<Boolean> removeAttribute(String id, String name);

    CompletableFuture<Boolean> touch(String id);

    CompletableFuture<Boolean> expire(String id);

    CompletableFuture<Boolean> expireAt(String id, Instant end);

    CompletableFuture<Optional<StoredSession>> rotate(String id);

    CompletableFuture<Optional<StoredSession>> rotate(String id, Duration grace);

    CompletableFuture<Optional<StoredSession>> rotate(String id, Rotation rotation);

    CompletableFuture<Boolean> delete(String id);

    /** All of them at once. */
    CompletableFuture<List<StoredSession>> sessionsOf(String principal);

    /** All of them at once. */
    CompletableFuture<List<StoredSession>> sessionsOf(String principal, boolean withAttributes);

    CompletableFuture<Optional<StoredSession>> findByHandle(String handle);

    CompletableFuture<Boolean> revoke(String handle);

    CompletableFuture<Long> revokeAll(String principal);

    CompletableFuture<Long> revokeAll(String principal, String exceptHandle);

    CompletableFuture<SessionStats> stats();
}
