package dev.sessionstore.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final long NOW = 1_767_225_600_000L;

    private final Session session = Session.begin(new SessionKey(1, 2), "shop", NOW)
            .idleSeconds(1800)
            .absoluteSeconds(3600)
            .build();

    @Test
    void aTouchMovesTheLastAccessForwardAndWithItTheEnd() {
        assertThat(session.touch(NOW + 5_000)).isTrue();
        assertThat(session.lastAccessedAt()).isEqualTo(NOW + 5_000);
        assertThat(session.expiresAt()).isEqualTo(NOW + 1_805_000);
        assertThat(session.version()).isEqualTo(1);
    }

    @Test
    void aTouchNeverMovesItBack() {
        session.touch(NOW + 5_000);
        assertThat(session.touch(NOW + 5_000)).isFalse();
        assertThat(session.touch(NOW)).isFalse();
        assertThat(session.lastAccessedAt()).isEqualTo(NOW + 5_000);
    }

    @Test
    void anotherSessionMadeOfItDoesNotMoveWithIt() {
        Session copy = session.with().version(2).build();
        Session accessed = session.accessed(NOW + 1_000);
        session.touch(NOW + 5_000);
        assertThat(copy.lastAccessedAt()).isEqualTo(NOW);
        assertThat(accessed.lastAccessedAt()).isEqualTo(NOW + 1_000);
        assertThat(session.accessed(NOW + 2_000)).isSameAs(session);
    }

    @Test
    void theEndOfAnAccessCanBeAskedForByItself() {
        assertThat(session.expiresAt(NOW + 60_000)).isEqualTo(NOW + 1_860_000);
        assertThat(session.expiresAt(NOW + 3_000_000)).isEqualTo(NOW + 3_600_000);
        assertThat(session.lastAccessedAt()).isEqualTo(NOW);
    }

    @Test
    void ofManyTouchesTheLatestStaysAndNobodySeesAnEarlierOneAfterIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int first = thread;
                running.add(threads.submit(() -> {
                    long seen = NOW;
                    for (int i = first; i < 100_000; i += 4) {
                        session.touch(NOW + i);
                        assertThat(session.lastAccessedAt() >= Math.max(seen, NOW + i))
                                .isTrue();
                        seen = session.lastAccessedAt();
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(session.lastAccessedAt()).isEqualTo(NOW + 99_999);
    }
}
