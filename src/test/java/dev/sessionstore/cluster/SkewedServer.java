package dev.sessionstore.cluster;

import dev.sessionstore.server.Clocks;
import dev.sessionstore.server.SessionServer;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.testing.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The service on a machine whose clock is wrong, for a process of its own. */
final class SkewedServer {
    private SkewedServer() {}

    /** @param args by how much the clock is ahead, such as {@code PT1H} */
    public static void main(String[] args) {
        InstantSource wrong = InstantSource.offset(InstantSource.system(), Duration.parse(args[0]));
        SessionServer server = new SessionServer(Settings.load(Map.of(), System.getenv()), Clocks.ofNode(wrong));
        server.start();
    }

    /** Waits for nothing. */
    static ServerProcess launch(Duration ahead, Map<String, String> settings) throws IOException {
        return ServerProcess.launch(SkewedServer.class, List.of(ahead.toString()), settings);
    }
}
