package dev.sessionstore.crash;

import dev.sessionstore.testing.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writers that call the server as fast as it answers, until they are stopped or the server dies. */
final class Traffic {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final List<Writer> writers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Oracle oracle;
    private long acknowledgedBefore;
    private long startedAt = System.nanoTime();

    /** @param seed what they do follows from it; when they do it does not */
    Traffic(ServerProcess server, Oracle oracle, int writers, long seed) throws IOException {
        this.oracle = oracle;
        acknowledgedBefore = oracle.acknowledged();
        for (int i = 0; i < writers; i++) {
            Writer writer = new Writer(i, server.connect(), oracle, new Random(seed * 1_000_003 + i));
            this.writers.add(writer);
            threads.add(new Thread(writer, "writer-" + i));
        }
        threads.forEach(Thread::start);
    }

    /** Waits until all are at it: from here on writes and seconds count. */
    void warmUp() throws InterruptedException {
        awaitWrites(2L * writers.size());
        acknowledgedBefore = oracle.acknowledged();
        startedAt = System.nanoTime();
    }

    /** Waits until so many are acknowledged. */
    void awaitWrites(long wanted) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (acknowledged() < wanted) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("only " + acknowledged() + " writes are acknowledged after 60 s");
            }
            Thread.sleep(1);
        }
    }

    /** Acknowledged writes so far. */
    long acknowledged() {
        return oracle.acknowledged() - acknowledgedBefore;
    }

    double seconds() {
        return (System.nanoTime() - startedAt) / 1e9;
    }

    /** The server is about to die: from now on no answer is no fault. The calls go on. */
    void expectDeath() {
        writers.forEach(Writer::expectDeath);
    }

    /** Lets each writer finish its call, if it can be finished. */
    void stop() throws InterruptedException {
        writers.forEach(Writer::stop);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
