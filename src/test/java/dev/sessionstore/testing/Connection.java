package dev.sessionstore.testing;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One kept connection, one request at a time. A client of its own, because it must take next to nothing of two cores,
 * and must never send a request a second time by itself. For one thread.
 */
public final class Connection implements Closeable {
    private static final int NO_ANSWER_MILLIS = 15_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String host;
    private Reply last;
    private long lastNanos;

    /** @param headers by lower-case name */
    public record Reply(int status, Map<String, String> headers, String body) {
        public String etag() {
            return headers.get("etag");
        }
    }

    public Connection(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(NO_ANSWER_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 16_384);
        out = socket.getOutputStream();
        host = server.getAuthority();
    }

    /**
     * @param body JSON, or null for none
     * @param headers name, value, name, value, …
     * @throws IOException if no whole answer came: whether the request was obeyed is not known
     */
    public Reply send(String verb, String path, String body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append(verb).append(' ').append(path).append(" HTTP/1.1\r\nHost: ").append(host);
        boolean typed = false;
        for (int i = 0; i < headers.length; i += 2) {
            head.append("\r\n").append(headers[i]).append(": ").append(headers[i + 1]);
            typed |= headers[i].equals("Content-Type");
        }
        byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        if (body != null) {
            head.append(typed ? "" : "\r\nContent-Type: application/json");
            head.append("\r\nContent-Length: ").append(bytes.length);
        }
        byte[] start = head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = java.util.Arrays.copyOf(start, start.length + bytes.length);
        System.arraycopy(bytes, 0, request, start.length, bytes.length);
        long sentAt = System.nanoTime();
        out.write(request);
        out.flush();
        last = read();
        lastNanos = System.nanoTime() - sentAt;
        return last;
    }

    /** The newest answer, for who lets another make the call. */
    public Reply last() {
        return last;
    }

    /** How long that took. */
    public long lastMillis() {
        return lastNanos / 1_000_000;
    }

    private Reply read() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the answer ends early");
        }
        return new Reply(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
