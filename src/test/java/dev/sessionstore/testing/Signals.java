package dev.sessionstore.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** SIGSTOP and SIGCONT, which Java has no words for. */
public final class Signals {
    private static final long PATIENCE_MILLIS = 30_000;

    private Signals() {}

    /** SIGSTOP; no thread of it runs when this returns. */
    public static void stop(long pid) throws IOException, InterruptedException {
        Shell.run("kill", "-STOP", String.valueOf(pid));
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!isStopped(pid)) {
            if (System.currentTimeMillis() > deadline) {
                throw new AssertionError("process " + pid + " does not stop");
            }
            Thread.sleep(2);
        }
    }

    /** SIGCONT. */
    public static void resume(long pid) throws IOException, InterruptedException {
        Shell.run("kill", "-CONT", String.valueOf(pid));
    }

    /** A thread within fdatasync finishes that first. */
    private static boolean isStopped(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        }
    }
}
