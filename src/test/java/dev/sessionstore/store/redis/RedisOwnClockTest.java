package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.testing.TestPolicies;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis keeps the time: nodes whose clocks differ by an hour agree. */
class RedisOwnClockTest {
    /** How well a node knows the time, and how roughly milliseconds tell it. */
    private static final long SLACK = 20;

    private final Room room = new Room();
    private final SessionStore ahead = nodeWhoseClockIsOffBy(Duration.ofHours(1));
    private final SessionStore behind = nodeWhoseClockIsOffBy(Duration.ofHours(-1));

    /** A node knows the time as well as its best round trip allows, and a busy machine may hold up the first. */
    @BeforeEach
    void awaitTheTime() {
        for (SessionStore node : new SessionStore[] {ahead, behind}) {
            Room.await(() -> {
                node.find(Room.newKey());
                return isThatOfRedis(node.clock());
            });
        }
    }

    private boolean isThatOfRedis(InstantSource clock) {
        long before = room.now();
        long told = clock.millis();
        return before - SLACK <= told && told <= room.now() + SLACK;
    }

    @AfterEach
    void close() {
        ahead.close();
        behind.close();
        room.close();
    }

    private SessionStore nodeWhoseClockIsOffBy(Duration offset) {
        InstantSource node = () -> InstantSource.system().instant().plus(offset);
        NamespacePolicy usual = NamespacePolicy.DEFAULT;
        NamespacePolicy brief = TestPolicies.tombstone(Duration.ofMillis(500));
        RedisOptions options = new RedisOptions(room.url, room.prefix, Room.TIMEOUT, null, 0);
        return Room.store(
                new RedisEngine(options, node, null, BackendObserver.NONE), new Policies(usual, Map.of("shop", brief)));
    }

    private Session created(long idleSeconds) {
        Session session = Session.begin(Room.newKey(), "shop", ahead.clock().millis())
                .idleSeconds(idleSeconds)
                .build();
        assertThat(ahead.create(session)).isEqualTo(Outcome.DONE);
        return session;
    }

    @Test
    void bothClocksAreThatOfRedis() {
        assertThat(isThatOfRedis(ahead.clock())).isTrue();
        assertThat(isThatOfRedis(behind.clock())).isTrue();
    }

    @Test
    void bothSeeTheSessionUntilItsEndAndNoLonger() {
        Session session = created(1);
        Room.await(() -> !(behind.find(session.key()) instanceof Session));
        assertThat(room.now()).isGreaterThanOrEqualTo(session.expiresAt() - SLACK);
        assertThat(ahead.find(session.key())).isNotInstanceOf(Session.class);
        Session late = session.with().version(2).build().accessed(ahead.clock().millis());
        assertThat(ahead.replace(session, late)).isIn(Outcome.GONE, Outcome.ABSENT);
        Room.await(() -> room.redis.exists(room.nameOf(session.key())) == 0);
        assertThat(behind.create(session)).isEqualTo(Outcome.DONE);
    }

    @Test
    void aSessionThatIsInUseLivesOn() {
        Room.await(() -> livesOn(created(1)));
    }

    /** False: this machine held its use up for so long that its end was right. */
    private boolean livesOn(Session session) {
        long until = session.expiresAt() + 500;
        long used = session.createdAt();
        while (used <= until) {
            long before = room.now();
            behind.touch(session.key(), behind.clock().instant());
            Lookup found = ahead.find(session.key());
            if (room.now() - used >= 1000 - 2 * SLACK) {
                return false;
            }
            assertThat(found).isInstanceOf(Session.class);
            used = before;
        }
        return true;
    }

    @Test
    void aTombstoneGoesInItsTime() {
        Session session = created(1800);
        long before = room.now();
        assertThat(behind.remove(session, Reason.DELETED)).isEqualTo(Outcome.DONE);
        Lookup found = ahead.find(session.key());
        // Held up by this machine, it may be gone already.
        if (room.now() - before < 500 - 2 * SLACK) {
            assertThat(found).isInstanceOf(Tombstone.class);
        }
        Room.await(() -> room.redis.exists(room.nameOf(session.key())) == 0);
    }
}
