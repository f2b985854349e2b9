import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Open loop: operations are due at a fixed rate whatever the answers do, and a latency counts from when its operation was
 * due until its last answer is there. What waits behind a slow answer is late by all of that wait, as it is for users who
 * do not know of each other.
 *
 * <p>Says MEASURING when the warm-up is over; ends after the given seconds, or with 0 at the next line on standard input.
 * Operations that were due until then are all answered and counted. Any refusal makes the whole run void.
 */
public final class PacedLoad {
    private static final int BUFFER = 1 << 18;
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    private final int port;
    private final double nanosEach;
    private final int connections;
    private final Operations operations = new Operations();
    private final long began = System.nanoTime() + 500_000_000;
    private final long measured;
    private volatile long end = Long.MAX_VALUE;

    private PacedLoad(String[] args) {
        port = Integer.parseInt(args[0]);
        nanosEach = 1e9 / Double.parseDouble(args[1]);
        connections = Integer.parseInt(args[2]);
        measured = began + Long.parseLong(args[3]) * 1_000_000_000;
    }

    /** @param args port, operations per second, connections, seconds of warm-up, seconds */
    public static void main(String[] args) throws Exception {
        new PacedLoad(args).run(Double.parseDouble(args[4]));
    }

    private void run(double seconds) throws Exception {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            all.add(new Connection(i));
        }
        all.forEach(Thread::start);
        await(measured);
        System.out.println("MEASURING");
        if (seconds > 0) {
            end = measured + (long) (seconds * 1e9);
        } else {
            System.in.read();
            end = System.nanoTime();
        }
        for (Connection each : all) {
            each.join();
        }
        long[] latencies = all.stream().flatMapToLong(each -> each.latencies.stream()).sorted().toArray();
        long[] lateness = all.stream().flatMapToLong(each -> each.lateness.stream()).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "RESULT {\"operations\": %d, \"seconds\": %.3f, \"p50\": %.1f, \"p99\": %.1f, \"p999\": %.1f,"
                        + " \"max\": %.1f, \"late99\": %.1f}%n",
                latencies.length,
                (end - measured) / 1e9,
                micros(latencies, 0.5),
                micros(latencies, 0.99),
                micros(latencies, 0.999),
                micros(latencies, 1),
                micros(lateness, 0.99));
    }

    private static double micros(long[] sorted, double share) {
        if (sorted.length == 0) {
            return 0;
        }
        return sorted[Math.max(0, (int) Math.ceil(sorted.length * share) - 1)] / 1e3;
    }

    private static void await(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Each has every so-manieth operation, and a thread that waits for one answer at a time. */
    private final class Connection extends Thread {
        private final int number;
        private final byte[] buffer = new byte[BUFFER];
        final Numbers latencies = new Numbers();
        /** By how much the thread woke up too late where it had the time to wait: the generator's own fault. */
        final Numbers lateness = new Numbers();

        Connection(int number) {
            this.number = number;
        }

        @Override
        public void run() {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(60_000);
                exchange(socket.getInputStream(), socket.getOutputStream());
            } catch (IOException | RuntimeException failed) {
                System.err.println("PacedLoad: " + failed);
                Runtime.getRuntime().halt(1);
            }
        }

        private void exchange(InputStream in, OutputStream out) throws IOException {
            for (long i = number; ; i += connections) {
                long due = began + (long) (i * nanosEach);
                boolean onTime = System.nanoTime() < due;
                await(due);
                if (due >= end) {
                    return;
                }
                List<byte[]> requests = operations.next();
                long sent = System.nanoTime();
                for (byte[] request : requests) {
                    out.write(request);
                    answer(in);
                }
                if (due >= measured) {
                    latencies.add(System.nanoTime() - due);
                    if (onTime) {
                        lateness.add(sent - due);
                    }
                }
            }
        }

        private void answer(InputStream in) throws IOException {
            int held = 0;
            int headEnd = -1;
            while (headEnd < 0) {
                held += more(in, held);
                headEnd = endOfHead(held);
            }
            String answered = new String(buffer, 0, headEnd, StandardCharsets.ISO_8859_1);
            if (answered.charAt(9) != '2') {
                throw new IOException("refused: " + answered.lines().findFirst().orElse(""));
            }
            int size = headEnd + END_OF_HEAD.length + length(answered);
            while (held < size) {
                held += more(in, held);
            }
            if (held > size) {
                throw new IOException("more came than was asked for");
            }
        }

        private int more(InputStream in, int held) throws IOException {
            int got = in.read(buffer, held, buffer.length - held);
            if (got <= 0) {
                throw new EOFException("the server closed the connection, or answers too much");
            }
            return got;
        }

        private int endOfHead(int held) {
            for (int i = 0; i + END_OF_HEAD.length <= held; i++) {
                if (Arrays.equals(buffer, i, i + END_OF_HEAD.length, END_OF_HEAD, 0, END_OF_HEAD.length)) {
                    return i;
                }
            }
            return -1;
        }

        private static int length(String answered) throws IOException {
            String name = "\ncontent-length:";
            int at = answered.toLowerCase(Locale.ROOT).indexOf(name);
            if (at < 0 && answered.startsWith("204", 9)) {
                return 0;
            }
            if (at < 0) {
                throw new IOException("an answer without Content-Length");
            }
            int from = at + name.length();
            int to = answered.indexOf('\r', from);
            return Integer.parseInt(answered.substring(from, to < 0 ? answered.length() : to).trim());
        }
    }

    /** A list of long that boxes none. */
    private static final class Numbers {
        private long[] values = new long[1024];
        private int size;

        void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        LongStream stream() {
            return Arrays.stream(values, 0, size);
        }
    }
}
