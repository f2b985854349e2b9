import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads sessions in a closed loop through a client library, when told: a line {@code THREADS MILLIS} on standard input is
 * answered by {@code OPERATIONS NANOS CPU_NANOS} on standard output.
 */
abstract class ClientLoad implements AutoCloseable {
    /** Reads one session and checks that it is one. Called by many threads. */
    abstract void read(int session) throws Exception;

    @Override
    public void close() throws Exception {}

    final void obey(int sessions) throws Exception {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String[] order = line.split(" ");
            System.out.println(run(Integer.parseInt(order[0]), Long.parseLong(order[1]) * 1_000_000, sessions));
        }
        close();
    }

    private String run(int threads, long nanos, int sessions) throws Exception {
        AtomicLong operations = new AtomicLong();
        List<Throwable> failures = new ArrayList<>();
        long cpu = cpu();
        long start = System.nanoTime();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                long done = 0;
                ThreadLocalRandom random = ThreadLocalRandom.current();
                try {
                    while (System.nanoTime() - start < nanos) {
                        read(random.nextInt(sessions));
                        done++;
                    }
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
                operations.addAndGet(done);
            });
            running.add(thread);
            thread.start();
        }
        for (Thread thread : running) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a read failed", failures.get(0));
        }
        return operations + " " + (System.nanoTime() - start) + " " + (cpu() - cpu);
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    static String id(int session) {
        return String.format("bench-%037d", session);
    }

    /** Made beforehand: to make them is no client's work. */
    static String[] ids(int sessions) {
        String[] ids = new String[sessions];
        for (int i = 0; i < sessions; i++) {
            ids[i] = id(i);
        }
        return ids;
    }
}
