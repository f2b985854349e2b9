package dev.sessionstore.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.PrincipalIndex;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Scan;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Shown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What a backend promises that can list a principal's sessions, and scan. Races with rotations and removals included.
 */
public abstract class SessionStoreListings extends SessionStoreBasics {
    // --- the index of principals

    private PrincipalIndex index() {
        return store.principalIndex().orElseThrow();
    }

    protected static List<Session> all(Function<Page.Cursor, Page> listing) {
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

    /** Whether a scan in peace shows nothing twice: an engine whose tables move may. */
    protected boolean scansShowOnce() {
        return true;
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
                    for (int i = 0; i < Math.min(200, repetitions()) && !revoked.get(); i++) {
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
                assertThat(isLive(each.get(60, TimeUnit.SECONDS))).isFalse();
            }
            assertThat(anyLive).isFalse();
        }
    }

    // --- scan

    protected Scan scan() {
        return store.scan().orElseThrow();
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
            List<SessionKey> seen = keys(all(after -> scan.scan(SHOP, after, limit)));
            if (scansShowOnce()) {
                assertThat(seen).hasSize(expected.size());
            }
            assertThat(Set.copyOf(seen)).containsExactlyInAnyOrderElementsOf(expected);
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
        rotating.get(60, TimeUnit.SECONDS);
    }

    // --- advisory expiry

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
}
