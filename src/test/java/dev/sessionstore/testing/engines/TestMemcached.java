package dev.sessionstore.testing.engines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A memcached of the operating system's. Rooms are key prefixes. */
public final class TestMemcached implements TestEngine {
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final int port;
    private final Process process;

    private TestMemcached(int port, List<String> options) {
        this.port = port;
        List<String> command =
                new ArrayList<>(List.of("memcached", "-l", "127.0.0.1", "-U", "0", "-p", Integer.toString(port)));
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("-u", "root"));
        }
        command.addAll(options);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        awaitPort();
    }

    /** The one of this JVM. */
    public static TestMemcached shared() {
        return Shared.INSTANCE;
    }

    /** One that a test may stop and kill. */
    public static TestMemcached start(String... options) {
        return new TestMemcached(freePort(), List.of(options));
    }

    /** An empty one in the place of one that was killed. */
    public TestMemcached startAgain() {
        return new TestMemcached(port, List.of());
    }

    private static final class Shared {
        static final TestMemcached INSTANCE = start("-m", "256");
    }

    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitPort() {
        while (true) {
            if (!process.isAlive()) {
                throw new IllegalStateException("memcached ended with " + process.exitValue());
            }
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public Map<String, String> newRoom() {
        return Map.of("backend", "memcached", "backend-url", url(), "key-prefix", newPrefix(), "backend-timeout", "5s");
    }

    public String url() {
        return "memcached://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public static String newPrefix() {
        return "room-" + ROOMS.incrementAndGet() + ":";
    }

    /** @param name {@code STOP}, {@code CONT} or {@code KILL} */
    public void signal(String name) {
        if (!process.isAlive()) {
            return;
        }
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill ended with " + exit);
            }
            if (name.equals("KILL")) {
                process.waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
