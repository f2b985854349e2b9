package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.core.Tombstone;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Accesses are noted in place: what goes on meanwhile. */
@Timeout(600)
class TouchTest extends StoreFixture {
    private static final Duration IDLE = Duration.ofSeconds(1800);

    /** Run by whoever reads the clock next, with the time in hand: as if that thread were slow to go on. */
    private final Queue<Runnable> afterReading = new ArrayDeque<>();

    private Session session;

    @BeforeEach
    void create() {
        InstantSource slow = () -> {
            Instant read = clock.instant();
            Runnable meanwhile = afterReading.poll();
            if (meanwhile != null) {
                meanwhile.run();
            }
            return read;
        };
        store = new MemoryStore(
                new MemoryOptions(0, 0, MemoryOptions.WhenFull.REJECT), Policies.allDefault(), slow, recorder);
        session = begin().principal("mary").build();
        store.create(session);
    }

    private Session live() {
        return (Session) store.find(session.key());
    }

    private void expire() {
        clock.set(Instant.ofEpochMilli(session.expiresAt()));
    }

    @Test
    void theSessionStaysTheVeryObject() {
        Session held = live();
        long later = held.lastAccessedAt() + 5_000;
        store.touch(session.key(), Instant.ofEpochMilli(later));
        assertThat(live()).isSameAs(held);
        assertThat(held.lastAccessedAt()).isEqualTo(later);
    }

    @Test
    void aReadThatNotesTheAccessAnswersWhatIsHeld() {
        clock.advance(Duration.ofMinutes(1));
        SessionService service = new SessionService(store, Policies.allDefault(), 1 << 20);
        Session read = service.read(session.key(), any -> {}, true);
        assertThat(read).isSameAs(live());
        assertThat(read.lastAccessedAt()).isEqualTo(clock.millis());
    }

    @Test
    void whoFindsItOverWaitsForAnAccessThatCameBefore() {
        clock.set(Instant.ofEpochMilli(session.expiresAt() - 1));
        Instant last = clock.instant();
        CompletableFuture<Lookup> found = new CompletableFuture<>();
        afterReading.add(() -> {
            expire();
            Thread reader = new Thread(() -> found.complete(store.find(session.key())));
            reader.start();
            // Under the key's lock here: the reader must not have made up its mind.
            while (reader.getState() != Thread.State.WAITING && reader.isAlive()) {
                Thread.onSpinWait();
            }
            assertThat(found).isNotDone();
        });
        store.touch(session.key(), last);

        assertThat(found.join()).isSameAs(session);
        assertThat(live().lastAccessedAt()).isEqualTo(last.toEpochMilli());
    }

    private static Stream<Consumer<TouchTest>> looks() {
        return Stream.of(
                test -> assertThat(test.store.find(test.session.key())).isInstanceOf(Tombstone.class),
                test -> assertThat(test.store.scan("shop", null, 10).sessions()).isEmpty(),
                test -> assertThat(
                                test.store.sessionsOf("shop", "mary", null, 10).sessions())
                        .isEmpty());
    }

    @ParameterizedTest
    @MethodSource("looks")
    void whatWasFoundOverOnceIsOverForGood(Consumer<TouchTest> look) {
        Instant before = Instant.ofEpochMilli(session.expiresAt() - 1);
        expire();
        look.accept(this);
        // As a thread has it that read the clock before and comes late.
        clock.set(before);
        store.touch(session.key(), before);
        assertThat(store.find(session.key())).isInstanceOf(Tombstone.class);
        assertThat(recorder.removed.get(session.key())).containsExactly(Reason.EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"replace", "remove", "rotate"})
    void aWriteThatReadTheClockBeforeTheEndDoesNotReviveWhatWasFoundOver(String write) {
        clock.set(Instant.ofEpochMilli(session.expiresAt() - 1));
        afterReading.add(() -> {
            expire();
            assertThat(store.find(session.key())).isInstanceOf(Tombstone.class);
        });
        Session next = session.with().version(2).build();
        Outcome outcome =
                switch (write) {
                    case "replace" -> store.replace(session, next);
                    case "remove" -> store.remove(session, Reason.DELETED);
                    default -> store.rotate(session, next.with().key(newKey()).build(), Instant.EPOCH);
                };
        assertThat(outcome).isEqualTo(Outcome.GONE);
        assertThat(((Tombstone) store.find(session.key())).reason()).isEqualTo(Reason.EXPIRED);
    }

    @Test
    void theFrozenSessionOfARotationDoesNotSlide() {
        Session held = live();
        Session moved = session.with().key(newKey()).build();
        long last = held.lastAccessedAt();
        store.rotate(held, moved, clock.instant().plusSeconds(60));
        clock.advance(Duration.ofSeconds(50));
        store.touch(session.key(), clock.instant());

        Tombstone left = (Tombstone) store.find(session.key());
        assertThat(left.rotation().before().lastAccessedAt()).isEqualTo(last);
        assertThat(((Session) store.find(moved.key())).lastAccessedAt()).isEqualTo(last);
    }

    /** Between the look of a read and its touch. */
    private Session readWhile(Consumer<Session> meanwhile) {
        clock.advance(Duration.ofSeconds(40));
        SessionService service = new SessionService(store, Policies.allDefault(), 1 << 20);
        return service.read(session.key(), meanwhile, true);
    }

    @Test
    void aReadDuringARotationSlidesNothing() {
        long last = session.lastAccessedAt();
        Session moved = session.with().key(newKey()).build();
        Session read =
                readWhile(found -> store.rotate(found, moved, clock.instant().plusSeconds(60)));
        assertThat(read.lastAccessedAt()).isEqualTo(clock.millis());
        Tombstone left = (Tombstone) store.find(session.key());
        assertThat(left.rotation().before().lastAccessedAt()).isEqualTo(last);
        assertThat(((Session) store.find(moved.key())).lastAccessedAt()).isEqualTo(last);
    }

    @Test
    void aReadDuringAReplacementNotesItsAccessAtWhatCameInstead() {
        Session found = live();
        long last = found.lastAccessedAt();
        readWhile(held -> store.replace(held, held.with().version(2).build()));
        assertThat(live().version()).isEqualTo(2);
        assertThat(live().lastAccessedAt()).isEqualTo(clock.millis());
        assertThat(found.lastAccessedAt()).isEqualTo(last);
    }

    @Test
    void aReadDuringARemovalRevivesNothing() {
        readWhile(held -> store.remove(held, Reason.REVOKED));
        assertThat(((Tombstone) store.find(session.key())).reason()).isEqualTo(Reason.REVOKED);
    }

    @Test
    void ofParallelAccessesAndReplacementsNoAccessIsLost() throws Exception {
        long first = session.lastAccessedAt();
        int each = 20_000;
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < 2; n++) {
                int odd = n;
                running.add(threads.submit(() -> {
                    for (int i = odd; i < each; i += 2) {
                        store.touch(session.key(), Instant.ofEpochMilli(first + i));
                        assertThat(live().lastAccessedAt() >= first + i).isTrue();
                    }
                }));
            }
            running.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    Session held = live();
                    store.replace(held, held.with().version(held.version() + 1).build());
                }
            }));
            for (Future<?> one : running) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(live().lastAccessedAt()).isEqualTo(first + each - 1);
        assertThat(live().version()).isEqualTo(1 + each);
    }
}
