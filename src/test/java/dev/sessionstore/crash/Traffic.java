package dev.sessionstore.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writers that call the server as fast as it answers, until they are stopped or the server dies. */
final class Traffic {
    private final List<Writer> writers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Oracle oracle;
    private final long acknowledgedBefore;
    private final long startedAt = System.nanoTime();

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

    /** Acknowledged writes so far. */
    long acknowledged() {
        return oracle.acknowledged() - acknowledgedBefore;
    }

    /** Acknowledged writes a second so far. */
    double rate() {
        return acknowledged() * 1e9 / (System.nanoTime() - startedAt);
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
