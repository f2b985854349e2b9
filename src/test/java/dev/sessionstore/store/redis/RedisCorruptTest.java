package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.PrincipalIndex;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.testing.MutableClock;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What cannot be read is absent, counted, and makes room for what comes. */
class RedisCorruptTest {
    private final Room room = new Room();
    private final MutableClock clock = new MutableClock();
    private final AtomicInteger unreadable = new AtomicInteger();
    private final BackendObserver observer = new BackendObserver() {
        @Override
        public void unreadable() {
            unreadable.incrementAndGet();
        }
    };
    private final SessionStore store =
            new EngineStore(room.engine(clock, 0, observer), Policies.allDefault(), SessionObserver.NONE, observer);

    @AfterEach
    void close() {
        room.close();
    }

    private Session created() {
        Session session = Session.begin(Room.newKey(), "shop", clock.millis())
                .idleSeconds(1800)
                .principal("user-42")
                .build();
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        return session;
    }

    private void assertAbsentAndReplaceable(Session session) {
        int before = unreadable.get();
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
        assertThat(unreadable).hasValueGreaterThan(before);
        store.touch(session.key(), clock.instant().plusSeconds(1));
        assertThat(store.replace(session, session.with().version(2).build())).isEqualTo(Outcome.ABSENT);
        assertThat(store.remove(session, Reason.DELETED)).isEqualTo(Outcome.ABSENT);
        PrincipalIndex index = store.principalIndex().orElseThrow();
        assertThat(index.sessionsOf("shop", "user-42", null, 10).sessions()).isEmpty();
        assertThat(store.scan().orElseThrow().scan("shop", null, 100).sessions())
                .isEmpty();
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        assertThat(store.find(session.key())).isInstanceOf(Session.class);
        assertThat(store.remove(session, Reason.DELETED)).isEqualTo(Outcome.DONE);
    }

    @Test
    void garbageIsAbsent() {
        for (String garbage : new String[] {"", "x", "12345678", "{\"json\": true}", "?".repeat(65), "?".repeat(500)}) {
            Session session = created();
            room.redis.set(room.nameOf(session.key()), garbage.getBytes(StandardCharsets.UTF_8));
            assertAbsentAndReplaceable(session);
        }
    }

    @Test
    void aTruncatedRecordIsAbsent() {
        byte[] whole = room.redis.get(room.nameOf(created().key()));
        for (int length : new int[] {8, 14, 40, 65, 66, 82, whole.length - 1}) {
            Session session = created();
            byte[] value = room.redis.get(room.nameOf(session.key()));
            room.redis.set(room.nameOf(session.key()), Arrays.copyOf(value, length));
            store.scan();
            assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
            assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void flippedBitsNeverMakeAnotherSession() {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            Session session = created();
            byte[] value = room.redis.get(room.nameOf(session.key()));
            // All but the times that are written in place: the cover's and the access's.
            int at = 15 + random.nextInt(value.length - 15);
            value[at] ^= (byte) (1 << random.nextInt(8));
            room.redis.set(room.nameOf(session.key()), value);
            assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
            assertThat(store.replace(session, session.with().version(2).build()))
                    .isIn(Outcome.ABSENT, Outcome.GONE, Outcome.DONE, Outcome.CHANGED);
            Lookup now = store.find(session.key());
            assertThat(now == Lookup.ABSENT || now instanceof Session written && written.version() == 2)
                    .isTrue();
        }
    }

    @Test
    void aRecordUnderAnotherNameIsAbsent() {
        Session mine = created();
        Session other = created();
        room.redis.set(room.nameOf(mine.key()), room.redis.get(room.nameOf(other.key())));
        assertThat(store.find(mine.key())).isEqualTo(Lookup.ABSENT);
        assertThat(store.create(mine)).isEqualTo(Outcome.DONE);
        assertThat(store.find(other.key())).isInstanceOf(Session.class);
    }

    @Test
    void whatIsNoStringIsAbsent() {
        Session session = created();
        room.redis.del(room.nameOf(session.key()));
        room.redis.hset(room.nameOf(session.key()), "field", new byte[] {1});
        int before = unreadable.get();
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
        assertThat(unreadable).hasValue(before + 1);
        assertThat(store.scan().orElseThrow().scan("shop", null, 100).sessions())
                .isEmpty();
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        assertThat(store.find(session.key())).isInstanceOf(Session.class);
    }
}
