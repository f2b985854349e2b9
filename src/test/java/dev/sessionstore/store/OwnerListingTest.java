package dev.sessionstore.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.testing.MutableClock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine may read an owner's keys and then their cells; sessions are rotated in between and meanwhile. */
class OwnerListingTest {
    private static final SessionKey FIRST = new SessionKey(1, 1);
    private static final SessionKey SECOND = new SessionKey(2, 2);

    private final MutableClock clock = new MutableClock();
    private final MapEngine engine = new MapEngine(clock);
    private final Policies policies = Policies.allDefault();
    private final SessionStore store = on(engine);

    private SessionStore on(Engine some) {
        return new EngineStore(some, policies, SessionObserver.NONE, BackendObserver.NONE);
    }

    private Session created(SessionKey key) {
        Session session = Session.begin(key, "shop", clock.millis())
                .idleSeconds(1800)
                .principal("user-42")
                .build();
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        return session;
    }

    private Session rotated(Session session, SessionKey to) {
        Session next = session.with().key(to).build();
        assertThat(store.rotate(session, next, Instant.EPOCH)).isEqualTo(Outcome.DONE);
        return next;
    }

    /** What is shown where the engine found this cell. */
    private List<SessionKey> shownFor(Cell found) {
        OwnerListing listing = new OwnerListing(
                (owner, after, limit) -> after == null ? List.of(found) : List.of(),
                new Cells(engine, policies, BackendObserver.NONE));
        return listing.sessionsOf("shop", "user-42", Shown.HELD, null, 10).sessions().stream()
                .map(Session::key)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 11, 12, 13, 14, 15, 16, 17})
    void aSessionThatMovedToAKeyThatTheEngineDidNotReadIsShown(long to) throws Exception {
        Session moved = rotated(created(FIRST), new SessionKey(to, to));

        assertThat(shownFor(engine.find(FIRST))).containsExactly(moved.key());
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 11, 12, 13, 14, 15, 16, 17})
    void aSessionThatMovedOnFromAReservedKeyIsShown(long to) throws Exception {
        Session session = created(FIRST);
        SessionStore dying = on(new CrashingEngine(engine, 1, true));
        Session next = session.with().key(SECOND).build();
        assertThat(catchThrowable(() -> dying.rotate(session, next, Instant.EPOCH)))
                .isInstanceOf(StoreUnavailableException.class);
        Cell reserved = engine.find(SECOND);

        Session moved = rotated(rotated(session, SECOND), new SessionKey(to, to));

        assertThat(shownFor(reserved)).containsExactly(moved.key());
    }

    /** The chain is followed while the session goes on: a link that was reserved may be left when it is looked at. */
    @Test
    void aSessionThatMovesOnWhileItIsFollowedIsShown() throws Exception {
        Session session = created(FIRST);
        Session next = session.with().key(SECOND).build();
        SessionStore dying = on(new CrashingEngine(engine, 2, true));
        assertThat(catchThrowable(() -> dying.rotate(session, next, Instant.EPOCH)))
                .isInstanceOf(StoreUnavailableException.class);
        SessionKey third = new SessionKey(3, 3);
        engine.afterFindOf(SECOND, () -> rotated((Session) store.find(SECOND), third));

        assertThat(shownFor(engine.find(FIRST))).containsExactly(third);
    }
}
