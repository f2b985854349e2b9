package dev.sessionstore.store.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Opens links: to one server, to the master that Sentinel names, or to a cluster, which the server asked first tells. */
final class RedisConnector implements AutoCloseable {
    /** Requests wait for at most one exchange each, so that there are no more of them than threads, and some touches. */
    private static final int QUEUE = 5000;

    private static final Duration REFRESH = Duration.ofSeconds(30);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    private final List<RedisURI> places;
    private final RedisOptions options;
    private final ClientResources resources;

    /** @throws IllegalArgumentException if the URL makes no sense */
    RedisConnector(RedisOptions options) {
        this.options = options;
        places = places(options);
        QuietLogging.install();
        resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(Delay.exponential(10, 300, TimeUnit.MILLISECONDS, 2))
                .build();
    }

    private static List<RedisURI> places(RedisOptions options) {
        List<RedisURI> places;
        try {
            // Several servers are those of a cluster, which has one database.
            places = !options.url().contains(",") || options.url().contains("-sentinel:")
                    ? List.of(RedisURI.create(options.url()))
                    : RedisClusterURIUtil.toRedisURIs(URI.create(options.url()));
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message may repeat the URL and its password.
            throw new IllegalArgumentException("is no URL of Redis; try redis://USER:PASSWORD@HOST:6379 or"
                    + " redis-sentinel://HOST:26379,HOST2:26379?sentinelMasterId=NAME");
        }
        for (RedisURI place : places) {
            if (place.getSocket() != null) {
                throw new IllegalArgumentException(
                        "names a Unix socket, which takes netty's native transport; use TCP");
            }
            place.setTimeout(options.timeout());
            place.getSentinels().forEach(sentinel -> sentinel.setTimeout(options.timeout()));
        }
        return places;
    }

    private ClientOptions.Builder common(ClientOptions.Builder builder) {
        SslOptions.Builder tls = SslOptions.builder().jdkSslProvider().handshakeTimeout(options.timeout());
        if (options.ca() != null) {
            tls.trustManager(options.ca().toFile());
        }
        if (options.nearCache() > 0) {
            // Redis tells of changes in this version of its protocol alone.
            builder.protocolVersion(ProtocolVersion.RESP3);
        }
        return builder.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(RedisConnector::fail)
                .requestQueueSize(QUEUE)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .sslOptions(tls.build())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(options.timeout())
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(KEEP_ALIVE)
                                .interval(KEEP_ALIVE.dividedBy(3))
                                .count(3)
                                .build())
                        .build());
    }

    /** What was in flight when a connection broke is not sent again. Left alone, it would never be answered. */
    private static boolean fail(RedisCommand<?, ?, ?> command) {
        command.completeExceptionally(new RedisException("the connection broke"));
        return true;
    }

    /**
     * Waits until it stands, or not.
     *
     * @throws RedisException if no server can be reached
     */
    RedisLink open() {
        RedisException failure = new RedisException("the URL names no server");
        for (RedisURI place : places) {
            try {
                return open(place);
            } catch (RedisException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private RedisLink open(RedisURI place) {
        RedisClient client = RedisClient.create(resources, place);
        client.setOptions(common(ClientOptions.builder()).build());
        RedisLink link = null;
        try {
            StatefulRedisConnection<byte[], byte[]> server = client.connect(ByteArrayCodec.INSTANCE);
            link = RedisLink.ofServer(client, server);
            if (place.getSentinels().isEmpty() && isOfCluster(server)) {
                link.close();
                return openCluster();
            }
            return link;
        } catch (RedisException e) {
            if (link == null) {
                client.shutdownAsync(0, 1, TimeUnit.SECONDS);
            } else {
                link.close();
            }
            throw e;
        }
    }

    private static boolean isOfCluster(StatefulRedisConnection<byte[], byte[]> server) {
        try {
            return server.sync().info("cluster").contains("cluster_enabled:1");
        } catch (RedisCommandExecutionException e) {
            // A user without the right to ask.
            return false;
        }
    }

    private RedisLink openCluster() {
        RedisClusterClient client = RedisClusterClient.create(resources, places);
        ClusterClientOptions.Builder builder = ClusterClientOptions.builder();
        // Connections to its servers are made with the first command for each: that one waits.
        common(builder).disconnectedBehavior(ClientOptions.DisconnectedBehavior.ACCEPT_COMMANDS);
        client.setOptions(builder.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .adaptiveRefreshTriggersTimeout(options.timeout())
                        .enablePeriodicRefresh(REFRESH)
                        .build())
                .build());
        try {
            return RedisLink.ofCluster(client, client.connect(ByteArrayCodec.INSTANCE));
        } catch (RedisException e) {
            client.shutdownAsync(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    @Override
    public void close() {
        resources.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
