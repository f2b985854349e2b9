package dev.sessionstore.cluster;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;

/** An engine in the hands of a test. It runs when it was started, and closing ends it for good. For one thread. */
interface FailingEngine extends AutoCloseable {
    /** For a server, as environment variables. The same while it is away and after it came back. */
    Map<String, String> settings();

    /** The same for a server that waits for it for as long as a busy machine may hold both up. */
    default Map<String, String> patientSettings() {
        return patient(settings());
    }

    /** Settings with which a server waits for its engine for long. */
    static Map<String, String> patient(Map<String, String> settings) {
        Map<String, String> patient = new HashMap<>(settings);
        patient.put("SESSION_STORE_BACKEND_TIMEOUT", "10s");
        return patient;
    }

    /** Starts it, or starts it again after {@link #kill}, in the same place; it answers when this returns. */
    void start() throws Exception;

    /** Lets it live and do nothing: SIGSTOP, where it is a process. */
    void freeze() throws Exception;

    /** Lets it go on where it was. */
    void thaw() throws Exception;

    /** SIGKILL, where it is a process. */
    void kill() throws Exception;

    /** Whether what it acknowledged is there after a kill. */
    boolean survivesKills();

    @Override
    void close() throws IOException;

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
