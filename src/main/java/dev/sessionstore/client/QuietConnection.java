package dev.sessionstore.client;

import java.io.IOException;
import java.net.Socket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A connection without timeouts that writes nothing to any log: the library's own writes whole requests, keys and ids with
 * them, as soon as somebody turns its loggers to debug.
 */
final class QuietConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {
    private static final Http1Config CONFIG =
            Http1Config.custom().setMaxLineLength(8192).build();

    QuietConnection() {
        super(CONFIG, null, null, null, null, () -> HeadWriter.INSTANCE, config -> new HeadReader());
    }

    @Override
    public @Nullable Socket getSocket() {
        SocketHolder holder = getSocketHolder();
        return holder == null ? null : holder.getSocket();
    }

    @Override
    public void bind(Socket socket) throws IOException {
        super.bind(socket);
    }

    /** {@link Overdue} ends what takes too long. A timeout of the socket's own makes one system call three. */
    @Override
    public void setSocketTimeout(Timeout ignored) {}

    @Override
    public void passivate() {}

    @Override
    public void activate() {}
}
