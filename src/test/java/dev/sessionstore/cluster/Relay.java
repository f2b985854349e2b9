package dev.sessionstore.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between a server and an engine, which may stop carrying anything, for new connections and old. */
final class Relay implements AutoCloseable {
    private final ServerSocket listener;
    private final int to;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean silent;

    Relay(int to) throws IOException {
        this.to = to;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("relay", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    synchronized void silence(boolean wanted) {
        silent = wanted;
        notifyAll();
    }

    private synchronized void awaitSound() throws InterruptedException {
        while (silent) {
            wait();
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = listener.accept();
                sockets.add(near);
                start("relay-connect", () -> connect(near));
            }
        } catch (IOException closed) {
            // The end of it.
        }
    }

    private void connect(Socket near) {
        try {
            awaitSound();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
            sockets.add(far);
            start("relay-there", () -> carry(near, far));
            carry(far, near);
        } catch (IOException | InterruptedException e) {
            end(near);
        }
    }

    private void carry(Socket from, Socket into) {
        byte[] buffer = new byte[16_384];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitSound();
                out.write(buffer, 0, n);
            }
        } catch (IOException | InterruptedException e) {
            // One side is gone, and so is the other now.
        } finally {
            end(from);
            end(into);
        }
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        silence(false);
        sockets.forEach(this::end);
    }
}
