package dev.sessionstore.client;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What runs the calls of {@link AsyncSessionClient}: as many threads as there are connections, which come and go. */
final class AsyncCalls {
    private static final long IDLE_SECONDS = 10;

    private final Executor executor;
    private final @Nullable ThreadPoolExecutor own;

    private AsyncCalls(Executor executor, @Nullable ThreadPoolExecutor own) {
        this.executor = executor;
        this.own = own;
    }

    /** @param given null: threads of the client's own */
    static AsyncCalls on(@Nullable Executor given, int threads) {
        if (given != null) {
            return new AsyncCalls(given, null);
        }
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor own = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "session-store-client-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        own.allowCoreThreadTimeOut(true);
        return new AsyncCalls(own, own);
    }

    AsyncSessionClient of(SessionClient client) {
        return new OnExecutor(client, executor);
    }

    /** What waits in line fails when it comes to its turn, for the connections are closed. */
    void close() {
        if (own != null) {
            own.shutdown();
        }
    }

    private record OnExecutor(SessionClient client, Executor executor) implements AsyncSessionClient {
        private <T> CompletableFuture<T> run(Supplier<T> call) {
            try {
                return CompletableFuture.supplyAsync(call, executor);
            } catch (RejectedExecutionException e) {
                return CompletableFuture.failedFuture(new ServiceUnavailableException(
                        "this client is closed, or its executor takes no more calls", null, false, null, e));
            }
        }

        @Override
        public CompletableFuture<StoredSession> create(NewSession session) {
            return run(() -> client.create(session));
        }

        @Override
        public CompletableFuture<Optional<StoredSession>> find(String id) {
            return run(() -> client.find(id));
        }

        @Override
        public CompletableFuture<Optional<StoredSession>> peek(String id) {
            return run(() -> client.peek(id));
        }

        @Override
        public CompletableFuture<Optional<StoredSession>> save(String id, Map<String, ?> attributes) {
            return run(() -> client.save(id, attributes));
        }

        @Override
        public CompletableFuture<StoredSession> save(String id, Map<String, ?> attributes, ETag expected) {
            return run(() -> client.save(id, attributes, expected));
        }

        @Override
        public CompletableFuture<Optional<StoredSession>> patch(String id, SessionPatch patch) {
            return run(() -> client.patch(id, patch));
        }

        @Override
        public <T> CompletableFuture<Optional<T>> attribute(String id, String name, Class<T> type) {
            return run(() -> client.attribute(id, name, type));
        }

        @Override
        public <T> CompletableFuture<Optional<T>> attribute(String id, String name, TypeReference<T> type) {
            return run(() -> client.attribute(id, name, type));
        }

        @Override
        public CompletableFuture<Boolean> setAttribute(String id, String name, @Nullable Object value) {
            return run(() -> client.setAttribute(id, name, value));
        }

        @Override
        public CompletableFuture<Boolean> removeAttribute(String id, String name) {
            return run(() -> client.removeAttribute(id, name));
        }

        @Override
        public CompletableFuture<Boolean> touch(String id) {
            return run(() -> client.touch(id));
        }

        @Override
        public CompletableFuture<Boolean> expire(String id) {
            return run(() -> client.expire(id));
        }

        @Override
        public CompletableFuture<Boolean> expireAt(String id, Instant end) {
            return run(() -> client.expireAt(id, end));
        }

        @Override
        public CompletableFuture<Optional<StoredSession>> rotate(String id) {
            return run(() -> client.rotate(id));
        }

        @Override
        public CompletableFuture<Optional<StoredSession>> rotate(String id, Duration grace) {
            return run(() -> client.rotate(id, grace));
        }

        @Override
        public CompletableFuture<Optional<StoredSession>> rotate(String id, Rotation rotation) {
            return run(() -> client.rotate(id, rotation));
        }

        @Override
        public CompletableFuture<Boolean> delete(String id) {
            return run(() -> client.delete(id));
        }

        @Override
        public CompletableFuture<Boolean> delete(String id, ETag expected) {
            return run(() -> client.delete(id, expected));
        }

        @Override
        public CompletableFuture<List<StoredSession>> sessionsOf(String principal) {
            return run(() -> client.sessionsOf(principal).toList());
        }

        @Override
        public CompletableFuture<List<StoredSession>> sessionsOf(String principal, boolean withAttributes) {
            return run(() -> client.sessionsOf(principal, withAttributes).toList());
        }

        @Override
        public CompletableFuture<List<StoredSession>> expiredBefore(Instant time) {
            return run(() -> client.expiredBefore(time).toList());
        }

        @Override
        public CompletableFuture<Optional<StoredSession>> findByHandle(String handle) {
            return run(() -> client.findByHandle(handle));
        }

        @Override
        public CompletableFuture<Boolean> revoke(String handle) {
            return run(() -> client.revoke(handle));
        }

        @Override
        public CompletableFuture<Long> revokeAll(String principal) {
            return run(() -> client.revokeAll(principal));
        }

        @Override
        public CompletableFuture<Long> revokeAll(String principal, String exceptHandle) {
            return run(() -> client.revokeAll(principal, exceptHandle));
        }

        @Override
        public CompletableFuture<SessionStats> stats() {
            return run(client::stats);
        }
    }
}
