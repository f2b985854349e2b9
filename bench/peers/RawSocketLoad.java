import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The least that a client can do: bytes made beforehand out on a pooled socket, bytes in until the answer is whole, nothing
 * understood but its length. Port, API key, namespace, sessions, connections.
 */
final class RawSocketLoad extends ClientLoad {
    private final byte[][] requests;
    private final BlockingQueue<Wire> pool;

    private record Wire(Socket socket, InputStream in, OutputStream out, byte[] buffer) {}

    private RawSocketLoad(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        int connections = Integer.parseInt(args[4]);
        pool = new ArrayBlockingQueue<>(connections);
        for (int i = 0; i < connections; i++) {
            Socket socket = new Socket("127.0.0.1", port);
            socket.setTcpNoDelay(true);
            pool.add(new Wire(socket, socket.getInputStream(), socket.getOutputStream(), new byte[65536]));
        }
        requests = new byte[Integer.parseInt(args[3])][];
        for (int i = 0; i < requests.length; i++) {
            requests[i] = ("GET /v1/" + args[2] + "/sessions/- HTTP/1.1\r\nHost: 127.0.0.1:" + port
                            + "\r\nAuthorization: Bearer " + args[1] + "\r\nSession-Id: " + id(i) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    public static void main(String[] args) throws Exception {
        new RawSocketLoad(args).obey(Integer.parseInt(args[3]));
    }

    @Override
    void read(int session) throws Exception {
        Wire wire = pool.take();
        wire.out.write(requests[session]);
        byte[] buffer = wire.buffer;
        int length = wire.in.read(buffer);
        int whole = Integer.MAX_VALUE;
        while (length > 0) {
            if (whole == Integer.MAX_VALUE) {
                whole = wholeLength(buffer, length);
            }
            if (length >= whole) {
                break;
            }
            int more = wire.in.read(buffer, length, buffer.length - length);
            length = more < 0 ? -1 : length + more;
        }
        if (length != whole || buffer[9] != '2') {
            throw new IOException("no answer, or a refusal: " + length + " of " + whole + ": " + new String(buffer, 0, Math.max(0, Math.min(length, 40)), StandardCharsets.US_ASCII));
        }
        pool.add(wire);
    }

    /** Of head and body; unknown as long as the head is not whole. */
    private static int wholeLength(byte[] bytes, int length) {
        int size = 0;
        for (int i = 0; i + 3 < length; i++) {
            if (bytes[i] == '\r' && bytes[i + 2] == '\r') {
                return i + 4 + size;
            }
            if (bytes[i] == '\n' && (bytes[i + 1] | 0x20) == 'c' && (bytes[i + 9] | 0x20) == 'l' && bytes[i + 15] == ':') {
                size = 0;
                for (int at = i + 16; bytes[at] != '\r'; at++) {
                    size = bytes[at] == ' ' ? size : size * 10 + bytes[at] - '0';
                }
            }
        }
        return Integer.MAX_VALUE;
    }
}
