package dev.sessionstore.store.memcached;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Memcached's own protocol, for what the driver does not tell. */
final class RawMemcached implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    RawMemcached(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Seconds until memcached drops it; -1: never; null: it is not there. */
    Integer secondsLeft(String key) throws IOException {
        String answer = call("mg " + key + " t\r\n");
        return answer.startsWith("HD t") ? Integer.valueOf(answer.substring(4)) : null;
    }

    void set(String key, byte[] value) throws IOException {
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        command.writeBytes(("set " + key + " 0 0 " + value.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        command.writeBytes(value);
        command.writeBytes(new byte[] {'\r', '\n'});
        send(command.toByteArray());
        if (!line().equals("STORED")) {
            throw new IOException("not stored");
        }
    }

    private String call(String command) throws IOException {
        send(command.getBytes(StandardCharsets.US_ASCII));
        return line();
    }

    private void send(byte[] command) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(command);
        out.flush();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
