package dev.sessionstore.cluster;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.io.IOException;
import java.util.Map;

/** The stand-in for MongoDB, within this process: what freezes is the network to it. */
final class MongoStandIn implements FailingEngine {
    private final int port;
    private final Relay relay;
    private MongoServer server;

    /** Not started. */
    MongoStandIn() throws IOException {
        port = FailingEngine.freePort();
        relay = new Relay(port);
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "SESSION_STORE_BACKEND", "mongodb", "SESSION_STORE_BACKEND_URL", "mongodb://127.0.0.1:" + relay.port());
    }

    @Override
    public void start() {
        server = new MongoServer(new MemoryBackend());
        server.bind("127.0.0.1", port);
    }

    @Override
    public void freeze() {
        relay.silence(true);
    }

    @Override
    public void thaw() {
        relay.silence(false);
    }

    @Override
    public void kill() {
        server.shutdownNow();
    }

    @Override
    public boolean survivesKills() {
        return false;
    }

    @Override
    public void close() throws IOException {
        relay.close();
        if (server != null) {
            server.shutdownNow();
        }
    }
}
