package dev.sessionstore.testing.engines;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** Redis 6.2, its own binary, without persistence. */
public final class TestRedis implements TestEngine {
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private static final int BUS_OFFSET = 10_000;
    private static final int PORTS = 1 << 16;

    private final RedisServer server;
    private final int port;
    private final long pid;

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
            pid = pidOf(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    }

    private static long pidOf(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("INFO server\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = answer.readLine();
            while (line != null && !line.startsWith("process_id:")) {
                line = answer.readLine();
            }
            if (line == null) {
                throw new IOException("Redis does not tell its process");
            }
            return Long.parseLong(line.substring("process_id:".length()));
        }
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

    /** One whose neighbour 10000 further on is free, too: a cluster talks there. */
    public static int freePort() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int found = socket.getLocalPort();
                if (found + BUS_OFFSET < PORTS && isFree(found + BUS_OFFSET)) {
                    return found;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
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
        return Map.of("backend", "redis", "backend-url", url(), "key-prefix", newPrefix(), "backend-timeout", "10s");
    }

    /** As a machine that loses its power. */
    public void kill() {
        signal("KILL");
    }

    /** As {@code kill} names it: {@code STOP}, {@code CONT}. */
    public void signal(String signal) {
        try {
            if (new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                            .start()
                            .waitFor()
                    != 0) {
                throw new IllegalStateException("the signal " + signal + " was not sent");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public void stop() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
