package dev.sessionstore.store.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.Metronome;
import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.engines.TestMemcached;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With memcached stopped, killed or not there. */
@Timeout(600)
@Needs(value = "memcached", remedy = "apt-get install memcached")
class MemcachedOutageTest {
    private static final Duration TIMEOUT = Duration.ofMillis(300);
    /** Longer than a busy machine holds a call up. */
    private static final Duration PATIENT = Duration.ofSeconds(30);
    /** A machine that is busy may take longer; a call that waits for something else takes for ever. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final TestMemcached memcached = TestMemcached.start();
    private TestMemcached replacement;
    private final MemcachedEngine engine = engine(memcached.url(), PATIENT);
    /** For a memcached that does not answer: each call waits for so long. */
    private final MemcachedEngine hasty = engine(memcached.url(), TIMEOUT);

    private final Cell cell = Cells.ending(Cell.NEVER);

    private static MemcachedEngine engine(String url, Duration timeout) {
        return new MemcachedEngine(
                new MemcachedOptions(url, "s:", timeout), InstantSource.system(), null, BackendObserver.NONE);
    }

    @AfterEach
    void close() {
        engine.close();
        hasty.close();
        memcached.signal("KILL");
        if (replacement != null) {
            replacement.signal("KILL");
        }
    }

    private static void fails(ThrowingCallable call) {
        try (Metronome metronome = new Metronome()) {
            long began = System.nanoTime();
            assertThatThrownBy(call)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageNotContaining("s:");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON.plus(metronome.worstDelay()));
        }
    }

    private void everyCallFails(MemcachedEngine engine) {
        fails(() -> engine.find(cell.key()));
        fails(() -> engine.put(null, cell));
        fails(() -> engine.put(cell.stamp(), cell));
        fails(() -> engine.touch(cell.key(), 5));
        fails(() -> engine.clear(cell));
        fails(() -> engine.discard(cell.key(), new byte[0]));
        fails(engine::ping);
        engine.touchLater(cell.key(), 5);
    }

    /** Retries what a busy machine held up: the timeout is short. */
    private static <T> T answered(java.util.concurrent.Callable<T> call) throws Exception {
        while (true) {
            try {
                return call.call();
            } catch (StoreUnavailableException e) {
                if (!e.getMessage().contains("did not answer")) {
                    throw e;
                }
            }
        }
    }

    @Test
    void stoppedItFailsWithinTheTimeoutAndContinuedItAnswersAgain() throws Exception {
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        answered(() -> hasty.find(cell.key()));
        memcached.signal("STOP");
        everyCallFails(hasty);
        long threads = threads();
        everyCallFails(hasty);
        assertThat(threads()).isLessThanOrEqualTo(threads + 1);
        memcached.signal("CONT");
        assertThat(answered(() -> hasty.find(cell.key()))).isNotNull();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("emcached") || name.contains("Reactor"))
                .count();
    }

    @Test
    void killedItFailsAtOnceAndTheFirstCallAfterItsReturnIsAnswered() throws Exception {
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        memcached.signal("KILL");
        everyCallFails(engine);
        replacement = memcached.startAgain();
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        engine.ping();
    }

    @Test
    void neverReachedItFailsAndWhenItComesItAnswers() {
        fails(() -> {
            try (MemcachedEngine nowhere = engine("memcached://name.invalid:1", TIMEOUT)) {
                nowhere.ping();
            }
        });
        String unused = "memcached://127.0.0.1:" + TestMemcached.freePort();
        fails(() -> {
            try (MemcachedEngine nowhere = engine(unused, TIMEOUT)) {
                nowhere.find(cell.key());
            }
        });
    }

    @Test
    void aServerThatIsDownKeepsItsSessionsAndTheOthersGoOn() throws Exception {
        replacement = TestMemcached.start();
        String both = memcached.url() + "," + replacement.url().substring("memcached://".length());
        try (MemcachedEngine sharded = engine(both, PATIENT)) {
            SessionKey here = key(both, 1);
            SessionKey there = key(both, 0);
            memcached.signal("KILL");
            assertThat(sharded.put(null, Cells.ending(here, 1, Cell.NEVER, new byte[1])))
                    .isEqualTo(Put.DONE);
            fails(() -> sharded.put(null, Cells.ending(there, 1, Cell.NEVER, new byte[1])));
            fails(() -> sharded.find(there));
            sharded.ping();
        }
    }

    private static SessionKey key(String url, int server) {
        Ring ring = new Ring(Addresses.of(url));
        return Stream.generate(Cells::newKey)
                .filter(key -> ring.serverOf("s:" + key.handle()) == server)
                .findFirst()
                .orElseThrow();
    }
}
