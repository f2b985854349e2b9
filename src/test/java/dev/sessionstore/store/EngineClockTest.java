package dev.sessionstore.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.StoreUnavailableException;
import org.junit.jupiter.api.Test;

class EngineClockTest {
    private static final long MILLI = 1_000_000;
    private static final long EPOCH = 1_800_000_000_000L;

    private final EngineClock clock = new EngineClock(() -> {
        throw new AssertionError("asked");
    });

    /** A moment on the monotonic clock, and the engine's clock shows {@link #EPOCH} in it. */
    private final long now = System.nanoTime();

    /** @param ahead of what the engine's clock shows when it is right */
    private void sample(long ahead, long sent, long received) {
        clock.sample(EPOCH + ahead, now + sent * MILLI, now + received * MILLI);
    }

    /** The engine's time is this much ahead of the right one, whenever it is looked at. */
    private void assertAhead(long millis) {
        long before = System.nanoTime() - now;
        long shown = clock.millis() - EPOCH - millis;
        long after = System.nanoTime() - now;
        // The engine cut its time: half a millisecond is expected to be lost.
        assertThat(shown).isBetween(Math.floorDiv(before + MILLI / 2, MILLI), Math.floorDiv(after + MILLI / 2, MILLI));
    }

    @Test
    void anAnswerWithoutDelayTellsTheTimeExactly() {
        sample(0, 0, 0);

        assertAhead(0);
        assertThat(clock.instant().toEpochMilli()).isGreaterThanOrEqualTo(EPOCH);
    }

    @Test
    void theEnginesTimeIsTakenForTheMiddleOfTheExchange() {
        sample(0, -30, 30);

        assertAhead(0);
    }

    @Test
    void theClosestOfRecentSamplesCounts() {
        sample(0, -1, 1);
        sample(40, -50, 50);

        assertAhead(0);
    }

    @Test
    void aCloserSampleReplacesOneThatIsLessClose() {
        sample(40, -50, 50);
        sample(1, -2, 2);

        assertAhead(1);
    }

    @Test
    void aSampleThatContradictsMeansThatTheClockWasSet() {
        sample(0, -1, 1);
        sample(3_600_000, -50, 50);

        assertAhead(3_600_000);

        sample(-3_600_000, -50, 50);

        assertAhead(-3_600_000);
    }

    @Test
    void whatLiesWithinBothErrorsIsNoContradiction() {
        sample(0, -10, 10);
        // Errors of 10 and 20 ms, and two for the cutting.
        sample(31, -20, 20);
        assertAhead(0);

        sample(33, -20, 20);
        assertAhead(33);
    }

    @Test
    void anOldSampleYieldsToALessCloseOne() {
        clock.sample(EPOCH - 20_000, now - 20_000 * MILLI, now - 20_000 * MILLI);
        sample(5, -10, 10);

        assertAhead(5);
    }

    @Test
    void asksWhenItWasNeverTold() {
        EngineClock[] asking = new EngineClock[1];
        asking[0] = new EngineClock(() -> asking[0].sample(EPOCH, now, now));

        assertThat(asking[0].millis()).isGreaterThanOrEqualTo(EPOCH);
    }

    @Test
    void failsAsTheEngineDoesWhenItWasNeverTold() {
        EngineClock unreachable = new EngineClock(() -> {
            throw StoreUnavailableException.refused("away");
        });
        EngineClock mute = new EngineClock(() -> {});

        assertThatThrownBy(unreachable::millis).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(mute::instant).isInstanceOf(IllegalStateException.class);
    }
}
