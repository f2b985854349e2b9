package dev.sessionstore.cluster;

import dev.sessionstore.testing.Signals;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import redis.embedded.core.ExecutableProvider;

/** An engine that is one process and listens on one port of 127.0.0.1. */
final class EngineProcess implements FailingEngine {
    private static final File REDIS = redisBinary();

    private final List<String> command;
    private final int port;
    private final Map<String, String> settings;
    private final boolean survivesKills;
    private Process process;

    private EngineProcess(List<String> command, int port, Map<String, String> settings, boolean survivesKills) {
        this.command = command;
        this.port = port;
        this.settings = settings;
        this.survivesKills = survivesKills;
    }

    /** Not started. Each write is in its journal, as far as the kernel, before it is acknowledged. */
    static EngineProcess redis() throws IOException {
        int port = FailingEngine.freePort();
        Path directory = Files.createTempDirectory(Path.of("target"), "redis-");
        return new EngineProcess(
                List.of(
                        REDIS.getPath(),
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        directory.toAbsolutePath().toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "no"),
                port,
                Map.of("SESSION_STORE_BACKEND", "redis", "SESSION_STORE_BACKEND_URL", "redis://127.0.0.1:" + port),
                true);
    }

    /** Not started. */
    static EngineProcess memcached() throws IOException {
        int port = FailingEngine.freePort();
        return new EngineProcess(
                List.of("memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", String.valueOf(port)),
                port,
                Map.of(
                        "SESSION_STORE_BACKEND",
                        "memcached",
                        "SESSION_STORE_BACKEND_URL",
                        "memcached://127.0.0.1:" + port),
                false);
    }

    private static File redisBinary() {
        try {
            return ExecutableProvider.newJarResourceProvider().get();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public Map<String, String> settings() {
        return settings;
    }

    @Override
    public void start() throws IOException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Until.holds(Duration.ofSeconds(30), () -> command.get(0) + " does not listen", this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            if (!process.isAlive()) {
                throw new AssertionError(command.get(0) + " ended with " + process.exitValue(), e);
            }
            return false;
        }
    }

    @Override
    public void freeze() throws IOException, InterruptedException {
        Signals.stop(process.pid());
    }

    @Override
    public void thaw() throws IOException, InterruptedException {
        Signals.resume(process.pid());
    }

    @Override
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public boolean survivesKills() {
        return survivesKills;
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }

    int port() {
        return port;
    }
}
