package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.SessionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpiryWheelTest {
    private static final long START = 1_767_225_600_000L;

    private final ExpiryWheel wheel = new ExpiryWheel(START);

    private static SessionKey key(long n) {
        return new SessionKey(n, n);
    }

    @Test
    void aKeyComesUpOnceItsSecondIsOverAndNotBefore() {
        wheel.schedule(key(1), START + 1_500);
        assertThat(wheel.take(START + 1_999, 10)).isEmpty();
        assertThat(wheel.take(START + 2_000, 10)).containsExactly(key(1));
        assertThat(wheel.take(START + 9_000, 10)).isEmpty();
    }

    @Test
    void aWholeSecondIsItsOwnSlot() {
        wheel.schedule(key(1), START + 2_000);
        assertThat(wheel.take(START + 1_999, 10)).isEmpty();
        assertThat(wheel.take(START + 2_000, 10)).containsExactly(key(1));
    }

    @Test
    void aTimeThatIsPastComesUpNext() {
        wheel.take(START + 50_000, 10);
        wheel.schedule(key(1), START);
        wheel.schedule(key(2), START - 5_000_000);
        assertThat(wheel.take(START + 51_000, 10)).containsExactlyInAnyOrder(key(1), key(2));
    }

    @Test
    void aSlotIsHandedOutInPiecesWithoutLossOrRepetition() {
        for (int i = 0; i < 10; i++) {
            wheel.schedule(new SessionKey(i, (long) i << 32), START + 1_000);
        }
        List<SessionKey> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            List<SessionKey> taken = wheel.take(START + 1_000, 4);
            assertThat(taken).hasSizeLessThanOrEqualTo(4);
            all.addAll(taken);
        }
        assertThat(all).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void aFarTimeComesUpEachTurnAndOnceForAllDuplicates() {
        for (int i = 0; i < 5; i++) {
            wheel.schedule(key(7), START + 3_600_000 + i * 1_000);
        }
        assertThat(wheel.take(START + 600_000, 10)).containsExactly(key(7));
    }

    @Test
    void whoReschedulesEarlyVisitsMeetsEveryTimeWithinASecond() {
        Random random = new Random(42);
        Map<SessionKey, Long> due = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            SessionKey key = new SessionKey(i, random.nextLong());
            due.put(key, START + random.nextInt(4_000_000));
            wheel.schedule(key, due.get(key));
        }
        for (long now = START; now < START + 4_010_000; now += 1 + random.nextInt(3_000)) {
            for (List<SessionKey> taken = wheel.take(now, 100); !taken.isEmpty(); taken = wheel.take(now, 100)) {
                for (SessionKey key : taken) {
                    if (due.containsKey(key) && due.get(key) <= now) {
                        due.remove(key);
                    } else if (due.containsKey(key)) {
                        wheel.schedule(key, due.get(key));
                    }
                }
            }
            long latest = now - 2_000;
            assertThat(due.values()).allMatch(at -> at > latest);
        }
        assertThat(due).isEmpty();
    }

    @Test
    void aClockThatLeapsAheadBringsUpEverything() {
        for (int i = 0; i < 100; i++) {
            wheel.schedule(key(i * 7L), START + i * 60_000L);
        }
        long later = START + 50 * 3_600_000L;
        assertThat(wheel.take(later, 1_000)).hasSize(100);
        wheel.schedule(key(1), later + 3_000);
        assertThat(wheel.take(later + 3_000, 10)).containsExactly(key(1));
    }

    @Test
    void aClockThatIsSetBackLosesNothing() {
        wheel.take(START + 7_200_000, 10);
        wheel.schedule(key(1), START + 7_210_000);
        wheel.take(START, 10);
        wheel.schedule(key(2), START + 5_000);
        assertThat(wheel.take(START + 5_000, 10)).contains(key(2));
        assertThat(wheel.take(START + 600_000, 10)).containsExactly(key(1));
    }
}
