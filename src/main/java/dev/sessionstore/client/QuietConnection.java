package dev.sessionstore.client;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A connection that writes nothing to any log: the library's own writes whole requests, keys and ids with them, as soon as
 * somebody turns its loggers to debug. Headers are UTF-8, since principals and bindings may be anything.
 */
final class QuietConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {
    private static final Http1Config CONFIG =
            Http1Config.custom().setMaxLineLength(8192).setMaxHeaderCount(100).build();

    private Timeout timeout = Timeout.DISABLED;

    QuietConnection() {
        super(CONFIG, StandardCharsets.UTF_8.newDecoder(), StandardCharsets.UTF_8.newEncoder());
    }

    @Override
    public @Nullable Socket getSocket() {
        SocketHolder holder = getSocketHolder();
        return holder == null ? null : holder.getSocket();
    }

    @Override
    public void bind(Socket socket) throws IOException {
        super.bind(socket);
        timeout = Timeout.ofMilliseconds(socket.getSoTimeout());
    }

    @Override
    public void bind(SSLSocket secure, Socket socket) throws IOException {
        super.bind(secure, socket);
        timeout = Timeout.ofMilliseconds(secure.getSoTimeout());
    }

    @Override
    public void setSocketTimeout(Timeout value) {
        timeout = value;
        super.setSocketTimeout(value);
    }

    /** In the pool nobody reads, so nothing may time out. */
    @Override
    public void passivate() {
        super.setSocketTimeout(Timeout.DISABLED);
    }

    @Override
    public void activate() {
        super.setSocketTimeout(timeout);
    }
}
