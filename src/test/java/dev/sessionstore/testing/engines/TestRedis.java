package dev.sessionstore.testing.engines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** Redis 6.2, its own binary, without persistence. */
public final class TestRedis implements TestEngine {
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final RedisServer server;
    private final int port;

    private TestRedis(String... settings) {
        port = freePort();
        RedisServerBuilder builder =
                RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"");
        for (String setting : settings) {
            builder.setting(setting);
        }
        try {
            server = builder.build();
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    }

    private static final class Shared {
        private static final TestRedis SERVER = new TestRedis();
    }

    /** The one of this JVM. */
    public static TestRedis shared() {
        return Shared.SERVER;
    }

    /**
     * Another one, for a test that does things to it; runs until it is stopped.
     *
     * @param settings as in its configuration file
     */
    public static TestRedis another(String... settings) {
        return new TestRedis(settings);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** A key prefix that nobody else has. */
    public static String newPrefix() {
        return "room" + ROOMS.incrementAndGet() + ":";
    }

    @Override
    public Map<String, String> newRoom() {
        return Map.of("backend", "redis", "backend-url", url(), "key-prefix", newPrefix());
    }

    public void stop() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
