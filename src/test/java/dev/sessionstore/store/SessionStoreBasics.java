package dev.sessionstore.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.TestPolicies;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every backend promises. A backend's test says how to make an empty store. One that lists, scans and counts extends
 * {@link SessionStoreContract}, one that does not count {@link SessionStoreListings}, any other this class.
 *
 * <p>A store whose engine keeps the time cannot be given a clock: it overrides {@link #canMoveTime} and is spared the
 * cases that need another time than now.
 */
public abstract class SessionStoreBasics {
    protected static final String SHOP = "shop";
    protected static final String REUSING = "reusing";
    protected static final String HOSTED = "hosted";
    static final Instant NO_GRACE = Instant.EPOCH;
    static final Duration HELD = Duration.ofHours(1);
    static final int THREADS = 4;

    private static final KeyHash HASH = KeyHash.plain();

    protected final MutableClock clock = new MutableClock();
    protected SessionStore store;

    ExecutorService threads;

    /** An empty store that keeps time by the clock, if it {@link #canMoveTime}. */
    protected abstract SessionStore newStore(Policies policies, MutableClock clock);

    protected boolean canMoveTime() {
        return true;
    }

    /** How many repetitions a race gets; an engine behind a network gets fewer. */
    protected int repetitions() {
        return 2000;
    }

    /**
     * The defaults, but for {@link #REUSING}, which keeps no tombstones, and {@link #HOSTED}, where expiry is advisory and
     * an expired session is held for an hour.
     */
    protected static Policies policies() {
        NamespacePolicy defaults = NamespacePolicy.DEFAULT;
        NamespacePolicy reusing = TestPolicies.tombstone(Duration.ZERO);
        NamespacePolicy hosted = TestPolicies.advisory(HELD);
        return new Policies(defaults, Map.of(REUSING, reusing, HOSTED, hosted));
    }

    @BeforeEach
    void open() {
        store = newStore(policies(), clock);
        threads = Executors.newFixedThreadPool(THREADS + 1);
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        store.close();
    }

    // --- values

    protected static SessionKey newKey() {
        return HASH.keyOf(SHOP, SessionId.generate());
    }

    protected Session.Builder begin() {
        return beginIn(SHOP);
    }

    protected Session.Builder beginIn(String namespace) {
        return Session.begin(newKey(), namespace, store.clock().millis()).idleSeconds(1800);
    }

    protected static Attributes json(String object) {
        return Attributes.ofCheckedJson(object.getBytes(UTF_8));
    }

    protected Session created(Session.Builder session) {
        Session built = session.build();
        assertThat(store.create(built)).isEqualTo(Outcome.DONE);
        return built;
    }

    protected static Session next(Session session, String attributes) {
        return session.with()
                .version(session.version() + 1)
                .attributes(json(attributes))
                .build();
    }

    protected static Session under(Session session, SessionKey key) {
        return session.with().key(key).build();
    }

    protected Session live(SessionKey key) {
        Lookup found = store.find(key);
        assertThat(found).isInstanceOf(Session.class);
        return (Session) found;
    }

    protected Tombstone gone(SessionKey key) {
        Lookup found = store.find(key);
        assertThat(found).isInstanceOf(Tombstone.class);
        return (Tombstone) found;
    }

    boolean isLive(SessionKey key) {
        return store.find(key) instanceof Session;
    }

    void movesTime() {
        assumeTrue(canMoveTime(), "the engine keeps the time");
    }

    // --- create and find

    @Test
    void aKeyNeverSeenIsAbsent() {
        assertThat(store.find(newKey())).isEqualTo(Lookup.ABSENT);
    }

    @Test
    void whatWasCreatedIsFoundWithEveryField() {
        Session session = created(begin().principal("user-42")
                .label("Firefox on Linux \u2603")
                .binding(new byte[] {1, -2, 3})
                .attributes(json("{\"price\":1.10,\"name\":\"\u00e9\u2603\"}"))
                .absoluteSeconds(3_155_760_000L)
                .endsAt(store.clock().millis() + 3_600_000)
                .permanent(true));
        Session found = live(session.key());
        assertThat(found).usingRecursiveComparison().isEqualTo(session);
        assertThat(found.absoluteSeconds()).isEqualTo(3_155_760_000L);
    }

    @Test
    void aSessionWithoutOptionalFieldsIsFoundWithoutThem() {
        Session session = created(Session.begin(newKey(), SHOP, store.clock().millis()));
        assertThat(live(session.key())).usingRecursiveComparison().isEqualTo(session);
        assertThat(live(session.key()).expiresAt()).isEqualTo(Session.NEVER);
    }

    @Test
    void creationOverALiveSessionLeavesItAlone() {
        Session session = created(begin());
        Session other =
                Session.begin(session.key(), SHOP, store.clock().millis()).build();
        assertThat(store.create(other)).isEqualTo(Outcome.EXISTS);
        assertThat(live(session.key()).incarnation()).isEqualTo(session.incarnation());
    }

    @Test
    void creationOverATombstoneRevivesNothing() {
        Session session = created(begin());
        store.remove(session, Reason.DELETED);
        assertThat(store.create(under(begin().build(), session.key()))).isEqualTo(Outcome.GONE);
        assertThat(gone(session.key()).reason()).isEqualTo(Reason.DELETED);
    }

    @Test
    void creationSucceedsOnceTheTombstoneIsForgotten() {
        movesTime();
        Session session = created(begin());
        store.remove(session, Reason.DELETED);
        clock.advance(Duration.ofSeconds(300).minusMillis(1));
        assertThat(store.create(under(begin().build(), session.key()))).isEqualTo(Outcome.GONE);
        clock.advance(Duration.ofMillis(1));
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
        assertThat(store.create(under(begin().build(), session.key()))).isEqualTo(Outcome.DONE);
        assertThat(isLive(session.key())).isTrue();
    }

    @Test
    void creationOverAnExpiredSessionWaitsForItsTombstoneTime() {
        movesTime();
        Session session = created(begin());
        clock.advance(Duration.ofSeconds(1800));
        assertThat(store.create(under(begin().build(), session.key()))).isEqualTo(Outcome.GONE);
        clock.advance(Duration.ofSeconds(300));
        assertThat(store.create(under(begin().build(), session.key()))).isEqualTo(Outcome.DONE);
    }

    @Test
    void withoutTombstoneTimeAKeyIsFreeAtOnce() {
        Session session = created(beginIn(REUSING));
        assertThat(store.remove(session, Reason.DELETED)).isEqualTo(Outcome.DONE);
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
        assertThat(store.replace(session, next(session, "{\"late\":1}"))).isEqualTo(Outcome.ABSENT);
        assertThat(store.create(under(beginIn(REUSING).build(), session.key()))).isEqualTo(Outcome.DONE);
    }

    @Test
    void withoutTombstoneTimeAnExpiredKeyIsFreeAtOnce() {
        movesTime();
        Session session = created(beginIn(REUSING));
        clock.advance(Duration.ofSeconds(1800));
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
        assertThat(store.create(under(beginIn(REUSING).build(), session.key()))).isEqualTo(Outcome.DONE);
    }

    // --- replace

    @Test
    void replaceStoresTheNextVersion() {
        Session session = created(begin());
        assertThat(store.replace(session, next(session, "{\"a\":1}"))).isEqualTo(Outcome.DONE);
        Session found = live(session.key());
        assertThat(found.version()).isEqualTo(2);
        assertThat(found.attributes()).isEqualTo(json("{\"a\":1}"));
    }

    @Test
    void replaceOfAnOldVersionChangesNothing() {
        Session session = created(begin());
        store.replace(session, next(session, "{\"first\":1}"));
        assertThat(store.replace(session, next(session, "{\"second\":1}"))).isEqualTo(Outcome.CHANGED);
        assertThat(live(session.key()).attributes()).isEqualTo(json("{\"first\":1}"));
    }

    @Test
    void replaceOfAnotherSessionThatHadTheSameKeyChangesNothing() {
        Session first = created(beginIn(REUSING));
        store.remove(first, Reason.DELETED);
        Session second = under(beginIn(REUSING).build(), first.key());
        store.create(second);
        assertThat(store.replace(first, next(first, "{\"late\":1}"))).isEqualTo(Outcome.CHANGED);
        assertThat(store.remove(first, Reason.DELETED)).isEqualTo(Outcome.CHANGED);
        assertThat(live(first.key()).incarnation()).isEqualTo(second.incarnation());
    }

    @Test
    void replaceOfWhatNeverWasIsAbsent() {
        Session session = begin().build();
        assertThat(store.replace(session, next(session, "{}"))).isEqualTo(Outcome.ABSENT);
        assertThat(store.remove(session, Reason.DELETED)).isEqualTo(Outcome.ABSENT);
        assertThat(store.rotate(session, under(session, newKey()), NO_GRACE)).isEqualTo(Outcome.ABSENT);
    }

    @Test
    void noWriteRevivesARemovedSession() {
        Session session = created(begin());
        store.remove(session, Reason.REVOKED);
        assertThat(store.replace(session, next(session, "{}"))).isEqualTo(Outcome.GONE);
        assertThat(store.remove(session, Reason.DELETED)).isEqualTo(Outcome.GONE);
        assertThat(store.rotate(session, under(session, newKey()), NO_GRACE)).isEqualTo(Outcome.GONE);
        store.touch(session.key(), store.clock().instant().plusSeconds(1));
        assertThat(gone(session.key()).reason()).isEqualTo(Reason.REVOKED);
    }

    @Test
    void noWriteRevivesAnExpiredSession() {
        movesTime();
        Session session = created(begin());
        clock.advance(Duration.ofSeconds(1800));
        store.touch(session.key(), clock.instant());
        assertThat(store.replace(session, next(session, "{}").accessed(clock.millis())))
                .isEqualTo(Outcome.GONE);
        assertThat(store.remove(session, Reason.DELETED)).isEqualTo(Outcome.GONE);
        assertThat(store.rotate(session, under(session, newKey()), NO_GRACE)).isEqualTo(Outcome.GONE);
        assertThat(gone(session.key()).reason()).isEqualTo(Reason.EXPIRED);
    }

    @Test
    void replaceKeepsTheLaterAccess() {
        Session session = created(begin());
        long later = session.lastAccessedAt() + 5_000;
        store.touch(session.key(), Instant.ofEpochMilli(later));
        assertThat(store.replace(session, next(session, "{\"a\":1}"))).isEqualTo(Outcome.DONE);
        assertThat(live(session.key()).lastAccessedAt()).isEqualTo(later);

        Session held = live(session.key());
        assertThat(store.replace(held, next(held, "{\"a\":2}").accessed(later + 1)))
                .isEqualTo(Outcome.DONE);
        assertThat(live(session.key()).lastAccessedAt()).isEqualTo(later + 1);
    }

    // --- remove

    @Test
    void aRemovedSessionLeavesATombstoneWithItsReason() {
        Session session = created(begin());
        long before = store.clock().millis();
        assertThat(store.remove(session, Reason.REVOKED)).isEqualTo(Outcome.DONE);
        Tombstone tombstone = gone(session.key());
        assertThat(tombstone.reason()).isEqualTo(Reason.REVOKED);
        assertThat(tombstone.namespace()).isEqualTo(SHOP);
        assertThat(tombstone.key()).isEqualTo(session.key());
        assertThat(tombstone.goneAt()).isBetween(before, store.clock().millis());
        assertThat(tombstone.keepUntil()).isEqualTo(tombstone.goneAt() + 300_000);
    }

    @Test
    void removeOfAnOldVersionLeavesTheSessionAlone() {
        Session session = created(begin());
        store.replace(session, next(session, "{}"));
        assertThat(store.remove(session, Reason.DELETED)).isEqualTo(Outcome.CHANGED);
        assertThat(isLive(session.key())).isTrue();
    }

    @Test
    void aTouchIsNoReasonToRefuseAWrite() {
        Session session = created(begin());
        store.touch(session.key(), Instant.ofEpochMilli(session.lastAccessedAt() + 1));
        assertThat(store.remove(session, Reason.DELETED)).isEqualTo(Outcome.DONE);
    }

    // --- touch

    @Test
    void touchRecordsTheAccessAndLeavesTheVersion() {
        Session session = created(begin());
        long later = session.lastAccessedAt() + 7_000;
        store.touch(session.key(), Instant.ofEpochMilli(later));
        Session found = live(session.key());
        assertThat(found.lastAccessedAt()).isEqualTo(later);
        assertThat(found.isSameVersionAs(session)).isTrue();
    }

    @Test
    void touchNeverGoesBack() {
        Session session = created(begin());
        long last = session.lastAccessedAt();
        store.touch(session.key(), Instant.ofEpochMilli(last - 7_000));
        assertThat(live(session.key()).lastAccessedAt()).isEqualTo(last);
    }

    @Test
    void touchOfNothingMakesNothing() {
        SessionKey key = newKey();
        store.touch(key, store.clock().instant());
        assertThat(store.find(key)).isEqualTo(Lookup.ABSENT);
    }

    // --- expiry

    @Test
    void aSessionIsGoneAtTheVeryInstantOfItsEnd() {
        movesTime();
        Session session = created(begin());
        clock.advance(Duration.ofSeconds(1800).minusMillis(1));
        assertThat(isLive(session.key())).isTrue();
        clock.advance(Duration.ofMillis(1));
        Tombstone tombstone = gone(session.key());
        assertThat(tombstone.reason()).isEqualTo(Reason.EXPIRED);
        assertThat(tombstone.goneAt()).isEqualTo(session.expiresAt());
        clock.advance(Duration.ofSeconds(300).minusMillis(1));
        gone(session.key());
        clock.advance(Duration.ofMillis(1));
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
    }

    @Test
    void touchSlidesTheEnd() {
        movesTime();
        Session session = created(begin());
        clock.advance(Duration.ofSeconds(1799));
        store.touch(session.key(), clock.instant());
        clock.advance(Duration.ofSeconds(1799));
        assertThat(isLive(session.key())).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(isLive(session.key())).isFalse();
    }

    @Test
    void theAbsoluteTimeoutEndsASessionInUse() {
        movesTime();
        Session session = created(begin().absoluteSeconds(3600));
        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofSeconds(1199));
            store.touch(session.key(), clock.instant());
        }
        assertThat(isLive(session.key())).isTrue();
        clock.advance(Duration.ofSeconds(3));
        assertThat(isLive(session.key())).isFalse();
    }

    @Test
    void anEarlierEndGivenLaterCounts() {
        movesTime();
        Session session = created(begin());
        Session ending =
                session.with().version(2).endsAt(clock.millis() + 10_000).build();
        assertThat(store.replace(session, ending)).isEqualTo(Outcome.DONE);
        clock.advance(Duration.ofSeconds(10));
        assertThat(gone(session.key()).reason()).isEqualTo(Reason.EXPIRED);
    }

    @Test
    void aSessionWithoutTimeoutsLivesOn() {
        movesTime();
        Session session = created(begin().idleSeconds(0));
        clock.advance(Duration.ofDays(3650));
        assertThat(isLive(session.key())).isTrue();
    }

    // --- rotate

    @Test
    void rotationMovesTheSession() {
        Session session = created(begin().principal("user-42").attributes(json("{\"a\":1}")));
        SessionKey key = newKey();
        assertThat(store.rotate(session, under(session, key), NO_GRACE)).isEqualTo(Outcome.DONE);
        Session found = live(key);
        assertThat(found.attributes()).isEqualTo(json("{\"a\":1}"));
        assertThat(found.version()).isEqualTo(session.version());
        assertThat(found.incarnation()).isEqualTo(session.incarnation());
        Tombstone tombstone = gone(session.key());
        assertThat(tombstone.reason()).isEqualTo(Reason.ROTATED);
        assertThat(tombstone.rotation().successor()).isEqualTo(key);
    }

    @Test
    void rotationWithGraceKeepsTheSessionAsItWas() {
        Session session = created(begin().attributes(json("{\"a\":1}")));
        Instant graceUntil = store.clock().instant().plusSeconds(30);
        Session changed = under(next(session, "{\"a\":2}"), newKey());
        assertThat(store.rotate(session, changed, graceUntil)).isEqualTo(Outcome.DONE);
        Tombstone.Rotation rotation = gone(session.key()).rotation();
        assertThat(rotation.graceUntil()).isEqualTo(graceUntil.toEpochMilli());
        assertThat(rotation.before()).usingRecursiveComparison().isEqualTo(session);
        assertThat(rotation.isInGrace(store.clock().millis())).isTrue();
        assertThat(live(changed.key()).attributes()).isEqualTo(json("{\"a\":2}"));
    }

    @Test
    void rotationWithoutGraceKeepsNoAttributes() {
        Session session = created(begin().attributes(json("{\"secret\":1}")));
        store.rotate(session, under(session, newKey()), NO_GRACE);
        Tombstone.Rotation rotation = gone(session.key()).rotation();
        assertThat(rotation.before().attributes()).isEqualTo(Attributes.NONE);
        assertThat(rotation.isInGrace(store.clock().millis())).isFalse();
    }

    @Test
    void aGraceOutlivesTheTombstoneTime() {
        movesTime();
        Session session = created(beginIn(REUSING));
        store.rotate(session, under(session, newKey()), clock.instant().plusSeconds(30));
        clock.advance(Duration.ofSeconds(30).minusMillis(1));
        assertThat(gone(session.key()).rotation()).isNotNull();
        clock.advance(Duration.ofMillis(1));
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
    }

    @Test
    void rotationToATakenKeyChangesNothing() {
        Session session = created(begin());
        Session other = created(begin());
        assertThat(store.rotate(session, under(session, other.key()), NO_GRACE)).isEqualTo(Outcome.EXISTS);
        assertThat(live(session.key()).incarnation()).isEqualTo(session.incarnation());
        assertThat(live(other.key()).incarnation()).isEqualTo(other.incarnation());
    }

    @Test
    void rotationToAKeyThatIsGoneChangesNothing() {
        Session session = created(begin());
        Session other = created(begin());
        store.remove(other, Reason.DELETED);
        assertThat(store.rotate(session, under(session, other.key()), NO_GRACE)).isEqualTo(Outcome.EXISTS);
        assertThat(isLive(session.key())).isTrue();
        assertThat(gone(other.key()).reason()).isEqualTo(Reason.DELETED);
    }

    @Test
    void rotationOfAnOldVersionChangesNothing() {
        Session session = created(begin());
        store.replace(session, next(session, "{}"));
        SessionKey key = newKey();
        assertThat(store.rotate(session, under(session, key), NO_GRACE)).isEqualTo(Outcome.CHANGED);
        assertThat(isLive(session.key())).isTrue();
        assertThat(store.find(key)).isEqualTo(Lookup.ABSENT);
    }

    @Test
    void rotationKeepsTheLaterAccess() {
        Session session = created(begin());
        long later = session.lastAccessedAt() + 5_000;
        store.touch(session.key(), Instant.ofEpochMilli(later));
        Session moved = under(session, newKey());
        assertThat(store.rotate(session, moved, NO_GRACE)).isEqualTo(Outcome.DONE);
        assertThat(live(moved.key()).lastAccessedAt()).isEqualTo(later);
    }

    @Test
    void aSecondRotationOfTheOldKeyIsGone() {
        Session session = created(begin());
        store.rotate(session, under(session, newKey()), NO_GRACE);
        assertThat(store.rotate(session, under(session, newKey()), NO_GRACE)).isEqualTo(Outcome.GONE);
    }

    @Test
    void aRotatedSessionRotatesAgain() {
        Session first = created(begin());
        Session second = under(first, newKey());
        Session third = under(first, newKey());
        assertThat(store.rotate(first, second, NO_GRACE)).isEqualTo(Outcome.DONE);
        assertThat(store.rotate(second, third, NO_GRACE)).isEqualTo(Outcome.DONE);
        assertThat(isLive(third.key())).isTrue();
        assertThat(gone(second.key()).rotation().order())
                .isGreaterThanOrEqualTo(gone(first.key()).rotation().order());
    }

    // --- advisory expiry

    Session expiredButHeld(Session.Builder session) {
        movesTime();
        Session built = created(session);
        clock.advance(Duration.ofSeconds(1800));
        return built;
    }

    @Test
    void whereExpiryIsAdvisoryAnExpiredSessionIsHeldUntilItIsAnOrphan() {
        Session session = expiredButHeld(beginIn(HOSTED).attributes(json("{\"a\":1}")));
        assertThat(live(session.key())).usingRecursiveComparison().isEqualTo(session);
        assertThat(store.create(under(beginIn(HOSTED).build(), session.key()))).isEqualTo(Outcome.EXISTS);
        clock.advance(HELD.minusMillis(1));
        assertThat(isLive(session.key())).isTrue();
        clock.advance(Duration.ofMillis(1));
        Tombstone tombstone = gone(session.key());
        assertThat(tombstone.reason()).isEqualTo(Reason.EXPIRED);
        assertThat(tombstone.goneAt())
                .isEqualTo(session.expiresAt() + HELD.toMillis())
                .isEqualTo(clock.millis());
        store.touch(session.key(), clock.instant());
        assertThat(store.replace(session, next(session, "{}").accessed(clock.millis())))
                .isEqualTo(Outcome.GONE);
        clock.advance(Duration.ofSeconds(300));
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
    }

    @Test
    void whereExpiryIsAdvisoryTouchRevives() {
        Session session = expiredButHeld(beginIn(HOSTED));
        store.touch(session.key(), clock.instant());
        assertThat(live(session.key()).isExpired(clock.millis())).isFalse();
        clock.advance(Duration.ofSeconds(1800).plus(HELD).minusMillis(1));
        assertThat(isLive(session.key())).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(isLive(session.key())).isFalse();
    }

    @Test
    void whereExpiryIsAdvisoryAnExpiredSessionIsWrittenLikeALiveOne() {
        Session session = expiredButHeld(beginIn(HOSTED));
        assertThat(store.replace(session, next(session, "{\"a\":1}"))).isEqualTo(Outcome.DONE);
        Session held = live(session.key());
        assertThat(held.attributes()).isEqualTo(json("{\"a\":1}"));
        assertThat(held.isExpired(clock.millis())).isTrue();
        assertThat(store.replace(held, next(held, "{\"a\":2}").accessed(clock.millis())))
                .isEqualTo(Outcome.DONE);
        assertThat(live(session.key()).isExpired(clock.millis())).isFalse();
    }

    @Test
    void whereExpiryIsAdvisoryAnEndInThePastIsAnEnd() {
        Session session = created(beginIn(HOSTED).endsAt(store.clock().millis() - 1000));
        assertThat(live(session.key()).expiresAt()).isEqualTo(session.endsAt());
    }

    @Test
    void whereExpiryIsAdvisoryAnExpiredSessionIsRemovedForGood() {
        Session session = expiredButHeld(beginIn(HOSTED).principal("user-42"));
        assertThat(store.remove(session, Reason.REVOKED)).isEqualTo(Outcome.DONE);
        assertThat(gone(session.key()).reason()).isEqualTo(Reason.REVOKED);
    }

    @Test
    void whereExpiryIsAdvisoryAnExpiredSessionRotates() {
        Session session = expiredButHeld(beginIn(HOSTED).principal("user-42"));
        Session moved = under(session, newKey());
        assertThat(store.rotate(session, moved, NO_GRACE)).isEqualTo(Outcome.DONE);
        assertThat(live(moved.key()).expiresAt()).isEqualTo(session.expiresAt());
        assertThat(gone(session.key()).reason()).isEqualTo(Reason.ROTATED);
        clock.advance(HELD);
        assertThat(gone(moved.key()).reason()).isEqualTo(Reason.EXPIRED);
    }

    // --- races

    void inParallel(int writers, Callable<?> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(writers);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            running.add(threads.submit(() -> {
                start.await();
                return work.call();
            }));
        }
        for (Future<?> each : running) {
            each.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void ofManyCreatorsOneWins() throws Exception {
        for (int i = 0; i < repetitions() / 10; i++) {
            SessionKey key = newKey();
            AtomicInteger winners = new AtomicInteger();
            inParallel(THREADS, () -> {
                if (store.create(under(begin().build(), key)) == Outcome.DONE) {
                    winners.incrementAndGet();
                }
                return null;
            });
            assertThat(winners).hasValue(1);
        }
    }

    @Test
    void parallelReplaceLoopsLoseNothing() throws Exception {
        Session session = created(begin().attributes(json("{\"n\":0}")));
        int each = repetitions() / 4;
        inParallel(THREADS, () -> {
            for (int i = 0; i < each; i++) {
                Session held;
                do {
                    held = live(session.key());
                    store.touch(session.key(), Instant.ofEpochMilli(held.lastAccessedAt() + 1));
                } while (store.replace(held, next(held, "{\"n\":" + held.version() + "}")) != Outcome.DONE);
            }
            return null;
        });
        assertThat(live(session.key()).version()).isEqualTo(1 + (long) THREADS * each);
        assertThat(live(session.key()).attributes()).isEqualTo(json("{\"n\":" + THREADS * each + "}"));
    }

    @Test
    void ofRotateRemoveAndReplaceOfOneVersionOneWins() throws Exception {
        for (int i = 0; i < repetitions() / 10; i++) {
            Session session = created(begin());
            SessionKey key = newKey();
            AtomicInteger winners = new AtomicInteger();
            AtomicInteger turn = new AtomicInteger();
            inParallel(THREADS, () -> {
                Outcome outcome =
                        switch (turn.getAndIncrement()) {
                            case 0 -> store.rotate(session, under(session, key), NO_GRACE);
                            case 1 -> store.remove(session, Reason.DELETED);
                            case 2 -> store.rotate(session, under(session, newKey()), NO_GRACE);
                            default -> store.replace(session, next(session, "{\"a\":1}"));
                        };
                if (outcome == Outcome.DONE) {
                    winners.incrementAndGet();
                } else {
                    assertThat(outcome).isIn(Outcome.CHANGED, Outcome.GONE);
                }
                return null;
            });
            assertThat(winners).hasValue(1);
        }
    }

    @Test
    void nobodySeesTwoLiveIdsNorNoneDuringRotations() throws Exception {
        List<Session> chain = new ArrayList<>();
        Session first = created(begin());
        chain.add(first);
        for (int i = 0; i < repetitions(); i++) {
            chain.add(under(first, newKey()));
        }
        AtomicInteger at = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<?>> polling = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            polling.add(threads.submit(() -> {
                while (!stop.get()) {
                    int here = Math.min(at.get(), chain.size() - 2);
                    SessionKey older = chain.get(here).key();
                    SessionKey newer = chain.get(here + 1).key();
                    // In this order: once the new one is live the old one is not, ever again.
                    if (isLive(newer)) {
                        assertThat(isLive(older)).as("both live").isFalse();
                    }
                    // And in this: once the old one is gone, the new one is there or has moved on itself.
                    if (!isLive(older)) {
                        assertThat(store.find(newer)).as("none live").isNotEqualTo(Lookup.ABSENT);
                    }
                }
            }));
        }
        try {
            for (int i = 0; i + 1 < chain.size(); i++) {
                at.set(i);
                assertThat(store.rotate(chain.get(i), chain.get(i + 1), NO_GRACE))
                        .isEqualTo(Outcome.DONE);
            }
        } finally {
            stop.set(true);
        }
        for (Future<?> each : polling) {
            each.get(60, TimeUnit.SECONDS);
        }
    }
}
