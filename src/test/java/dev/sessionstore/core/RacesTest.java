package dev.sessionstore.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.store.memory.MemoryOptions;
import dev.sessionstore.store.memory.MemoryStore;
import dev.sessionstore.testing.MutableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The rules under parallel calls. */
class RacesTest {
    private static final int THREADS = 8;
    private static final Consumer<Session> ANY = session -> {};

    private final MutableClock clock = new MutableClock();
    private final MemoryStore store = new MemoryStore(
            new MemoryOptions(0, 1 << 28, MemoryOptions.WhenFull.REJECT),
            Policies.allDefault(),
            clock,
            SessionObserver.NONE);
    private final SessionService service = new SessionService(store, Policies.allDefault(), 1 << 18);
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void close() {
        threads.shutdownNow();
        store.close();
    }

    private static SessionKey newKey() {
        return KeyHash.plain().keyOf("shop", SessionId.generate());
    }

    private static SessionChange principal(String name) {
        SessionChange none = SessionChange.NOTHING;
        return new SessionChange(
                current -> name, none.label(), none.binding(), null, null, null, null, none.attributes());
    }

    private SessionKey created(String principal) {
        SessionKey key = newKey();
        service.create(key, "shop", principal(principal), ANY);
        return key;
    }

    /** Appends to the object, as a patch of an attribute of its own. */
    private static SessionChange adding(String name) {
        return SessionChange.ofAttributes(current -> {
            String text = new String(current.json(), StandardCharsets.UTF_8);
            String separator = text.equals("{}") ? "" : ",";
            String next = text.substring(0, text.length() - 1) + separator + '"' + name + "\":1}";
            return Attributes.ofCheckedJson(next.getBytes(StandardCharsets.UTF_8));
        });
    }

    private <T> List<T> allAtOnce(List<Callable<T>> calls) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<T>> futures = new ArrayList<>();
        for (Callable<T> call : calls) {
            futures.add(threads.submit(() -> {
                start.await();
                return call.call();
            }));
        }
        start.countDown();
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }

    @RepeatedTest(5)
    void parallelChangesOfDifferentAttributesAllSurvive() throws Exception {
        SessionKey key = created("p");
        List<Callable<Session>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String name = "a" + i;
            calls.add(() -> service.change(key, ANY, adding(name)));
        }
        allAtOnce(calls);

        Session session = service.look(key);
        String json = new String(session.attributes().json(), StandardCharsets.UTF_8);
        for (int i = 0; i < 200; i++) {
            assertThat(json).contains("\"a" + i + "\":1");
        }
        assertThat(session.version()).isEqualTo(201);
    }

    @RepeatedTest(20)
    void ofManyWritersWithOneExpectedVersionOneWins() throws Exception {
        SessionKey key = created("p");
        Consumer<Session> versionOne = session -> {
            if (session.version() != 1) {
                throw Refusal.of(Refusal.Rule.VERSION_MISMATCH, "another version", session);
            }
        };
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String name = "a" + i;
            calls.add(() -> {
                try {
                    service.change(key, versionOne, adding(name));
                    return true;
                } catch (Refusal refused) {
                    return false;
                }
            });
        }
        assertThat(allAtOnce(calls).stream().filter(won -> won)).hasSize(1);
        assertThat(service.look(key).version()).isEqualTo(2);
    }

    @RepeatedTest(20)
    void noLateWriteRevivesADeletedSession() throws Exception {
        SessionKey key = created("p");
        List<Callable<Boolean>> calls = new ArrayList<>();
        calls.add(() -> {
            service.remove(key, ANY, Reason.DELETED);
            return true;
        });
        for (int i = 1; i < THREADS; i++) {
            String name = "a" + i;
            calls.add(() -> {
                try {
                    for (int n = 0; n < 50; n++) {
                        service.change(key, ANY, adding(name + n));
                    }
                    return true;
                } catch (Refusal gone) {
                    return false;
                }
            });
        }
        allAtOnce(calls);

        assertThat(service.find(key)).isInstanceOf(Tombstone.class);
    }

    @Test
    void revokeAllLeavesNothingThatBeganBeforeItHoweverItIsRotatedAndPatched() throws Exception {
        for (int round = 0; round < 30; round++) {
            String victim = "victim-" + round;
            List<AtomicReference<SessionKey>> sessions = new ArrayList<>();
            for (int i = 0; i < THREADS - 1; i++) {
                sessions.add(new AtomicReference<>(created(victim)));
            }
            AtomicBoolean stop = new AtomicBoolean();
            List<Callable<Long>> calls = new ArrayList<>();
            for (AtomicReference<SessionKey> session : sessions) {
                calls.add(() -> restlessly(session, stop));
            }
            calls.add(() -> {
                long revoked = service.revokeAll("shop", victim, null);
                stop.set(true);
                return revoked;
            });
            List<Long> results = allAtOnce(calls);

            assertThat(results.get(THREADS - 1)).isEqualTo(THREADS - 1);
            assertThat(service.sessionsOf("shop", victim, null, 100).sessions()).isEmpty();
            for (AtomicReference<SessionKey> session : sessions) {
                assertThat(service.find(session.get())).isNotInstanceOf(Session.class);
            }
        }
    }

    /** Nodes know the time of their engine to half a round trip, which may be long where one is held up. */
    @Test
    void revokeAllTakesWhatANodeBeganWhoseClockIsAhead() {
        SessionKey earlier = created("victim");
        clock.advance(Duration.ofSeconds(1));
        SessionKey ahead = created("victim");
        clock.advance(Duration.ofSeconds(-1));

        assertThat(service.revokeAll("shop", "victim", null)).isEqualTo(2);
        assertThat(service.find(earlier)).isNotInstanceOf(Session.class);
        assertThat(service.find(ahead)).isNotInstanceOf(Session.class);
    }

    @Test
    void revokeNamespaceTakesWhatANodeBeganWhoseClockIsAhead() {
        SessionKey ahead = created("victim");
        clock.advance(Duration.ofSeconds(-1));

        assertThat(service.revokeNamespace("shop")).isEqualTo(1);
        assertThat(service.find(ahead)).isNotInstanceOf(Session.class);
    }

    /** Rotates and patches a session until it is gone; answers how often. */
    private long restlessly(AtomicReference<SessionKey> session, AtomicBoolean stop) {
        long times = 0;
        try {
            while (!stop.get() && times < 500) {
                SessionKey next = newKey();
                service.rotate(session.get(), ANY, ANY, next, adding("r" + times), 0);
                session.set(next);
                service.change(next, ANY, adding("c" + times));
                times++;
            }
        } catch (Refusal gone) {
            assertThat(gone.reason()).isEqualTo(Reason.REVOKED);
        }
        return times;
    }
}
