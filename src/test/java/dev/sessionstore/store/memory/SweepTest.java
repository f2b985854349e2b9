package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Count;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.Tombstone;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SweepTest extends StoreFixture {
    @BeforeEach
    void open() {
        open(0, 0, MemoryOptions.WhenFull.REJECT);
    }

    private Session created(Session.Builder builder) {
        Session session = builder.build();
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        return session;
    }

    private int sweepAll() {
        int looked = 0;
        for (int step = store.sweep(1000); step > 0; step = store.sweep(1000)) {
            assertThat(step).isLessThanOrEqualTo(1000);
            looked += step;
        }
        return looked;
    }

    @Test
    void manySessionsThatExpireAtOnceGoInSmallStepsAndAreReportedOnceEach() {
        int many = 100_000;
        for (int i = 0; i < many; i++) {
            created(begin());
        }
        clock.advance(Duration.ofSeconds(1800));
        sweepAll();
        assertThat(recorder.removed).hasSize(many);
        assertThat(recorder.removed.values()).allMatch(List.of(Reason.EXPIRED)::equals);
        assertThat(store.countAll()).isEmpty();
        assertThat(store.bytes()).isPositive();
        clock.advance(Duration.ofSeconds(301));
        sweepAll();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void nothingDueIsNothingLookedAt() {
        created(begin());
        clock.advance(Duration.ofSeconds(1));
        assertThat(store.sweep(1000)).isZero();
    }

    @Test
    void aSessionThatIsUsedSurvivesEverySweep() {
        Session session = created(begin());
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofSeconds(1000));
            store.touch(session.key(), clock.instant());
            sweepAll();
        }
        assertThat(store.find(session.key())).isInstanceOf(Session.class);
        clock.advance(Duration.ofSeconds(1801));
        sweepAll();
        assertThat(recorder.removed.get(session.key())).containsExactly(Reason.EXPIRED);
    }

    @Test
    void anEarlierEndIsSweptInTime() {
        Session session = created(begin().idleSeconds(0));
        store.replace(
                session,
                session.with().version(2).endsAt(clock.millis() + 5_000).build());
        clock.advance(Duration.ofSeconds(5));
        sweepAll();
        assertThat(recorder.removed.get(session.key())).containsExactly(Reason.EXPIRED);
    }

    @Test
    void aWriteThatMeetsAnExpiredSessionReportsItOnceForTheSweepToo() {
        Session removed = created(begin());
        Session recreated = created(begin());
        Session replaced = created(begin());
        clock.advance(Duration.ofSeconds(1800));
        assertThat(store.remove(removed, Reason.DELETED)).isEqualTo(Outcome.GONE);
        assertThat(store.create(begin().key(recreated.key()).build())).isEqualTo(Outcome.GONE);
        assertThat(store.replace(replaced, replaced)).isEqualTo(Outcome.GONE);
        sweepAll();
        assertThat(recorder.removed).hasSize(3);
        assertThat(recorder.removed.values()).allMatch(List.of(Reason.EXPIRED)::equals);
    }

    @Test
    void sweepingFreesTheIndexAndKeepsTheTombstone() {
        Session session = created(begin().principal("user-42"));
        clock.advance(Duration.ofSeconds(1800));
        sweepAll();
        assertThat(store.holdings().principals.size()).isZero();
        assertThat(store.find(session.key()))
                .isInstanceOfSatisfying(
                        Tombstone.class, gone -> assertThat(gone.reason()).isEqualTo(Reason.EXPIRED));
    }

    @Test
    void aRotatedKeyLeavesTheIndexWithItsTombstone() {
        Session session = created(begin().principal("user-42").idleSeconds(0));
        store.rotate(session, session.with().key(newKey()).build(), Instant.EPOCH);
        assertThat(store.holdings().principals.keysOf("shop", "user-42")).hasSize(2);
        clock.advance(Duration.ofSeconds(301));
        sweepAll();
        assertThat(store.holdings().principals.keysOf("shop", "user-42")).hasSize(1);
    }

    @Test
    void aClockThatLeapsDaysAheadIsSweptInOneGo() {
        for (int i = 0; i < 5000; i++) {
            created(begin().idleSeconds(1 + i));
        }
        clock.advance(Duration.ofDays(3));
        sweepAll();
        assertThat(store.countAll()).isEmpty();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void aClockThatIsSetBackStillEndsInACleanStore() {
        clock.advance(Duration.ofHours(5));
        Session session = created(begin());
        sweepAll();
        clock.set(Instant.parse("2026-01-01T00:00:00Z"));
        sweepAll();
        assertThat(store.find(session.key())).isInstanceOf(Session.class);
        for (int i = 0; i < 700; i++) {
            clock.advance(Duration.ofSeconds(60));
            sweepAll();
        }
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
        assertThat(store.count("shop")).isEqualTo(Count.Counted.NONE);
        assertThat(store.bytes()).isZero();
    }

    @Test
    @Timeout(600)
    void theSweeperThreadWorksByItselfAndEnds() throws Exception {
        Set<Thread> others = sweepers();
        Session session = created(begin());
        store.startSweeper();
        Set<Thread> ours = sweepers();
        ours.removeAll(others);
        assertThat(ours).hasSize(1);
        clock.advance(Duration.ofSeconds(1801));
        while (!recorder.removed.containsKey(session.key())) {
            Thread.onSpinWait();
        }
        store.close();
        ours.iterator().next().join();
    }

    private static Set<Thread> sweepers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("session-store-sweeper"))
                .collect(Collectors.toSet());
    }
}
