package dev.sessionstore.cluster;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;

/** An engine in the hands of a test. It runs when it was started, and closing ends it for good. For one thread. */
interface FailingEngine extends AutoCloseable {
    /** For a server, as environment variables. The same while it is away and after it came back. */
    Map<String, String> settings();

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
