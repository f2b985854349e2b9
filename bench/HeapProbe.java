import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.store.memory.MemoryOptions;
import dev.sessionstore.store.memory.MemoryStore;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** Fills the memory store and asks the collector what it holds. */
public final class HeapProbe {
    private HeapProbe() {}

    /** @param args how many sessions, how many bytes of attributes each has, and whether each has a principal */
    public static void main(String[] args) throws InterruptedException {
        int sessions = Integer.parseInt(args[0]);
        int size = Integer.parseInt(args[1]);
        boolean principals = Boolean.parseBoolean(args[2]);
        // A few first: classes and what else comes once must not count as the sessions'.
        try (MemoryStore first = filled(1000, size, principals)) {
            if (first.count().isEmpty()) {
                throw new IllegalStateException("the store cannot count");
            }
        }
        long before = usedAfterCollections();
        try (MemoryStore store = filled(sessions, size, principals)) {
            long after = usedAfterCollections();
            System.out.println("heap=" + (double) (after - before) / sessions);
            System.out.println("estimate=" + (double) store.bytes() / sessions);
        }
    }

    private static MemoryStore filled(int sessions, int size, boolean principals) {
        InstantSource clock = InstantSource.system();
        MemoryStore store = new MemoryStore(
                new MemoryOptions(0, 0, MemoryOptions.WhenFull.REJECT),
                Policies.allDefault(),
                clock,
                new SessionObserver() {});
        KeyHash hash = KeyHash.plain();
        byte[] json = ("{\"data\":\"" + "d".repeat(size - 11) + "\"}").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < sessions; i++) {
            Session session = Session.begin(hash.keyOf("bench", SessionId.generate()), "bench", clock.millis())
                    .idleSeconds(1800)
                    .absoluteSeconds(86_400)
                    .principal(principals ? "user-" + (1_000_000 + i) : null)
                    .attributes(Attributes.ofCheckedJson(json.clone()))
                    .build();
            if (store.create(session) != Outcome.DONE) {
                throw new IllegalStateException("session " + i + " was not taken");
            }
        }
        return store;
    }

    /** The least of several: what is left when the collector and its reference handling have finished. */
    private static long usedAfterCollections() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(200);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
