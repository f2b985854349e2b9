package dev.sessionstore.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Count;
import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.PrincipalIndex;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Scan;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every backend promises. A backend's test extends this class and says how to make an empty store; cases about a
 * capability run where the store declares it.
 *
 * <p>A store whose engine keeps the time cannot be given a clock: it overrides {@link #canMoveTime} and is spared the
 * cases that need another time than now.
 */
public abstract class SessionStoreContract {
    protected static final String SHOP = "shop";
    protected static final String REUSING = "reusing";
    protected static final String HOSTED = "hosted";
    private static final Instant NO_GRACE = Instant.EPOCH;
    private static final Duration HELD = Duration.ofHours(1);
    private static final int THREADS = 4;

    private static final KeyHash HASH = KeyHash.plain();

    protected final MutableClock clock = new MutableClock();
    protected SessionStore store;

    private ExecutorService threads;

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
        NamespacePolicy reusing = new NamespacePolicy(
                defaults.idleTimeout(),
                defaults.absoluteTimeout(),
                defaults.permanentLifetime(),
                Duration.ZERO,
                0,
                defaults.whenExceeded(),
                defaults.expiry(),
                defaults.orphanAfter());
        NamespacePolicy hosted = new NamespacePolicy(
                defaults.idleTimeout(),
                defaults.absoluteTimeout(),
                defaults.permanentLifetime(),
                defaults.tombstone(),
                0,
                defaults.whenExceeded(),
                NamespacePolicy.Expiry.ADVISORY,
                HELD);
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
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
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

    private boolean isLive(SessionKey key) {
        return store.find(key) instanceof Session;
    }

    private void movesTime() {
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

    // --- the index of principals

    private PrincipalIndex index() {
        assumeTrue(store.principalIndex().isPresent(), "no index");
        return store.principalIndex().get();
    }

    private static List<Session> all(Function<Page.Cursor, Page> listing) {
        List<Session> sessions = new ArrayList<>();
        Page.Cursor after = null;
        do {
            Page page = listing.apply(after);
            sessions.addAll(page.sessions());
            after = page.next();
        } while (after != null);
        return sessions;
    }

    private List<Session> sessionsOf(String principal, int limit) {
        PrincipalIndex index = index();
        return all(after -> index.sessionsOf(SHOP, principal, after, limit));
    }

    /** A listing may show twice what was rotated a moment before it began. */
    private void afterTheLastRotations() {
        clock.advance(Duration.ofSeconds(3));
    }

    private static List<SessionKey> keys(List<Session> sessions) {
        return sessions.stream().map(Session::key).toList();
    }

    @Test
    void aPrincipalsSessionsComeNewestFirstThenByHandle() {
        index();
        List<Session> expected = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            long createdAt = store.clock().millis() - 1000L * (i / 5);
            expected.add(created(
                    Session.begin(newKey(), SHOP, createdAt).idleSeconds(1800).principal("user-42")));
        }
        expected.sort(Comparator.comparingLong(Session::createdAt)
                .reversed()
                .thenComparing(Session::key, SessionKey.BY_HANDLE));
        for (int limit : new int[] {1, 4, 5, 25, 100}) {
            assertThat(keys(sessionsOf("user-42", limit))).isEqualTo(keys(expected));
        }
    }

    @Test
    void theIndexTellsNamespacesAndPrincipalsApart() {
        PrincipalIndex index = index();
        Session mine = created(begin().principal("user-42"));
        created(begin().principal("user-4"));
        created(begin());
        Session elsewhere = created(beginIn(REUSING).principal("user-42"));
        assertThat(keys(sessionsOf("user-42", 10))).containsExactly(mine.key());
        assertThat(keys(index.sessionsOf(REUSING, "user-42", null, 10).sessions()))
                .containsExactly(elsewhere.key());
        assertThat(sessionsOf("nobody", 10)).isEmpty();
    }

    @Test
    void theIndexFollowsAChangeOfPrincipal() {
        index();
        Session session = created(begin().principal("before"));
        Session changed = session.with().version(2).principal("after").build();
        store.replace(session, changed);
        assertThat(sessionsOf("before", 10)).isEmpty();
        assertThat(keys(sessionsOf("after", 10))).containsExactly(session.key());
        store.replace(changed, changed.with().version(3).principal(null).build());
        assertThat(sessionsOf("after", 10)).isEmpty();
    }

    @Test
    void theIndexFollowsARotation() {
        index();
        Session session = created(begin().principal("user-42"));
        Session moved = under(session, newKey());
        store.rotate(session, moved, NO_GRACE);
        assertThat(keys(sessionsOf("user-42", 10))).containsExactly(moved.key());
    }

    @Test
    void theIndexFollowsALoginByRotation() {
        index();
        Session guest = created(begin());
        Session user =
                guest.with().key(newKey()).version(2).principal("user-42").build();
        store.rotate(guest, user, NO_GRACE);
        assertThat(keys(sessionsOf("user-42", 10))).containsExactly(user.key());
    }

    @Test
    void theIndexShowsNeitherRemovedNorExpiredSessions() {
        movesTime();
        index();
        Session removed = created(begin().principal("user-42"));
        created(begin().principal("user-42").idleSeconds(10));
        Session stays = created(begin().principal("user-42"));
        store.remove(removed, Reason.DELETED);
        clock.advance(Duration.ofSeconds(10));
        assertThat(keys(sessionsOf("user-42", 10))).containsExactly(stays.key());
    }

    @Test
    void aListingShowsASessionThatIsRotatedToAPlaceAlreadyPassed() {
        PrincipalIndex index = index();
        for (int i = 0; i < 8; i++) {
            created(begin().principal("user-42"));
        }
        Page first = index.sessionsOf(SHOP, "user-42", null, 4);
        Set<SessionKey> shown = new HashSet<>(keys(first.sessions()));
        SessionKey lowest = new SessionKey(0, 1);
        Session unseen = sessionsOf("user-42", 100).stream()
                .filter(session -> !shown.contains(session.key()))
                .findFirst()
                .orElseThrow();
        assertThat(store.rotate(unseen, under(unseen, lowest), NO_GRACE)).isEqualTo(Outcome.DONE);
        // And once more, through a chain of two.
        Session moved = live(lowest);
        SessionKey lower = new SessionKey(0, 0);
        assertThat(store.rotate(moved, under(moved, lower), NO_GRACE)).isEqualTo(Outcome.DONE);

        List<Session> rest = new ArrayList<>();
        for (Page.Cursor after = first.next(); after != null; ) {
            Page page = index.sessionsOf(SHOP, "user-42", after, 4);
            rest.addAll(page.sessions());
            after = page.next();
        }
        assertThat(keys(rest)).contains(lower).doesNotHaveDuplicates();
        assertThat(shown.size() + rest.size()).isEqualTo(8);
    }

    @Test
    void aListingThatBeginsAfterRotationsShowsNothingTwice() {
        index();
        movesTime();
        for (int i = 0; i < 20; i++) {
            Session session = created(begin().principal("user-42"));
            store.rotate(session, under(session, newKey()), NO_GRACE);
        }
        afterTheLastRotations();
        assertThat(keys(sessionsOf("user-42", 3))).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void revokingAllCatchesSessionsThatAreRotatedMeanwhile() throws Exception {
        PrincipalIndex index = index();
        for (int round = 0; round < Math.max(1, repetitions() / 100); round++) {
            String principal = "user-" + round;
            List<Session> sessions = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                sessions.add(created(begin().principal(principal)));
            }
            AtomicBoolean revoked = new AtomicBoolean();
            List<Callable<SessionKey>> rotators = new ArrayList<>();
            for (Session session : sessions) {
                rotators.add(() -> {
                    Session at = session;
                    // A bounded number: whoever rotates without pause outruns any listing.
                    for (int i = 0; i < 200 && !revoked.get(); i++) {
                        Session moved = under(at, newKey());
                        if (store.rotate(at, moved, NO_GRACE) != Outcome.DONE) {
                            break;
                        }
                        at = moved;
                    }
                    return at.key();
                });
            }
            List<Future<SessionKey>> running = new ArrayList<>();
            rotators.forEach(each -> running.add(threads.submit(each)));
            boolean found = true;
            while (found) {
                found = false;
                for (Session session : all(after -> index.sessionsOf(SHOP, principal, after, 2))) {
                    found = true;
                    store.remove(session, Reason.REVOKED);
                }
            }
            boolean anyLive = !sessionsOf(principal, 100).isEmpty();
            revoked.set(true);
            for (Future<SessionKey> each : running) {
                assertThat(isLive(each.get(10, TimeUnit.SECONDS))).isFalse();
            }
            assertThat(anyLive).isFalse();
        }
    }

    // --- scan

    private Scan scan() {
        assumeTrue(store.scan().isPresent(), "no scan");
        return store.scan().get();
    }

    @Test
    void aScanShowsEachLiveSessionOfTheNamespaceOnce() {
        Scan scan = scan();
        Set<SessionKey> expected = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            Session session = created(begin());
            expected.add(session.key());
            if (i % 3 == 0) {
                created(beginIn(REUSING));
            }
            if (i % 5 == 0) {
                store.remove(session, Reason.DELETED);
                expected.remove(session.key());
            }
            if (i % 7 == 1) {
                Session moved = under(session, newKey());
                if (store.rotate(session, moved, NO_GRACE) == Outcome.DONE) {
                    expected.remove(session.key());
                    expected.add(moved.key());
                }
            }
        }
        afterTheLastRotations();
        for (int limit : new int[] {1, 7, 1000}) {
            assertThat(keys(all(after -> scan.scan(SHOP, after, limit))))
                    .hasSize(expected.size())
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(scan.scan("unused", null, 10).sessions()).isEmpty();
    }

    @Test
    void aScanMissesNoSessionThatIsRotatedMeanwhile() throws Exception {
        Scan scan = scan();
        for (int i = 0; i < 40; i++) {
            created(begin());
        }
        Set<Long> expected = new HashSet<>();
        all(after -> scan.scan(SHOP, after, 100)).forEach(session -> expected.add(session.incarnation()));
        AtomicBoolean stop = new AtomicBoolean();
        Future<?> rotating = threads.submit(() -> {
            while (!stop.get()) {
                for (Session session : all(after -> scan.scan(SHOP, after, 100))) {
                    store.rotate(session, under(session, newKey()), NO_GRACE);
                }
            }
        });
        try {
            for (int i = 0; i < Math.max(3, repetitions() / 100); i++) {
                Set<Long> seen = new HashSet<>();
                Page.Cursor after = null;
                do {
                    Page page = scan.scan(SHOP, after, 10);
                    assertThat(page.sessions().stream().map(Session::incarnation))
                            .doesNotHaveDuplicates();
                    page.sessions().forEach(session -> seen.add(session.incarnation()));
                    after = page.next();
                } while (after != null);
                assertThat(seen).containsAll(expected);
            }
        } finally {
            stop.set(true);
        }
        rotating.get(10, TimeUnit.SECONDS);
    }

    // --- count

    private Count count() {
        assumeTrue(store.count().isPresent(), "no count");
        return store.count().get();
    }

    @Test
    void countsAreOfLiveSessionsByNamespace() {
        Count count = count();
        assertThat(count.countAll()).isEmpty();
        Session first = created(begin());
        Session second = created(begin());
        created(beginIn(REUSING));
        assertThat(count.count(SHOP).sessions()).isEqualTo(2);
        assertThat(count.count(SHOP).bytes()).isPositive();
        assertThat(count.countAll()).containsOnlyKeys(SHOP, REUSING);
        store.rotate(first, under(first, newKey()), NO_GRACE);
        assertThat(count.count(SHOP).sessions()).isEqualTo(2);
        store.remove(second, Reason.DELETED);
        assertThat(count.count(SHOP).sessions()).isEqualTo(1);
        assertThat(count.count("unused")).isEqualTo(Count.Counted.NONE);
    }

    @Test
    void countsLeaveOutWhatExpired() {
        movesTime();
        Count count = count();
        created(begin());
        clock.advance(Duration.ofSeconds(1800));
        assertThat(count.count(SHOP)).isEqualTo(Count.Counted.NONE);
        assertThat(count.countAll()).isEmpty();
    }

    // --- advisory expiry

    private Session expiredButHeld(Session.Builder session) {
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

    @Test
    void aPrincipalsListShowsExpiredSessionsWhenAskedFor() {
        PrincipalIndex index = index();
        Session expired = expiredButHeld(beginIn(HOSTED).principal("user-42"));
        Session live = created(beginIn(HOSTED).principal("user-42"));
        assertThat(keys(index.sessionsOf(HOSTED, "user-42", null, 10).sessions()))
                .containsExactly(live.key());
        assertThat(keys(all(after -> index.sessionsOf(HOSTED, "user-42", Shown.HELD, after, 1))))
                .containsExactly(live.key(), expired.key());
        clock.advance(HELD);
        assertThat(keys(all(after -> index.sessionsOf(HOSTED, "user-42", Shown.HELD, after, 1))))
                .containsExactly(live.key());
    }

    @Test
    void aScanShowsExpiredSessionsWhenAskedFor() {
        Scan scan = scan();
        Session expired = expiredButHeld(beginIn(HOSTED));
        Session live = created(beginIn(HOSTED));
        created(beginIn(HOSTED).idleSeconds(0));
        created(begin());
        assertThat(keys(all(after -> scan.scan(HOSTED, Shown.HELD, after, 1)))).hasSize(3);
        assertThat(keys(scan.scan(HOSTED, null, 10).sessions()))
                .hasSize(2)
                .contains(live.key())
                .doesNotContain(expired.key());
        assertThat(endingBy(expired.expiresAt() - 1)).isEmpty();
        assertThat(endingBy(expired.expiresAt())).containsExactly(expired.key());
        assertThat(endingBy(live.expiresAt())).containsExactlyInAnyOrder(expired.key(), live.key());
        assertThat(endingBy(live.expiresAt() + 100_000)).hasSize(2);
    }

    private List<SessionKey> endingBy(long time) {
        return keys(all(after -> scan().scan(HOSTED, Shown.endingBy(time), after, 1)));
    }

    @Test
    void countsLeaveOutWhatExpiredAndIsHeldUntilItIsRevived() {
        Count count = count();
        Session touched = expiredButHeld(beginIn(HOSTED));
        Session replaced = created(beginIn(HOSTED).endsAt(clock.millis() + 1));
        Session removed = created(beginIn(HOSTED).endsAt(clock.millis() + 1));
        Session moved = created(beginIn(HOSTED).endsAt(clock.millis() + 1));
        clock.advance(Duration.ofSeconds(2));
        assertThat(count.count(HOSTED)).isEqualTo(Count.Counted.NONE);
        assertThat(count.countAll()).isEmpty();

        store.touch(touched.key(), clock.instant());
        assertThat(count.count(HOSTED).sessions()).isEqualTo(1);
        long bytes = count.count(HOSTED).bytes();
        store.replace(replaced, replaced.with().version(2).endsAt(Session.NEVER).build());
        store.remove(removed, Reason.DELETED);
        store.rotate(moved, under(moved, newKey()), NO_GRACE);
        clock.advance(Duration.ofSeconds(2));
        assertThat(count.count(HOSTED)).isEqualTo(new Count.Counted(2, 2 * bytes));
        clock.advance(Duration.ofSeconds(1800));
        assertThat(count.count(HOSTED)).as("expired again").isEqualTo(Count.Counted.NONE);
        clock.advance(HELD);
        assertThat(count.count(HOSTED)).isEqualTo(Count.Counted.NONE);
        created(beginIn(HOSTED));
        assertThat(count.count(HOSTED)).isEqualTo(new Count.Counted(1, bytes));
    }

    @Test
    void parallelTouchesAndRemovalsOfExpiredSessionsLeaveTheCountRight() throws Exception {
        Count count = count();
        movesTime();
        for (int i = 0; i < repetitions() / 100; i++) {
            Session session = expiredButHeld(beginIn(HOSTED));
            AtomicInteger turn = new AtomicInteger();
            inParallel(THREADS, () -> {
                switch (turn.getAndIncrement()) {
                    case 0 -> store.touch(session.key(), clock.instant());
                    case 1 -> store.replace(session, next(session, "{}").accessed(clock.millis()));
                    case 2 -> store.rotate(session, under(session, newKey()), NO_GRACE);
                    default -> count.count(HOSTED);
                }
                return null;
            });
            clock.advance(Duration.ofSeconds(2));
            long live = all(after -> scan().scan(HOSTED, after, 100)).size();
            assertThat(count.count(HOSTED).sessions()).isEqualTo(live);
            all(after -> scan().scan(HOSTED, Shown.HELD, after, 100))
                    .forEach(held -> store.remove(held, Reason.DELETED));
            assertThat(count.count(HOSTED)).isEqualTo(Count.Counted.NONE);
        }
    }

    // --- races

    private void inParallel(int writers, Callable<?> work) throws Exception {
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
            each.get(10, TimeUnit.SECONDS);
        }
    }
}
