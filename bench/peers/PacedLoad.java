import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Open loop: operations are due at a fixed rate whatever the answers do, and a latency counts from when its operation was
 * due until its last answer is there. What waits behind a slow answer is late by all of that wait, as it is for users who
 * do not know of each other.
 *
 * <p>One thread sends and one receives, so that most of a small machine is left to the server. An operation takes a
 * connection that waits for nothing, or the first one that will.
 *
 * <p>Says MEASURING when the warm-up is over; ends after the given seconds, or with 0 at the next line on standard input.
 * Operations that were due until then are all answered and counted. Any refusal makes the whole run void.
 */
public final class PacedLoad {
    private static final int PATIENCE_SECONDS = 60;

    private final double nanosEach;
    private final Operations operations = new Operations();
    private final List<Exchange> exchanges = new ArrayList<>();
    private final BlockingQueue<Exchange> idle;
    private final Selector selector = Selector.open();
    private final Numbers latencies = new Numbers();
    /** By how much the sender woke up too late where it had the time to wait: the generator's own fault. */
    private final Numbers lateness = new Numbers();

    private final long began;
    private final long measured;
    private volatile long end = Long.MAX_VALUE;
    private volatile boolean isOver;

    private PacedLoad(String[] args) throws IOException {
        nanosEach = 1e9 / Double.parseDouble(args[1]);
        int connections = Integer.parseInt(args[2]);
        idle = new ArrayBlockingQueue<>(connections);
        for (int i = 0; i < connections; i++) {
            Exchange exchange = new Exchange(Integer.parseInt(args[0]));
            exchange.register(selector);
            exchanges.add(exchange);
            idle.add(exchange);
        }
        began = System.nanoTime() + 100_000_000;
        measured = began + Long.parseLong(args[3]) * 1_000_000_000;
    }

    /** @param args port, operations per second, connections, seconds of warm-up, seconds */
    public static void main(String[] args) throws Exception {
        new PacedLoad(args).run(Double.parseDouble(args[4]));
    }

    private void run(double seconds) throws Exception {
        Thread sender = start(this::send, "sender");
        Thread receiver = start(this::receive, "receiver");
        await(measured);
        System.out.println("MEASURING");
        if (seconds > 0) {
            end = measured + (long) (seconds * 1e9);
        } else {
            System.in.read();
            end = System.nanoTime();
        }
        sender.join();
        isOver = true;
        selector.wakeup();
        receiver.join();
        tell();
    }

    private interface Task {
        void run() throws Exception;
    }

    private static Thread start(Task task, String name) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (Exception failed) {
                        System.err.println("PacedLoad: " + failed);
                        Runtime.getRuntime().halt(1);
                    }
                },
                name);
        thread.start();
        return thread;
    }

    private void send() throws Exception {
        for (long i = 0; ; i++) {
            long due = began + (long) (i * nanosEach);
            boolean isEarly = System.nanoTime() < due;
            await(due);
            if (due >= end) {
                break;
            }
            boolean waits = idle.isEmpty();
            Exchange exchange = takeIdle();
            if (isEarly && !waits && due >= measured) {
                lateness.add(System.nanoTime() - due);
            }
            exchange.begin(due, operations.next());
        }
        for (int i = 0; i < exchanges.size(); i++) {
            takeIdle();
        }
    }

    private Exchange takeIdle() throws Exception {
        Exchange exchange = idle.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (exchange == null) {
            throw new IOException("no answer in " + PATIENCE_SECONDS + " s");
        }
        return exchange;
    }

    private void receive() throws IOException {
        while (!isOver) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                Exchange exchange = (Exchange) key.attachment();
                if (exchange.receive()) {
                    if (exchange.due() >= measured) {
                        latencies.add(System.nanoTime() - exchange.due());
                    }
                    idle.add(exchange);
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private static void await(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void tell() {
        long[] all = latencies.sorted();
        System.out.printf(
                Locale.ROOT,
                "RESULT {\"operations\": %d, \"seconds\": %.3f, \"p50\": %.1f, \"p99\": %.1f, \"p999\": %.1f,"
                        + " \"max\": %.1f, \"late99\": %.1f}%n",
                all.length,
                (end - measured) / 1e9,
                micros(all, 0.5),
                micros(all, 0.99),
                micros(all, 0.999),
                micros(all, 1),
                micros(lateness.sorted(), 0.99));
    }

    private static double micros(long[] sorted, double share) {
        if (sorted.length == 0) {
            return 0;
        }
        return sorted[Math.max(0, (int) Math.ceil(sorted.length * share) - 1)] / 1e3;
    }

    /** A list of long that boxes none. */
    private static final class Numbers {
        private long[] values = new long[1 << 16];
        private int size;

        void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        long[] sorted() {
            long[] sorted = Arrays.copyOf(values, size);
            Arrays.sort(sorted);
            return sorted;
        }
    }
}
