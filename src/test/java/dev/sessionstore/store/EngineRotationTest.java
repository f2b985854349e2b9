package dev.sessionstore.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Refusal;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionChange;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.TestPolicies;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rotation on an engine takes several steps, and may stop after each. */
class EngineRotationTest {
    private static final String REUSING = "reusing";
    private static final SessionKey OLD = new SessionKey(1, 1);
    private static final SessionKey NEW = new SessionKey(2, 2);
    private static final SessionKey OTHER = new SessionKey(3, 3);
    private static final int WRITES = 4;

    private final MutableClock clock = new MutableClock();
    private final MapEngine engine = new MapEngine(clock);
    private final Policies policies = policies();
    private final SessionStore store = on(engine);

    private static Policies policies() {
        NamespacePolicy all = NamespacePolicy.DEFAULT;
        NamespacePolicy reusing = TestPolicies.tombstone(Duration.ZERO);
        return new Policies(all, Map.of(REUSING, reusing));
    }

    private SessionStore on(Engine some) {
        return new EngineStore(some, policies, SessionObserver.NONE, BackendObserver.NONE);
    }

    private Session created(String namespace) {
        Session session = Session.begin(OLD, namespace, clock.millis())
                .idleSeconds(1800)
                .principal("user-42")
                .attributes(Attributes.ofCheckedJson("{\"a\":1}".getBytes(UTF_8)))
                .build();
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        return session;
    }

    private static Session under(Session session, SessionKey key) {
        return session.with().key(key).build();
    }

    private boolean isLive(SessionKey key) {
        return store.find(key) instanceof Session;
    }

    private Session crashed(String namespace, int writes, boolean done) {
        Session session = created(namespace);
        Throwable died = catchThrowable(
                () -> on(new CrashingEngine(engine, writes, done)).rotate(session, under(session, NEW), Instant.EPOCH));
        assertThat(died).isInstanceOf(StoreUnavailableException.class);
        return session;
    }

    @ParameterizedTest(name = "{0}: write {1} of a rotation, done: {2}")
    @CsvSource({
        "shop,1,false",
        "shop,1,true",
        "shop,2,false",
        "shop,2,true",
        "shop,3,false",
        "shop,3,true",
        "shop,4,false",
        "reusing,1,false",
        "reusing,1,true",
        "reusing,2,false",
        "reusing,2,true",
        "reusing,3,false",
        "reusing,3,true",
        "reusing,4,false"
    })
    void aNodeThatDiesInARotationLeavesOneLiveId(String namespace, int writes, boolean done) {
        crashed(namespace, writes, done);
        boolean moved = writes > 2 || writes == 2 && done;
        assertThat(isLive(OLD)).isEqualTo(!moved);
        assertThat(isLive(NEW)).isEqualTo(moved);
        assertThat(store.principalIndex()
                        .orElseThrow()
                        .sessionsOf(namespace, "user-42", null, 10)
                        .sessions())
                .extracting(Session::key)
                .containsExactly(moved ? NEW : OLD);
    }

    @ParameterizedTest(name = "{0}: write {1} of a rotation, done: {2}")
    @CsvSource({"shop,1,false", "shop,1,true", "shop,2,false", "reusing,1,true"})
    void aRepeatOfARotationThatDidNotHappenHappens(String namespace, int writes, boolean done) {
        Session session = crashed(namespace, writes, done);
        assertThat(store.rotate(session, under(session, NEW), Instant.EPOCH)).isEqualTo(Outcome.DONE);
        assertThat(isLive(OLD)).isFalse();
        assertThat(isLive(NEW)).isTrue();
    }

    @Test
    void anotherRotationPassesAReservationThatWasLeft() {
        Session session = crashed("shop", 1, true);
        assertThat(store.rotate(session, under(session, OTHER), Instant.EPOCH)).isEqualTo(Outcome.DONE);
        assertThat(isLive(OTHER)).isTrue();
        assertThat(store.find(NEW)).isEqualTo(Lookup.ABSENT);
        // And the key that was reserved is free for others now.
        Session new2 = Session.begin(NEW, "shop", clock.millis()).build();
        assertThat(store.create(new2)).isEqualTo(Outcome.DONE);
    }

