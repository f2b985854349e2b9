import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One connection: sends the requests of an operation one after another, each when the answer to the last one is there. */
final class Exchange {
    private static final int BUFFER = 1 << 18;
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final SocketChannel channel;
    private final byte[] bytes = new byte[BUFFER];
    private final ByteBuffer held = ByteBuffer.wrap(bytes);
    private List<byte[]> requests;
    private int sent;

    /** Written last by who sends and read first by who receives: the rest is seen with it. */
    private volatile long due;

    Exchange(int port) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
    }

    void register(Selector selector) throws IOException {
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    long due() {
        return due;
    }

    void begin(long due, List<byte[]> requests) throws IOException {
        this.requests = requests;
        sent = 0;
        this.due = due;
        sendNext();
    }

    private void sendNext() throws IOException {
        ByteBuffer request = ByteBuffer.wrap(requests.get(sent++));
        while (request.hasRemaining()) {
            channel.write(request);
        }
    }

    /** Takes what is there; answers whether the operation is done. */
    boolean receive() throws IOException {
        if (due == 0 || channel.read(held) <= 0) {
            throw new EOFException("the server closed a connection, answers too much, or unasked");
        }
        int size = size();
        if (size < 0 || held.position() < size) {
            return false;
        }
        if (held.position() > size) {
            throw new IOException("more came than was asked for");
        }
        held.clear();
        if (sent < requests.size()) {
            sendNext();
            return false;
        }
        return true;
    }

    /** Of the whole answer; -1 when its head is not all there. */
    private int size() throws IOException {
        int length = -1;
        int line = 0;
        for (int i = 0; i < held.position(); i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            int next = i + 1;
            if (next - line == 2) {
                return next + checked(length);
            }
            if (isLength(line)) {
                length = number(line + LENGTH.length);
            }
            line = next;
        }
        return -1;
    }

    private int checked(int length) throws IOException {
        if (bytes[STATUS_AT] != '2') {
            throw new IOException("refused: " + new String(bytes, 0, STATUS_AT + 3, StandardCharsets.US_ASCII));
        }
        boolean hasContent = bytes[STATUS_AT + 1] != '0' || bytes[STATUS_AT + 2] != '4';
        if (length < 0 && hasContent) {
            throw new IOException("an answer without Content-Length");
        }
        return Math.max(0, length);
    }

    private boolean isLength(int at) {
        for (int i = 0; i < LENGTH.length; i++) {
            // Letters in lower case; the hyphen and the colon have that bit already.
            if ((bytes[at + i] | 0x20) != LENGTH[i]) {
                return false;
            }
        }
        return true;
    }

    private int number(int from) {
        int number = 0;
        for (int i = from; bytes[i] != '\r'; i++) {
            if (bytes[i] != ' ') {
                number = number * 10 + bytes[i] - '0';
            }
        }
        return number;
    }
}
