package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionObserver;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Consumer;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest extends StoreFixture {
    private static final int MANY = 100_000;

    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private void measures(String what, Consumer<MemoryStore> fill) {
        MemoryOptions unlimited = new MemoryOptions(0, 0, MemoryOptions.WhenFull.REJECT);
        MemoryStore measured = new MemoryStore(unlimited, Policies.allDefault(), clock, SessionObserver.NONE);
        long before = usedHeap();
        fill.accept(measured);
        long real = usedHeap() - before;
        System.out.printf(
                "%s: %.1f bytes of heap an entry, %.1f estimated%n",
                what, (double) real / MANY, (double) measured.bytes() / MANY);
        assertThat(measured.bytes()).as(what).isCloseTo(real, Percentage.withPercentage(15));
    }

    private void fill(MemoryStore filled, Consumer<Session.Builder> fields) {
        for (int i = 0; i < MANY; i++) {
            Session.Builder session = begin();
            fields.accept(session);
            filled.create(session.build());
        }
    }

    @Test
    void holdsForSessionsOf500Bytes() {
        measures("500 bytes", filled -> fill(filled, session -> session.attributes(attributes(500))));
    }

    @Test
    void holdsForEmptySessions() {
        measures(
                "empty",
                filled -> fill(
                        filled,
                        session -> session.attributes(
                                Attributes.ofCheckedJson("{}".getBytes(StandardCharsets.US_ASCII)))));
    }

    @Test
    void holdsForSessionsWithPrincipalLabelAndBinding() {
        int[] user = {0};
        measures(
                "with principal",
                filled -> fill(
                        filled,
                        session -> session.attributes(attributes(100))
                                .principal("user-" + user[0]++)
                                .label(new String("Firefox on Linux"))
                                .binding(new byte[32])));
    }

    @Test
    void holdsForTombstones() {
        measures("tombstones", filled -> {
            for (int i = 0; i < MANY; i++) {
                Session session = begin().attributes(attributes(100)).build();
                filled.create(session);
                filled.remove(session, Reason.DELETED);
            }
        });
    }

    @Test
    void holdsForRotatedSessionsWithTheirTombstones() {
        measures("rotated", filled -> {
            for (int i = 0; i < MANY; i++) {
                Session session = begin().attributes(attributes(100)).build();
                filled.create(session);
                filled.rotate(session, session.with().key(newKey()).build(), Instant.EPOCH);
            }
        });
    }

    @Test
    void whatIsRemovedAndForgottenLeavesNothing() {
        MemoryStore emptied = open(0, 0, MemoryOptions.WhenFull.REJECT);
        Session session = begin().principal("user-42").build();
        emptied.create(session);
        emptied.remove(session, Reason.DELETED);
        clock.advance(java.time.Duration.ofSeconds(301));
        while (emptied.sweep(100) > 0) {
            continue;
        }
        assertThat(emptied.bytes()).isCloseTo(0, within(0L));
    }
}
