package dev.sessionstore.http;

import io.restassured.http.Header;
import io.restassured.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** HTTP/1.1 by hand, byte for byte, for what no client library would send. */
final class RawHttp {
    private RawHttp() {}

    /** A well-framed request; the target goes out as it is. A Host among the headers replaces the right one. */
    static Answer call(TestServer server, String verb, String target, String body, String... headers) {
        StringBuilder head = new StringBuilder(verb + " " + target + " HTTP/1.1\r\n");
        boolean hosted = false;
        boolean typed = false;
        for (int i = 0; i < headers.length; i += 2) {
            hosted |= headers[i].equals("Host");
            typed |= headers[i].equals("Content-Type");
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        if (!hosted) {
            head.append("Host: ").append(server.uri().getAuthority()).append("\r\n");
        }
        if (body != null) {
            int length = body.getBytes(StandardCharsets.UTF_8).length;
            head.append("Content-Length: ").append(length).append("\r\n");
            head.append(typed ? "" : "Content-Type: application/json\r\n");
        }
        head.append("Connection: close\r\n\r\n").append(body == null ? "" : body);
        return exchange(server, head.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A request line and header lines without their line ends, {@code HOST} standing for the right Host line. */
    static Answer lines(TestServer server, String... lines) {
        return exchange(server, text(server, lines).getBytes(StandardCharsets.ISO_8859_1));
    }

    static String text(TestServer server, String... lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line.equals("HOST") ? "Host: " + server.uri().getAuthority() : line)
                    .append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    static Answer exchange(TestServer server, byte[] request) {
        try (Socket socket = open(server)) {
            // Written aside, so that an early refusal is read before a reset can swallow it.
            Thread writer = new Thread(() -> write(socket, request), "raw-request");
            writer.setDaemon(true);
            writer.start();
            return read(socket, new String(request, 0, Math.min(5, request.length), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Socket open(TestServer server) throws IOException {
        URI uri = server.uri();
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(30_000); // only ever reached by a server that does not answer
        return socket;
    }

    /** A server that refuses early may close while we still write; its answer is what counts. */
    static void write(Socket socket, byte[] request) {
        try {
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
        } catch (IOException refused) {
            // read the answer
        }
    }

    /** Reads one answer and leaves the connection as it is. */
    static Answer read(Socket socket, String request) throws IOException {
        InputStream in = socket.getInputStream();
        String verb = request.startsWith("HEAD ") ? "HEAD" : "raw";
        int status;
        List<Header> headers;
        do {
            status = Integer.parseInt(line(in).split(" ", 3)[1]);
            headers = new ArrayList<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                String[] parts = line.split(":", 2);
                headers.add(new Header(parts[0], parts[1].strip()));
            }
        } while (status < 200); // 100 Continue
        Headers all = new Headers(headers);
        return new Answer(verb, status, all, body(in, verb, status, all));
    }

    private static byte[] body(InputStream in, String verb, int status, Headers headers) throws IOException {
        if (verb.equals("HEAD") || status == 204 || status == 304) {
            return new byte[0];
        }
        if (headers.hasHeaderWithName("Content-Length")) {
            return in.readNBytes(Integer.parseInt(headers.getValue("Content-Length")));
        }
        if (!"chunked".equalsIgnoreCase(headers.getValue("Transfer-Encoding"))) {
            return in.readAllBytes();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
            body.write(in.readNBytes(size));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static int chunkSize(InputStream in) throws IOException {
        return Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed without an answer, after: " + line);
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
