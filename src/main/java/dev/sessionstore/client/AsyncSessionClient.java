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
    /** {@link SessionClient#create(NewSession)} */
    CompletableFuture<StoredSession> create(NewSession session);

    /** {@link SessionClient#find(String)} */
    CompletableFuture<Optional<StoredSession>> find(String id);

    /** {@link SessionClient#peek(String)} */
    CompletableFuture<Optional<StoredSession>> peek(String id);

    /** {@link SessionClient#save(String, Map)} */
    CompletableFuture<Optional<StoredSession>> save(String id, Map<String, ?> attributes);

    /** {@link SessionClient#save(String, Map, ETag)} */
    CompletableFuture<StoredSession> save(String id, Map<String, ?> attributes, ETag expected);

    /** {@link SessionClient#patch(String, SessionPatch)} */
    CompletableFuture<Optional<StoredSession>> patch(String id, SessionPatch patch);

    /** {@link SessionClient#attribute(String, String, Class)} */
    <T> CompletableFuture<Optional<T>> attribute(String id, String name, Class<T> type);

    /** {@link SessionClient#attribute(String, String, TypeReference)} */
    <T> CompletableFuture<Optional<T>> attribute(String id, String name, TypeReference<T> type);

    /** {@link SessionClient#setAttribute(String, String, Object)} */
    CompletableFuture<Boolean> setAttribute(String id, String name, @Nullable Object value);

    /** {@link SessionClient#removeAttribute(String, String)} */
    CompletableFuture<Boolean> removeAttribute(String id, String name);

    /** {@link SessionClient#touch(String)} */
    CompletableFuture<Boolean> touch(String id);

    /** {@link SessionClient#expire(String)} */
    CompletableFuture<Boolean> expire(String id);

    /** {@link SessionClient#expireAt(String, Instant)} */
    CompletableFuture<Boolean> expireAt(String id, Instant end);

    /** {@link SessionClient#rotate(String)} */
    CompletableFuture<Optional<StoredSession>> rotate(String id);

    /** {@link SessionClient#rotate(String, Duration)} */
    CompletableFuture<Optional<StoredSession>> rotate(String id, Duration grace);

    /** {@link SessionClient#rotate(String, Rotation)} */
    CompletableFuture<Optional<StoredSession>> rotate(String id, Rotation rotation);

    /** {@link SessionClient#delete(String)} */
    CompletableFuture<Boolean> delete(String id);

    /** {@link SessionClient#delete(String, ETag)} */
    CompletableFuture<Boolean> delete(String id, ETag expected);

    /** {@link SessionClient#sessionsOf(String)}, all of them at once. */
    CompletableFuture<List<StoredSession>> sessionsOf(String principal);

    /** {@link SessionClient#sessionsOf(String, boolean)}, all of them at once. */
    CompletableFuture<List<StoredSession>> sessionsOf(String principal, boolean withAttributes);

    /** {@link SessionClient#expiredBefore(Instant)}, all of them at once. */
    CompletableFuture<List<StoredSession>> expiredBefore(Instant time);

    /** {@link SessionClient#findByHandle(String)} */
    CompletableFuture<Optional<StoredSession>> findByHandle(String handle);

    /** {@link SessionClient#revoke(String)} */
    CompletableFuture<Boolean> revoke(String handle);

    /** {@link SessionClient#revokeAll(String)} */
    CompletableFuture<Long> revokeAll(String principal);

    /** {@link SessionClient#revokeAll(String, String)} */
    CompletableFuture<Long> revokeAll(String principal, String exceptHandle);

    /** {@link SessionClient#stats()} */
    CompletableFuture<SessionStats> stats();
}
