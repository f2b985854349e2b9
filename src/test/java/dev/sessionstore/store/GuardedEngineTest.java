package dev.sessionstore.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Count.Counted;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell.Stamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuardedEngineTest {
    private static final SessionKey KEY = new SessionKey(1, 2);
    private static final Cell CELL = new Cell(KEY, "shop", null, new Stamp(1, 1), 0, 0, 1, 0, 0, 0, new byte[0]);
    private static final SessionKey ON_THE_OTHER = new SessionKey(2, 2);
    private static final int MORE_THAN_ENOUGH = 20;

    private final Scripted engine = new Scripted(1);
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final GuardedEngine guarded = new GuardedEngine(engine, new BackendObserver() {
        @Override
        public void called(String operation, long nanos, boolean failed) {
            heard.add(operation + (failed ? " failed" : ""));
        }
    });

    @AfterEach
    void close() {
        guarded.close();
    }

    private static StoreUnavailableException away() {
        return new StoreUnavailableException("no answer", null);
    }

    private void failUntilOpen() {
        engine.failure = GuardedEngineTest::away;
        for (int i = 0; i < MORE_THAN_ENOUGH; i++) {
            assertThatThrownBy(() -> guarded.find(KEY)).isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void callsReachTheEngineAndAreReported() throws Exception {
        engine.found = CELL;

        assertThat(guarded.find(KEY)).isSameAs(CELL);
        assertThat(guarded.put(null, CELL)).isEqualTo(Put.DONE);
        guarded.touch(KEY, 1);
        guarded.clear(CELL);
        guarded.discard(KEY, new byte[0]);
        guarded.listing().orElseThrow().cells("owner", null, 1);
        guarded.walk().orElseThrow().cells(null, null, 1);
        guarded.tally().orElseThrow().count("shop");
        guarded.tally().orElseThrow().countAll();

        assertThat(heard).containsExactly("find", "put", "touch", "clear", "discard", "list", "scan", "count", "count");
        assertThat(guarded.name()).isEqualTo("scripted");
    }

    @Test
    void afterFiveFailuresCallsAreRefusedWithoutTheEngine() {
        failUntilOpen();

        assertThat(engine.calls.get()).isEqualTo(5);
        assertThat(heard).hasSize(5).containsOnly("find failed");
        assertThatThrownBy(() -> guarded.put(null, CELL))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("scripted")
                .satisfies(refused -> assertThat(refused.getStackTrace()).isEmpty());
        guarded.touchLater(KEY, 1);
        assertThat(engine.calls.get()).isEqualTo(5);
    }

    @Test
    void aFewFailuresAmongSuccessesRefuseNothing() throws Exception {
        for (int i = 0; i < MORE_THAN_ENOUGH; i++) {
            engine.failure = null;
            guarded.find(KEY);
            guarded.find(KEY);
            engine.failure = GuardedEngineTest::away;
            assertThatThrownBy(() -> guarded.find(KEY)).isInstanceOf(StoreUnavailableException.class);
        }

        assertThat(engine.calls.get()).isEqualTo(3 * MORE_THAN_ENOUGH);
    }

    @Test
    void anAnswerThatRefusesIsAnAnswer() {
        engine.failure = () -> new StoreFullException("full");
        for (int i = 0; i < MORE_THAN_ENOUGH; i++) {
            assertThatThrownBy(() -> guarded.put(null, CELL)).isInstanceOf(StoreFullException.class);
        }
        engine.failure = null;
        engine.unreadable = true;
        for (int i = 0; i < MORE_THAN_ENOUGH; i++) {
            assertThatThrownBy(() -> guarded.find(KEY)).isInstanceOf(UnreadableCellException.class);
        }

        assertThat(engine.calls.get()).isEqualTo(2 * MORE_THAN_ENOUGH);
        assertThat(heard).hasSize(2 * MORE_THAN_ENOUGH).containsOnly("put", "find");
    }

    @Test
    void aProbeThatIsAnsweredLetsCallsThroughAgain() throws Exception {
        guarded.start();
        assertThat(guarded.answers()).isTrue();
        failUntilOpen();
        engine.awaitPing();
        assertThat(guarded.answers()).isFalse();

        engine.failure = null;
        engine.awaitPing();

        assertThat(guarded.answers()).isTrue();
        assertThat(guarded.find(KEY)).isNull();
    }

    @Test
    void probesGoOnWhateverTheEngineThrows() throws Exception {
        engine.failure = () -> new IllegalStateException("a fault");
        guarded.start();
        assertThat(guarded.answers()).isFalse();

        engine.awaitPing();
        engine.failure = null;
        engine.awaitPing();

        assertThat(guarded.answers()).isTrue();
    }

    @Test
    void anEngineThatIsAwayAtTheStartIsReportedSo() {
        engine.failure = GuardedEngineTest::away;

        guarded.start();

        assertThat(guarded.answers()).isFalse();
    }

    @Test
    void aServerThatIsAwayCostsTheOthersNothing() throws Exception {
        Scripted two = new Scripted(2);
        two.down = 1;
        try (GuardedEngine each = new GuardedEngine(two, BackendObserver.NONE)) {
            for (int i = 0; i < MORE_THAN_ENOUGH; i++) {
                assertThatThrownBy(() -> each.find(KEY)).isInstanceOf(StoreUnavailableException.class);
                assertThat(each.find(ON_THE_OTHER)).isNull();
            }
        }
        assertThat(two.calls.get()).isEqualTo(5 + MORE_THAN_ENOUGH);
    }

    @Test
    void whoAsksForATimeThatWasNeverToldIsRefusedAtOnceToo() {
        failUntilOpen();
        assertThatThrownBy(() -> guarded.clock().millis()).isInstanceOf(StoreUnavailableException.class);
        assertThat(engine.timesAsked.get()).isZero();
        engine.failure = null;
        guarded.start();
        assertThat(guarded.clock().millis()).isPositive();
    }

    @Test
    void closingClosesTheEngine() {
        guarded.close();

        assertThat(engine.closed).isTrue();
    }

    /** Does what it is told to. */
    private static final class Scripted implements Engine {
        final AtomicInteger calls = new AtomicInteger();
        volatile @Nullable Supplier<RuntimeException> failure;
        volatile boolean unreadable;
        volatile @Nullable Cell found;
        volatile boolean closed;
        /** The part that does not answer. */
        volatile int down = -1;

        final AtomicInteger timesAsked = new AtomicInteger();
        private final int parts;
        private volatile CountDownLatch ping = new CountDownLatch(1);

        Scripted(int parts) {
            this.parts = parts;
        }

        /** Waits until one that begins after this is over: then the one after it begins. */
        void awaitPing() throws InterruptedException {
            CountDownLatch next = new CountDownLatch(2);
            ping = next;
            assertThat(next.await(Duration.ofSeconds(30).toMillis(), TimeUnit.MILLISECONDS))
                    .as("a ping within 30 s")
                    .isTrue();
        }

        private void obey() {
            Supplier<RuntimeException> told = failure;
            if (told != null) {
                throw told.get();
            }
        }

        private <T> T answer(T answer) {
            calls.incrementAndGet();
            obey();
            return answer;
        }

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public @Nullable Cell find(SessionKey key) throws UnreadableCellException {
            answer(key);
            if (partOf(key) == down) {
                throw away();
            }
            if (unreadable) {
                throw new UnreadableCellException("nonsense", new byte[0]);
            }
            return found;
        }

        @Override
        public Put put(@Nullable Stamp expected, Cell next) {
            return answer(Put.DONE);
        }

        @Override
        public void touch(SessionKey key, long accessedAt) {
            answer(key);
        }

        @Override
        public void touchLater(SessionKey key, long accessedAt) {
            calls.incrementAndGet();
        }

        @Override
        public void clear(Cell there) {
            answer(there);
        }

        @Override
        public void discard(SessionKey key, byte[] bytes) {
            answer(key);
        }

        @Override
        public void ping() {
            ping.countDown();
            obey();
        }

        @Override
        public InstantSource clock() {
            return () -> {
                timesAsked.incrementAndGet();
                return Instant.EPOCH.plusMillis(1);
            };
        }

        @Override
        public int parts() {
            return parts;
        }

        @Override
        public int partOf(SessionKey key) {
            return (int) key.hi() % parts;
        }

        @Override
        public Optional<Listing> listing() {
            return Optional.of((owner, after, limit) -> answer(List.of()));
        }

        @Override
        public Optional<Walk> walk() {
            return Optional.of((namespace, after, limit) -> answer(new Part(List.of(), (Page.Cursor) null)));
        }

        @Override
        public Optional<Tally> tally() {
            return Optional.of(new Tally() {
                @Override
                public Counted count(String namespace) {
                    return answer(Counted.NONE);
                }

                @Override
                public Map<String, Counted> countAll() {
                    return answer(Map.of());
                }
            });
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
