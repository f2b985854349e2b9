package dev.sessionstore.cluster;

import dev.sessionstore.testing.Connection;
import dev.sessionstore.testing.ServerProcess;
import dev.sessionstore.testing.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a server's process does.
 *
 * @param heapMegabytes in use after a collection
 */
record Vitals(long threads, long heapMegabytes) {
    private static final Pattern THREADS = Pattern.compile("(?m)^jvm_threads_live_threads (\\S+)$");
    private static final Pattern HEAP = Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\".*} (\\S+)$");
    private static final String JCMD =
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();

    static Vitals of(ServerProcess server) throws IOException, InterruptedException {
        Shell.run(JCMD, String.valueOf(server.pid()), "GC.run");
        try (Connection connection = server.connect()) {
            String metrics = connection.send("GET", "/metrics", null).body();
            return new Vitals(sum(THREADS, metrics), sum(HEAP, metrics) >> 20);
        }
    }

    private static long sum(Pattern figure, String metrics) {
        Matcher found = figure.matcher(metrics);
        double sum = 0;
        while (found.find()) {
            sum += Double.parseDouble(found.group(1));
        }
        return (long) sum;
    }
}
