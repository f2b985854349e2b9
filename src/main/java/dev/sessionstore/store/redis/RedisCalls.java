package dev.sessionstore.store.redis;

import dev.sessionstore.core.StoreUnavailableException;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges with Redis, each within the timeout, over a link that is opened when it is first needed and replaced when it
 * is dumb. Thread-safe.
 */
final class RedisCalls implements AutoCloseable {
    /** A link is given up when nothing came from it for so many timeouts: its peer may be gone without a word. */
    private static final int SILENT_TIMEOUTS = 8;

    private final RedisConnector connector;
    private final Duration timeout;
    private final @Nullable NearCache near;
    private volatile @Nullable RedisLink ready;
    /** The attempt under way or the last one; guarded by this. */
    private @Nullable CompletableFuture<RedisLink> attempt;

    private boolean closed;

    /** @param near hears of links that open and links in doubt */
    RedisCalls(RedisConnector connector, Duration timeout, @Nullable NearCache near) {
        this.connector = connector;
        this.timeout = timeout;
        this.near = near;
    }

    /** The link, if it stands. Does not wait. */
    @Nullable RedisLink linkOrNull() {
        return ready;
    }

    /** What is the answer to that. */
    <T> T call(Function<RedisLink, CompletableFuture<T>> exchange) {
        long until = System.nanoTime() + timeout.toNanos();
        RedisLink link = link(until);
        try {
            T answer = await(exchange.apply(link), until);
            link.answered();
            return answer;
        } catch (RedisException e) {
            throw RedisFailure.of(e);
        } catch (ExecutionException e) {
            RuntimeException failure = RedisFailure.of(e);
            if (RedisFailure.isOfReplica(e)) {
                // The master that was: the next link leads to the one that is.
                drop(link);
            }
            throw failure;
        } catch (TimeoutException e) {
            if (near != null) {
                near.lost();
            }
            if (link.silentNanos() > SILENT_TIMEOUTS * timeout.toNanos()) {
                drop(link);
            }
            throw noAnswer();
        }
    }

    private RedisLink link(long until) {
        RedisLink link = ready;
        if (link != null) {
            return link;
        }
        try {
            return await(attempt(), until);
        } catch (ExecutionException e) {
            throw RedisFailure.of(e);
        } catch (TimeoutException e) {
            throw noAnswer();
        }
    }

    private static <T> T await(CompletableFuture<T> answer, long until) throws ExecutionException, TimeoutException {
        try {
            return answer.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (CancellationException e) {
            throw StoreUnavailableException.refused("this node is closing");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreUnavailableException.refused("waiting for Redis was interrupted");
        }
    }

    private StoreUnavailableException noAnswer() {
        return StoreUnavailableException.refused("Redis did not answer within " + timeout.toMillis() + " ms");
    }

    /** One attempt at a time, on a thread of its own, as a server that hangs takes several timeouts. */
    private synchronized CompletableFuture<RedisLink> attempt() {
        if (closed) {
            return CompletableFuture.failedFuture(new RedisException("this node is closing"));
        }
        CompletableFuture<RedisLink> last = attempt;
        if (last != null && !last.isCompletedExceptionally()) {
            return last;
        }
        CompletableFuture<RedisLink> next = new CompletableFuture<>();
        attempt = next;
        Thread thread = new Thread(() -> open(next), "session-store-redis-connect");
        thread.setDaemon(true);
        thread.start();
        return next;
    }

    private void open(CompletableFuture<RedisLink> next) {
        try {
            RedisLink link = connector.open();
            if (near != null) {
                near.watch(link);
            }
            synchronized (this) {
                if (!closed) {
                    ready = link;
                    next.complete(link);
                    return;
                }
            }
            link.close();
            next.completeExceptionally(new RedisException("this node is closing"));
        } catch (RuntimeException | Error e) {
            next.completeExceptionally(e);
        }
    }

    private void drop(RedisLink link) {
        synchronized (this) {
            if (ready != link) {
                return;
            }
            if (near != null) {
                near.lost();
            }
            ready = null;
            attempt = null;
        }
        link.close();
    }

    @Override
    public void close() {
        RedisLink link;
        synchronized (this) {
            closed = true;
            link = ready;
            ready = null;
        }
        if (link == null) {
            connector.close();
        } else {
            // The threads last: they close the connections.
            link.close().whenComplete((done, failure) -> connector.close());
        }
    }
}
