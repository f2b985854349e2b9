package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EvictionTest extends StoreFixture {
    private void agrees() {
        List<Session> live = new ArrayList<>();
        store.holdings().entries.shard(0).values().forEach(value -> live.add((Session) value));
        assertThat(store.count("shop").sessions()).isEqualTo(live.size());
        assertThat(store.holdings().usage.sessions()).isEqualTo(live.size());
        long indexed = live.stream()
                .filter(session -> session.principal() != null)
                .map(Session::principal)
                .distinct()
                .count();
        assertThat(store.holdings().principals.size()).isEqualTo((int) indexed);
    }

    @Test
    void theNumberOfSessionsIsBounded() {
        for (int limit : new int[] {1, 3, 100}) {
            open(limit, 0, MemoryOptions.WhenFull.EVICT);
            for (int i = 0; i < 500; i++) {
                assertThat(store.create(begin().principal("user-" + i).build())).isEqualTo(Outcome.DONE);
            }
            assertThat(store.count("shop").sessions()).isEqualTo(limit);
            agrees();
            store.close();
        }
    }

    @Test
    void theMemoryIsBounded() {
        open(0, 1 << 20, MemoryOptions.WhenFull.EVICT);
        for (int i = 0; i < 5000; i++) {
            store.create(begin().attributes(attributes(500)).build());
        }
        assertThat(store.bytes()).isBetween(900_000L, 1L << 20);
        agrees();
    }

    @Test
    void bothBoundsHoldTogether() {
        open(1000, 1 << 20, MemoryOptions.WhenFull.EVICT);
        for (int i = 0; i < 3000; i++) {
            store.create(begin().build());
        }
        assertThat(store.count("shop").sessions()).isBetween(950L, 1000L);
        for (int i = 0; i < 3000; i++) {
            store.create(begin().attributes(attributes(5000)).build());
        }
        assertThat(store.bytes()).isLessThanOrEqualTo(1 << 20);
        agrees();
    }

    @Test
    void anEvictedSessionIsReportedAndLeavesNoTombstone() {
        open(10, 0, MemoryOptions.WhenFull.EVICT);
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Session session = begin().build();
            sessions.add(session);
            store.create(session);
        }
        assertThat(recorder.removed).hasSize(90);
        assertThat(recorder.removed.values()).allMatch(List.of(Reason.EVICTED)::equals);
        for (Session session : sessions) {
            boolean evicted = recorder.removed.containsKey(session.key());
            assertThat(store.find(session.key())).isEqualTo(evicted ? Lookup.ABSENT : session);
            if (evicted) {
                assertThat(store.remove(session, Reason.DELETED)).isEqualTo(Outcome.ABSENT);
            }
        }
    }

    @Test
    void tombstonesAreForgottenBeforeTheyFillTheStore() {
        open(0, 1 << 18, MemoryOptions.WhenFull.EVICT);
        for (int i = 0; i < 5000; i++) {
            Session session = begin().build();
            store.create(session);
            store.remove(session, Reason.DELETED);
        }
        assertThat(store.bytes()).isLessThanOrEqualTo(1 << 18);
        assertThat(recorder.dropped).hasPositiveValue();
    }

    @Test
    void writersAndEvictionsTogetherKeepIndexAndCountsRight() throws Exception {
        open(200, 0, MemoryOptions.WhenFull.EVICT);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(threads.submit(() -> {
                    ThreadLocalRandom random = ThreadLocalRandom.current();
                    List<Session> mine = new ArrayList<>();
                    for (int n = 0; n < 20_000; n++) {
                        if (mine.size() < 100) {
                            Session session = begin().principal("user-" + random.nextInt(50))
                                    .build();
                            store.create(session);
                            mine.add(session);
                            continue;
                        }
                        int at = random.nextInt(mine.size());
                        Session session = mine.get(at);
                        Session next = session.with()
                                .version(session.version() + 1)
                                .principal("user-" + random.nextInt(50))
                                .build();
                        Outcome outcome =
                                switch (random.nextInt(3)) {
                                    case 0 -> store.replace(session, next);
                                    case 1 -> {
                                        next = next.with().key(newKey()).build();
                                        yield store.rotate(session, next, Instant.EPOCH);
                                    }
                                    default -> store.remove(session, Reason.DELETED);
                                };
                        assertThat(outcome).isIn(Outcome.DONE, Outcome.ABSENT, Outcome.GONE);
                        if (outcome == Outcome.DONE && store.find(next.key()) instanceof Session) {
                            mine.set(at, next);
                        } else {
                            mine.remove(at);
                        }
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(store.count("shop").sessions()).isLessThanOrEqualTo(200);
        // Tombstones of rotations keep their places in the index: wait until they are forgotten.
        clock.advance(java.time.Duration.ofSeconds(301));
        while (store.sweep(1000) > 0) {
            continue;
        }
        agrees();
    }
}
