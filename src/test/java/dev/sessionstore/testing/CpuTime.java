package dev.sessionstore.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/** For how long a processor worked for a thread, whatever else the machine had to do meanwhile. */
public final class CpuTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private CpuTime() {}

    /** Does the work, on this thread. @throws AssertionError if it took longer */
    public static void isLessThan(Duration bound, Runnable work) {
        long began = THREADS.getCurrentThreadCpuTime();
        work.run();
        assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - began)).isLessThan(bound);
    }
}
