package dev.sessionstore.client;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A connection without timeouts that writes nothing to any log: the library's own writes whole requests, keys and ids with
 * them, as soon as somebody turns its loggers to debug.
 */
final class QuietConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {
    private static final Http1Config CONFIG =
            Http1Config.custom().setMaxLineLength(8192).build();

    private volatile boolean closed;

    QuietConnection() {
        super(CONFIG, null, null, null, null, () -> HeadWriter.INSTANCE, config -> new HeadReader());
    }

    @Override
    public @Nullable Socket getSocket() {
        SocketHolder holder = getSocketHolder();
        return holder == null ? null : holder.getSocket();
    }

    /** One that was closed stays so: while it looked up the host's name, say, and had no socket that could be closed. */
    @Override
    public void bind(Socket socket) throws IOException {
        super.bind(socket);
        refuseIfClosed();
    }

    @Override
    public void bind(SSLSocket tls, Socket socket) throws IOException {
        super.bind(tls, socket);
        refuseIfClosed();
    }

    private void refuseIfClosed() throws IOException {
        if (closed) {
            super.close(CloseMode.IMMEDIATE);
            throw new ConnectionClosedException("closed before it was connected");
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        super.close();
    }

    @Override
    public void close(CloseMode mode) {
        closed = true;
        super.close(mode);
    }

    /** {@link Overdue} ends what takes too long. A timeout of the socket's own makes one system call three. */
    @Override
    public void setSocketTimeout(Timeout ignored) {}

    @Override
    public void passivate() {}

    @Override
    public void activate() {}
}
