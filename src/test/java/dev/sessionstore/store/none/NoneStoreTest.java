package dev.sessionstore.store.none;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.testing.MutableClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoneStoreTest {
    private final MutableClock clock = new MutableClock();
    private final List<Session> created = new ArrayList<>();
    private final NoneStore store = new NoneStore(clock, new SessionObserver() {
        @Override
        public void created(Session session) {
            created.add(session);
        }
    });
    private final Session session =
            Session.begin(new SessionKey(1, 2), "shop", clock.millis()).build();

    @Test
    void whatIsCreatedIsForgotten() {
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        assertThat(created).containsExactly(session);
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        assertThat(store.replace(session, session)).isEqualTo(Outcome.ABSENT);
        assertThat(store.remove(session, Reason.DELETED)).isEqualTo(Outcome.ABSENT);
        assertThat(store.rotate(session, session, Instant.EPOCH)).isEqualTo(Outcome.ABSENT);
        store.touch(session.key(), clock.instant());
        assertThat(store.find(session.key())).isEqualTo(Lookup.ABSENT);
    }

    @Test
    void itListsAndCountsNothing() {
        assertThat(store.principalIndex()).isEmpty();
        assertThat(store.scan()).isEmpty();
        assertThat(store.count()).isEmpty();
        assertThat(store.clock()).isSameAs(clock);
    }
}
