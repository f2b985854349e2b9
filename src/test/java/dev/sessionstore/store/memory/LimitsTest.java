package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.StoreFullException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LimitsTest extends StoreFixture {
    private Session created() {
        Session session = begin().attributes(attributes(500)).build();
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        return session;
    }

    private long fillMemory() {
        long sessions = 0;
        try {
            while (true) {
                created();
                sessions++;
            }
        } catch (StoreFullException full) {
            return sessions;
        }
    }

    @Test
    void oneSessionTooManyIsRefusedWithTheNumbers() {
        open(3, 0, MemoryOptions.WhenFull.REJECT);
        Session first = created();
        created();
        created();
        Session tooMany = begin().build();
        assertThatThrownBy(() -> store.create(tooMany))
                .isInstanceOf(StoreFullException.class)
                .hasMessage("the store holds 3 sessions; the limit is 3");
        assertThat(store.find(tooMany.key())).isEqualTo(Lookup.ABSENT);
        assertThat(store.create(first)).as("not full, but taken").isEqualTo(Outcome.EXISTS);
        store.remove(first, Reason.DELETED);
        assertThat(store.create(tooMany)).isEqualTo(Outcome.DONE);
    }

    @Test
    void whatExpiredMakesRoom() {
        open(2, 0, MemoryOptions.WhenFull.REJECT);
        created();
        created();
        clock.advance(Duration.ofSeconds(1800));
        created();
        created();
        assertThat(recorder.removed).hasSize(2);
    }

    @Test
    void memoryIsALimitWithTheNumbers() {
        open(0, 1 << 20, MemoryOptions.WhenFull.REJECT);
        assertThat(fillMemory()).isBetween(1400L, 1700L);
        assertThat(store.bytes()).isLessThanOrEqualTo(1 << 20);
        assertThatThrownBy(this::created)
                .isInstanceOf(StoreFullException.class)
                .hasMessageMatching("the store holds 10\\d{5} bytes; the limit is 1048576");
    }

    @Test
    void aSessionThatGrowsNeedsRoomAndIsLeftAsItWasWithout() {
        open(0, 1 << 20, MemoryOptions.WhenFull.REJECT);
        Session session = created();
        fillMemory();
        Session grown =
                session.with().version(2).attributes(attributes(100_000)).build();
        long before = store.bytes();
        assertThatThrownBy(() -> store.replace(session, grown)).isInstanceOf(StoreFullException.class);
        assertThatThrownBy(
                        () -> store.rotate(session, grown.with().key(newKey()).build(), Instant.EPOCH))
                .isInstanceOf(StoreFullException.class);
        assertThat(store.find(session.key())).isSameAs(session);
        assertThat(store.bytes()).isEqualTo(before);
    }

    @Test
    void aFullStoreStillRotatesTouchesAndRemoves() {
        open(0, 1 << 20, MemoryOptions.WhenFull.REJECT);
        Session session = created();
        fillMemory();
        store.touch(session.key(), clock.instant().plusMillis(1));
        Session moved = session.with().key(newKey()).build();
        assertThat(store.rotate(session, moved, Instant.EPOCH)).isEqualTo(Outcome.DONE);
        assertThat(store.bytes()).isLessThanOrEqualTo(1 << 20);
        Session smaller = moved.with().version(2).attributes(attributes(10)).build();
        assertThat(store.replace(moved, smaller)).isEqualTo(Outcome.DONE);
        assertThat(store.remove(smaller, Reason.DELETED)).isEqualTo(Outcome.DONE);
    }

    @Test
    void theOldestTombstonesMakeRoomAndAreCounted() {
        open(0, 1 << 20, MemoryOptions.WhenFull.REJECT);
        List<Session> removed = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Session session = created();
            store.remove(session, Reason.DELETED);
            removed.add(session);
        }
        assertThat(fillMemory()).isGreaterThan(1400);
        assertThat(recorder.dropped.get()).isBetween(990, 1000);
        assertThat(store.find(removed.get(0).key())).isEqualTo(Lookup.ABSENT);
        assertThat(store.bytes()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void aSessionThatCouldNeverFitCostsNoTombstone() {
        open(0, 1 << 20, MemoryOptions.WhenFull.REJECT);
        store.remove(created(), Reason.DELETED);
        Session huge = begin().attributes(attributes(2 << 20)).build();
        assertThatThrownBy(() -> store.create(huge)).isInstanceOf(StoreFullException.class);
        assertThat(recorder.dropped).hasValue(0);
    }

    @Test
    void ofManyCreatorsNoMoreGetInThanThereIsRoomFor() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            open(1000, 0, MemoryOptions.WhenFull.REJECT);
            AtomicInteger in = new AtomicInteger();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                running.add(threads.submit(() -> {
                    for (int n = 0; n < 500; n++) {
                        try {
                            created();
                            in.incrementAndGet();
                        } catch (StoreFullException full) {
                            assertThat(full).hasMessageEndingWith("the limit is 1000");
                        }
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
            assertThat(in).hasValue(1000);
            assertThat(store.count("shop").sessions()).isEqualTo(1000);
        } finally {
            threads.shutdownNow();
        }
    }
}
