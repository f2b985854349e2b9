package dev.sessionstore.client;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that does to each request what the script says, and after the script's end what it always does. It notes what
 * came. {@link Faults} has what may be in a script.
 */
final class FaultServer implements AutoCloseable {
    /** What happens to one request. To throw is to reset the connection. */
    interface Fault {
        void answer(Exchange exchange) throws IOException;

        /** Whether it strikes before the request is read. */
        default boolean isUnread() {
            return false;
        }
    }

    record Request(String verb, String target, Map<String, String> headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    /** One request, its connection, and the server's end. */
    record Exchange(Request request, InputStream in, OutputStream out, CountDownLatch closed) {
        void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    private final ServerSocket listening;
    private final Thread accepting;
    private final Fault always;
    private final Queue<Fault> script = new ConcurrentLinkedQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger arrivals = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    FaultServer(Fault always) {
        this(always, 0);
    }

    FaultServer(Fault always, int port) {
        this.always = always;
        try {
            listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        accepting = start(this::accept);
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "fault-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** For the next requests, one each. */
    FaultServer script(Fault... faults) {
        script.addAll(List.of(faults));
        return this;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    int port() {
        return listening.getLocalPort();
    }

    /** How many requests came, those that were never read among them. */
    int arrivals() {
        return arrivals.get();
    }

    /** How many connections were made. */
    int connections() {
        return connections.get();
    }

    /** How many of them nobody has ended yet. */
    int openConnections() {
        return open.size();
    }

    /** Those that were read, in the order they came. */
    List<Request> requests() {
        return requests;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                connections.incrementAndGet();
                open.add(socket);
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (isThereMore(in)) {
                arrivals.incrementAndGet();
                Fault next = script.poll();
                Fault fault = next == null ? always : next;
                if (fault.isUnread()) {
                    throw new IOException("as the script says");
                }
                Request request = read(in);
                requests.add(request);
                fault.answer(new Exchange(request, in, socket.getOutputStream(), closed));
            }
        } catch (IOException e) {
            reset(socket);
        } finally {
            open.remove(socket);
        }
    }

    private static boolean isThereMore(InputStream in) throws IOException {
        in.mark(1);
        boolean more = in.read() >= 0;
        in.reset();
        return more;
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // The other end was faster.
        }
    }

    private static Request read(InputStream in) throws IOException {
        String[] first = line(in).split(" ");
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Request(first[0], first[1], headers, in.readNBytes(length));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException();
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }

    /** Resets all connections and goes on listening. */
    void resetConnections() {
        open.forEach(FaultServer::reset);
    }

    /** Ends all connections in good order, as a server does that stops, and the port. */
    void stop() throws IOException {
        closePort();
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** The port is free once nobody waits for it any more. */
    private void closePort() throws IOException {
        listening.close();
        try {
            accepting.join();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            closePort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        resetConnections();
    }
}
