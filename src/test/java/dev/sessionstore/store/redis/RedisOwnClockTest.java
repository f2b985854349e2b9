package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
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
import org.junit.jupiter.api.Test;

/** Redis keeps the time: nodes whose clocks differ by an hour agree. */
class RedisOwnClockTest {
    private final Room room = new Room();
    private final SessionStore ahead = nodeWhoseClockIsOffBy(Duration.ofHours(1));
    private final SessionStore behind = nodeWhoseClockIsOffBy(Duration.ofHours(-1));

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
        for (SessionStore node : new SessionStore[] {ahead, behind}) {
            long before = room.now();
            long told = node.clock().millis();
            assertThat(told).isBetween(before - 1000, room.now() + 1000);
        }
    }

    @Test
    void bothSeeTheSessionUntilItsEndAndNoLonger() {
        Session session = created(1);
        assertThat(behind.find(session.key())).isInstanceOf(Session.class);
        Room.await(() -> !(behind.find(session.key()) instanceof Session));
        assertThat(room.now()).isGreaterThanOrEqualTo(session.expiresAt() - 50);
        assertThat(ahead.find(session.key())).isNotInstanceOf(Session.class);
        Session late = session.with().version(2).build().accessed(ahead.clock().millis());
        assertThat(ahead.replace(session, late)).isIn(Outcome.GONE, Outcome.ABSENT);
        Room.await(() -> room.redis.exists(room.nameOf(session.key())) == 0);
        assertThat(behind.create(session)).isEqualTo(Outcome.DONE);
    }

    @Test
    void aSessionThatIsInUseLivesOn() {
        Session session = created(1);
        long until = session.expiresAt() + 500;
        Room.await(() -> {
            behind.touch(session.key(), behind.clock().instant());
            assertThat(ahead.find(session.key())).isInstanceOf(Session.class);
            return room.now() > until;
        });
    }

    @Test
    void aTombstoneGoesInItsTime() {
        Session session = created(1800);
        assertThat(behind.remove(session, Reason.DELETED)).isEqualTo(Outcome.DONE);
        assertThat(ahead.find(session.key())).isInstanceOf(Tombstone.class);
        Room.await(() -> room.redis.exists(room.nameOf(session.key())) == 0);
    }
}