    @Test
    void aKeyIsTakenWhileItsRotationMayStillHappen() {
        crashed("shop", 1, true);
        assertThat(store.create(Session.begin(NEW, "shop", clock.millis()).build()))
                .isEqualTo(Outcome.EXISTS);
        clock.advance(Duration.ofMinutes(35));
        Session late = Session.begin(NEW, "shop", clock.millis()).build();
        assertThat(store.create(late)).as("the old session expired").isEqualTo(Outcome.DONE);
    }

    @Test
    void aSuccessorThatIsRemovedDoesNotComeAgain() {
        // The third step done, the fourth not: the marker still carries the successor.
        crashed(REUSING, 3, true);
        Session moved = (Session) store.find(NEW);
        assertThat(store.remove(moved, Reason.DELETED)).isEqualTo(Outcome.DONE);
        engine.map.remove(NEW);
        assertThat(store.find(NEW)).isEqualTo(Lookup.ABSENT);
        assertThat(store.create(Session.begin(OLD, REUSING, clock.millis()).build()))
                .isEqualTo(Outcome.DONE);
        assertThat(store.find(NEW)).isEqualTo(Lookup.ABSENT);
    }

    @Test
    void anOldKeyThatIsUsedAgainTakesNothingFromTheSuccessorThatIsStillToCome() {
        crashed(REUSING, 2, true);
        assertThat(store.create(Session.begin(OLD, REUSING, clock.millis()).build()))
                .isEqualTo(Outcome.DONE);
        assertThat(isLive(OLD)).isTrue();
        assertThat(isLive(NEW)).isTrue();
    }

    @Test
    void theMarkerForgetsWhatItCarried() {
        Session session = created("shop");
        store.rotate(session, under(session, NEW), Instant.EPOCH);
        assertThat(new String(engine.map.get(OLD), UTF_8)).doesNotContain("{\"a\":1}");
        assertThat(store.find(OLD)).isInstanceOf(Tombstone.class);
    }

    @Test
    void aRotationTakesFourWrites() {
        Session session = created("shop");
        on(new CrashingEngine(engine, WRITES + 1, true)).rotate(session, under(session, NEW), Instant.EPOCH);
        assertThat(isLive(NEW)).isTrue();
    }

    @Test
    void twinsOfOneRotationAgree() {
        Session session = created("shop");
        Session first = under(session, NEW);
        Cell reserved = CellBody.reservation(first, OLD, clock.millis());
        assertThat(engine.put(null, reserved)).isEqualTo(Put.DONE);
        assertThat(store.rotate(session, first, Instant.EPOCH)).isEqualTo(Outcome.DONE);
        assertThat(store.rotate(session, first, Instant.EPOCH)).isEqualTo(Outcome.GONE);
        assertThat(isLive(NEW)).isTrue();
    }

    @Test
    void whoWantsAReservedIdIsRefusedAndDoesNotWait() {
        crashed("shop", 1, true);
        SessionService service = new SessionService(store, policies, 1 << 20);
        assertThatThrownBy(() -> service.create(NEW, "shop", SessionChange.NOTHING, session -> {}))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.rule()).isEqualTo(Refusal.Rule.EXISTS));
        Session other = Session.begin(OTHER, "shop", clock.millis()).build();
        assertThat(store.create(other)).isEqualTo(Outcome.DONE);
        assertThatThrownBy(() -> service.rotate(OTHER, session -> {}, session -> {}, NEW, SessionChange.NOTHING, 0))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.rule()).isEqualTo(Refusal.Rule.EXISTS));
        assertThat(isLive(OTHER)).isTrue();
    }
}
