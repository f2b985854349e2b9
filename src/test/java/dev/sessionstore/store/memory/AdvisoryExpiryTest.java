package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.memory.MemoryOptions.WhenFull;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sweeper, the limits and the eviction make of sessions that expired and are held. */
class AdvisoryExpiryTest extends StoreFixture {
    private static final Duration HELD = Duration.ofHours(1);
    private static final Duration IDLE = Duration.ofSeconds(1800);

    @BeforeEach
    void holdWhatExpired() {
        policies = advisory(HELD);
    }

    private Session created() {
        Session session = begin().build();
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        return session;
    }

    private void sweep() {
        int step;
        do {
            step = store.sweep(1000);
        } while (step > 0);
    }

    private void advanceAndSweep(Duration by) {
        clock.advance(by);
        sweep();
    }

    @Test
    void theSweeperTakesOrphansOnlyAndReportsEachOnce() {
        open(0, 0, WhenFull.REJECT);
        Session session = created();
        long bytes = store.bytes();
        advanceAndSweep(IDLE.plusSeconds(1));
        for (int turn = 0; turn < 5; turn++) {
            advanceAndSweep(Duration.ofSeconds(600));
        }
        assertThat(store.find(session.key())).isSameAs(session);
        assertThat(store.bytes()).isEqualTo(bytes);
        assertThat(store.holdings().usage.sessions()).isEqualTo(1);
        assertThat(store.count("shop").sessions()).isZero();
        assertThat(recorder.removed).isEmpty();

        // The wheel comes by at a key's own time within one turn, or a second after its end if that is near.
        advanceAndSweep(Duration.ofSeconds(600));
        assertThat(recorder.removed.get(session.key())).containsExactly(Reason.EXPIRED);
        assertThat(store.holdings().usage.sessions()).isZero();
        assertThat(store.find(session.key()))
                .isInstanceOfSatisfying(
                        Tombstone.class,
                        gone -> assertThat(gone.goneAt()).isEqualTo(session.expiresAt() + HELD.toMillis()));
        advanceAndSweep(Duration.ofSeconds(301));
        assertThat(store.bytes()).isZero();
        assertThat(recorder.removed.get(session.key())).hasSize(1);
    }

    @Test
    void oneThatIsRevivedIsSweptAtItsNewEnd() {
        open(0, 0, WhenFull.REJECT);
        Session touched = created();
        Session replaced = created();
        advanceAndSweep(IDLE.plusSeconds(1));
        assertThat(store.count("shop").sessions()).isZero();

        store.touch(touched.key(), clock.instant());
        Session next = replaced.with().version(2).lastAccessedAt(clock.millis()).build();
        assertThat(store.replace(replaced, next)).isEqualTo(Outcome.DONE);
        advanceAndSweep(IDLE.minusSeconds(1));
        assertThat(store.count("shop").sessions()).isEqualTo(2);
        advanceAndSweep(Duration.ofSeconds(2));
        assertThat(store.holdings().expiredButHeld.count("shop").sessions()).isEqualTo(2);
        advanceAndSweep(HELD.plusSeconds(600));
        assertThat(recorder.removed.get(touched.key())).containsExactly(Reason.EXPIRED);
        assertThat(recorder.removed.get(replaced.key())).containsExactly(Reason.EXPIRED);
        assertThat(store.holdings().expiredButHeld.count("shop").sessions()).isZero();
    }

    /** The wheel would come by at an orphan's time, or once a turn of ten minutes. */
    @Test
    void oneThatIsRevivedForAMomentIsCountedNoLonger() {
        open(0, 0, WhenFull.REJECT);
        List<Session> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(begin().idleSeconds(30).build());
            assertThat(store.create(all.get(i))).isEqualTo(Outcome.DONE);
        }
        advanceAndSweep(Duration.ofSeconds(31));
        for (int i = 0; i < 40; i++) {
            Session session = all.get(i);
            if (i % 2 == 0) {
                store.touch(session.key(), clock.instant());
            } else {
                store.replace(session, session.with().version(2).build().accessed(clock.millis()));
            }
        }
        assertThat(store.count("shop").sessions()).isEqualTo(40);
        advanceAndSweep(Duration.ofSeconds(31));
        assertThat(store.count("shop").sessions()).isZero();
    }

    @Test
    void aClockThatIsSetBackMakesThemLiveAgain() {
        open(0, 0, WhenFull.REJECT);
        created();
        advanceAndSweep(IDLE.plusSeconds(1));
        assertThat(store.count("shop").sessions()).isZero();
        advanceAndSweep(Duration.ofSeconds(-60));
        for (int second = 0; second < 50; second++) {
            advanceAndSweep(Duration.ofSeconds(1));
        }
        advanceAndSweep(Duration.ofSeconds(-600));
        advanceAndSweep(Duration.ofSeconds(600));
        assertThat(store.count("shop").sessions()).isEqualTo(1);
        advanceAndSweep(Duration.ofSeconds(600));
        assertThat(store.count("shop").sessions()).isZero();
    }

    @Test
    void aScanThatFindsNothingGoesOnPageAfterPage() {
        open(0, 0, WhenFull.REJECT);
        for (int i = 0; i < 60_000; i++) {
            created();
        }
        Shown none = Shown.endingBy(clock.millis());
        Page page = store.scan("shop", none, null, 1000);
        assertThat(page.sessions()).isEmpty();
        assertThat(page.next()).isNotNull();
        page = store.scan("shop", none, page.next(), 1000);
        assertThat(page.sessions()).isEmpty();
        assertThat(page.next()).isNull();
    }

    @Test
    void aFullStoreKeepsWhatIsHeldAndHasRoomOnceItIsAnOrphan() {
        open(1, 0, WhenFull.REJECT);
        created();
        clock.advance(IDLE.plusSeconds(1));
        assertThatExceptionOfType(StoreFullException.class).isThrownBy(() -> store.create(begin().build()));
        clock.advance(HELD.plusSeconds(600));
        created();
    }

    @Test
    void anEvictedOneIsReportedAsEvictedAndCountedNoMore() {
        open(4, 0, WhenFull.EVICT);
        List<Session> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(created());
            advanceAndSweep(Duration.ofSeconds(600));
        }
        long held = all.stream()
                .filter(session -> store.find(session.key()) instanceof Session)
                .count();
        long expired = all.stream()
                .filter(session ->
                        store.find(session.key()) instanceof Session there && there.isExpired(clock.millis()))
                .count();
        sweep();
        assertThat(store.holdings().expiredButHeld.count("shop").sessions()).isEqualTo(expired);
        assertThat(store.count("shop").sessions()).isEqualTo(held - expired);
        assertThat(all).allSatisfy(session -> {
            if (!(store.find(session.key()) instanceof Session)) {
                assertThat(recorder.removed.get(session.key())).hasSize(1);
            }
        });
        assertThat(recorder.removed.values()).anyMatch(List.of(Reason.EVICTED)::equals);
    }
}
