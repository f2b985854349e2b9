package dev.sessionstore.store.redis;

import dev.sessionstore.testing.engines.TestRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Redis that the machine has: newer than the embedded one, and with TLS. */
final class DebianRedis implements AutoCloseable {
    final int port = TestRedis.freePort();
    private final Process process;

    /** @param portOption {@code --port} or {@code --tls-port} */
    DebianRedis(Path directory, String portOption, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1", "--save", ""));
        command.addAll(List.of("--dir", directory.toString()));
        if (!portOption.equals("--port")) {
            command.addAll(List.of("--port", "0"));
        }
        command.addAll(List.of(portOption, Integer.toString(port)));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile())
                .start();
        Room.await(this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
