package dev.sessionstore.cluster;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What callers saw. Thread-safe. */
final class Figures {
    private static final int MOST_FAULTS = 20;

    final LongAdder requests = new LongAdder();
    final LongAdder writes = new LongAdder();
    /** Calls that were answered with {@code store-unavailable}. */
    final LongAdder refused = new LongAdder();
    /** Calls whose answer broke off, or was no one's of the service. */
    final LongAdder broken = new LongAdder();
    /** Acknowledged writes that a later look did not show. */
    final LongAdder lost = new LongAdder();

    final LongAccumulator worstRefusalNanos = new LongAccumulator(Math::max, 0);
    final LongAccumulator worstSuccessNanos = new LongAccumulator(Math::max, 0);
    private final AtomicLong latestSuccessSentAt = new AtomicLong(Long.MIN_VALUE);
    private final List<String> faults = new CopyOnWriteArrayList<>();

    void fault(String what) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(what);
        }
    }

    List<String> faults() {
        return faults;
    }

    void succeeded(long sentAt) {
        latestSuccessSentAt.accumulateAndGet(sentAt, Math::max);
        worstSuccessNanos.accumulate(System.nanoTime() - sentAt);
    }

    boolean succeededSince(long nanoTime) {
        long latest = latestSuccessSentAt.get();
        return latest != Long.MIN_VALUE && latest - nanoTime >= 0;
    }

    @Override
    public String toString() {
        return String.format(
                "%d requests, %d writes acknowledged, %d refused (the worst after %d ms), %d broken, %d lost, worst success %d ms",
                requests.sum(),
                writes.sum(),
                refused.sum(),
                worstRefusalNanos.get() / 1_000_000,
                broken.sum(),
                lost.sum(),
                worstSuccessNanos.get() / 1_000_000);
    }
}
