package dev.sessionstore.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Count;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.Shown;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a backend promises that has every capability: it counts, too. */
public abstract class SessionStoreContract extends SessionStoreListings {
    private Count count() {
        return store.count().orElseThrow();
    }

    @Test
    void countsAreOfLiveSessionsByNamespace() {
        Count count = count();
        assertThat(count.countAll()).isEmpty();
        Session first = created(begin());
        Session second = created(begin());
        created(beginIn(REUSING));
        assertThat(count.count(SHOP).sessions()).isEqualTo(2);
        assertThat(count.count(SHOP).bytes()).isPositive();
        assertThat(count.countAll()).containsOnlyKeys(SHOP, REUSING);
        store.rotate(first, under(first, newKey()), NO_GRACE);
        assertThat(count.count(SHOP).sessions()).isEqualTo(2);
        store.remove(second, Reason.DELETED);
        assertThat(count.count(SHOP).sessions()).isEqualTo(1);
        assertThat(count.count("unused")).isEqualTo(Count.Counted.NONE);
    }

    @Test
    void countsLeaveOutWhatExpired() {
        movesTime();
        Count count = count();
        created(begin());
        clock.advance(Duration.ofSeconds(1800));
        assertThat(count.count(SHOP)).isEqualTo(Count.Counted.NONE);
        assertThat(count.countAll()).isEmpty();
    }

    @Test
    void countsLeaveOutWhatExpiredAndIsHeldUntilItIsRevived() {
        Count count = count();
        Session touched = expiredButHeld(beginIn(HOSTED));
        Session replaced = created(beginIn(HOSTED).endsAt(clock.millis() + 1));
        Session removed = created(beginIn(HOSTED).endsAt(clock.millis() + 1));
        Session moved = created(beginIn(HOSTED).endsAt(clock.millis() + 1));
        clock.advance(Duration.ofSeconds(2));
        assertThat(count.count(HOSTED)).isEqualTo(Count.Counted.NONE);
        assertThat(count.countAll()).isEmpty();

        store.touch(touched.key(), clock.instant());
        assertThat(count.count(HOSTED).sessions()).isEqualTo(1);
        long bytes = count.count(HOSTED).bytes();
        store.replace(replaced, replaced.with().version(2).endsAt(Session.NEVER).build());
        store.remove(removed, Reason.DELETED);
        store.rotate(moved, under(moved, newKey()), NO_GRACE);
        clock.advance(Duration.ofSeconds(2));
        assertThat(count.count(HOSTED)).isEqualTo(new Count.Counted(2, 2 * bytes));
        clock.advance(Duration.ofSeconds(1800));
        assertThat(count.count(HOSTED)).as("expired again").isEqualTo(Count.Counted.NONE);
        clock.advance(HELD);
        assertThat(count.count(HOSTED)).isEqualTo(Count.Counted.NONE);
        created(beginIn(HOSTED));
        assertThat(count.count(HOSTED)).isEqualTo(new Count.Counted(1, bytes));
    }

    @Test
    void parallelTouchesAndRemovalsOfExpiredSessionsLeaveTheCountRight() throws Exception {
        Count count = count();
        movesTime();
        for (int i = 0; i < repetitions() / 100; i++) {
            Session session = expiredButHeld(beginIn(HOSTED));
            AtomicInteger turn = new AtomicInteger();
            inParallel(THREADS, () -> {
                switch (turn.getAndIncrement()) {
                    case 0 -> store.touch(session.key(), clock.instant());
                    case 1 -> store.replace(session, next(session, "{}").accessed(clock.millis()));
                    case 2 -> store.rotate(session, under(session, newKey()), NO_GRACE);
                    default -> count.count(HOSTED);
                }
                return null;
            });
            clock.advance(Duration.ofSeconds(2));
            long live = all(after -> scan().scan(HOSTED, after, 100)).size();
            assertThat(count.count(HOSTED).sessions()).isEqualTo(live);
            all(after -> scan().scan(HOSTED, Shown.HELD, after, 100))
                    .forEach(held -> store.remove(held, Reason.DELETED));
            assertThat(count.count(HOSTED)).isEqualTo(Count.Counted.NONE);
        }
    }
}
