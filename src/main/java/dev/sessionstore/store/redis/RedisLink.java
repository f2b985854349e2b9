package dev.sessionstore.store.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections to Redis: to one server, or to each of a cluster. They come back by themselves; what was in flight when one
 * broke fails, and is not sent again: nobody knows whether it was carried out. Thread-safe.
 */
final class RedisLink {
    private final AbstractRedisClient client;
    private final StatefulConnection<byte[], byte[]> connection;
    private final RedisClusterAsyncCommands<byte[], byte[]> commands;
    private volatile long answeredAt = System.nanoTime();

    private RedisLink(
            AbstractRedisClient client,
            StatefulConnection<byte[], byte[]> connection,
            RedisClusterAsyncCommands<byte[], byte[]> commands) {
        this.client = client;
        this.connection = connection;
        this.commands = commands;
    }

    static RedisLink ofServer(AbstractRedisClient client, StatefulRedisConnection<byte[], byte[]> connection) {
        return new RedisLink(client, connection, connection.async());
    }

    static RedisLink ofCluster(AbstractRedisClient client, StatefulRedisClusterConnection<byte[], byte[]> connection) {
        return new RedisLink(client, connection, connection.async());
    }

    /** Sent in the order in which a thread calls them, as far as they go to one server. */
    RedisClusterAsyncCommands<byte[], byte[]> commands() {
        return commands;
    }

    /** To the one server; null: it is a cluster. */
    @Nullable StatefulRedisConnection<byte[], byte[]> server() {
        return connection instanceof StatefulRedisConnection<byte[], byte[]> server ? server : null;
    }

    /** To a cluster; null: it is one server. */
    @Nullable StatefulRedisClusterConnection<byte[], byte[]> cluster() {
        return connection instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster ? cluster : null;
    }

    void answered() {
        answeredAt = System.nanoTime();
    }

    /** For how long nothing was heard. */
    long silentNanos() {
        return System.nanoTime() - answeredAt;
    }

    /** Fails what is in flight. Does not wait. */
    CompletableFuture<Void> close() {
        return client.shutdownAsync(0, 1, TimeUnit.SECONDS);
    }
}
