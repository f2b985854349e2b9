package dev.sessionstore.store.memcached;

import com.google.code.yanf4j.core.Session;
import dev.sessionstore.core.StoreUnavailableException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import net.rubyeye.xmemcached.MemcachedClient;
import net.rubyeye.xmemcached.XMemcachedClientBuilder;
import net.rubyeye.xmemcached.exception.MemcachedException;
import net.rubyeye.xmemcached.exception.MemcachedServerException;
import net.rubyeye.xmemcached.utils.InetSocketAddressWrapper;
import org.jspecify.annotations.Nullable;

/**
 * One connection to each server, made when a call needs it: the driver's own healing waits longer from failure to
 * failure. Thread-safe.
 */
final class Connections {
    /** So many answers in a row that did not come, and the connection is given up: it may lead nowhere. */
    private static final int MOST_SILENCE = 3;
    /** How long an attempt to connect may go on when its caller has left. */
    private static final Duration ATTEMPT = Duration.ofSeconds(2);

    private final Ring ring;
    private final List<InetSocketAddressWrapper> addresses;
    private final Duration timeout;
    private final AtomicIntegerArray silence;
    private final @Nullable CompletableFuture<?>[] attempts;
    private final ExecutorService connecting = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "session-store-memcached-connect");
        thread.setDaemon(true);
        return thread;
    });

    private @Nullable MemcachedClient client;
    private boolean closed;

    Connections(List<InetSocketAddress> servers, Duration timeout) {
        this.timeout = timeout;
        ring = new Ring(servers);
        addresses = IntStream.range(0, servers.size())
                .mapToObj(i -> new InetSocketAddressWrapper(servers.get(i), i, 1, null))
                .toList();
        silence = new AtomicIntegerArray(servers.size());
        attempts = new CompletableFuture<?>[servers.size()];
    }

    Ring ring() {
        return ring;
    }

    /** One command. */
    interface Exchange<T extends @Nullable Object> {
        T run(MemcachedClient client, long millis) throws TimeoutException, InterruptedException, MemcachedException;
    }

    /** Is over at {@code deadline}, by {@link System#nanoTime}, whatever happens. */
    <T extends @Nullable Object> T call(String key, long deadline, Exchange<T> exchange)
            throws MemcachedServerException {
        int server = ring.serverOf(key);
        try {
            MemcachedClient open = client();
            if (ring.connectionTo(server) == null) {
                attempt(open, server).get(millisUntil(deadline), TimeUnit.MILLISECONDS);
            }
            T answer = exchange.run(open, millisUntil(deadline));
            silence.set(server, 0);
            return answer;
        } catch (TimeoutException e) {
            dropIfDeaf(server);
            throw StoreUnavailableException.refused("memcached did not answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while waiting for memcached", e);
        } catch (ExecutionException e) {
            throw new StoreUnavailableException("memcached cannot be reached: " + e.getCause(), e.getCause());
        } catch (MemcachedException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            if (reason instanceof MemcachedServerException refusal) {
                throw refusal;
            }
            // The driver's messages name keys.
            throw StoreUnavailableException.refused(
                    "the exchange with memcached failed: " + reason.getClass().getSimpleName());
        }
    }

    private static long millisUntil(long deadline) throws TimeoutException {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0) {
            throw new TimeoutException();
        }
        return millis;
    }

    private void dropIfDeaf(int server) {
        if (silence.incrementAndGet(server) >= MOST_SILENCE) {
            silence.set(server, 0);
            Session connection = ring.connectionTo(server);
            if (connection != null) {
                // Closing tries to send what is left, and may wait for that.
                connecting.execute(connection::close);
            }
        }
    }

    private synchronized MemcachedClient client() {
        if (closed) {
            throw StoreUnavailableException.refused("the connections to memcached were closed");
        }
        if (client == null) {
            // Without addresses, it connects to nothing.
            XMemcachedClientBuilder builder = new XMemcachedClientBuilder(List.of());
            builder.setName("session-store");
            builder.setSessionLocator(ring);
            builder.setTranscoder(RawBytes.AS_THEY_ARE);
            builder.setOpTimeout(timeout.toMillis());
            builder.setEnableHealSession(false);
            builder.setSelectorPoolSize(1);
            try {
                client = builder.build();
            } catch (IOException e) {
                throw new StoreUnavailableException("the connections to memcached cannot be made", e);
            }
            // Merged into one command, the answers to many readers would be lost together.
            client.setOptimizeGet(false);
        }
        return client;
    }

    /** One for all callers, which may leave before it ends. */
    private synchronized CompletableFuture<?> attempt(MemcachedClient open, int server) {
        CompletableFuture<?> running = attempts[server];
        if (running == null || running.isDone()) {
            running = CompletableFuture.runAsync(() -> connect(open, server), connecting);
            attempts[server] = running;
        }
        return running;
    }

    /** On a thread of its own, as names are resolved, too. */
    private void connect(MemcachedClient open, int server) {
        try {
            if (ring.connectionTo(server) == null) {
                open.getConnector().connect(addresses.get(server)).get(ATTEMPT.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (IOException | TimeoutException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    void close() {
        MemcachedClient open;
        synchronized (this) {
            closed = true;
            open = client;
        }
        connecting.shutdown();
        try {
            if (open != null) {
                // First, as the driver's own way to quit waits seconds for what it might miss.
                open.getConnector().stop();
                open.shutdown();
            }
        } catch (IOException e) {
            throw new StoreUnavailableException("the connections to memcached cannot be closed", e);
        }
    }
}
