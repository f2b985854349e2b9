package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConflictPolicyTest extends StoredSessionsFixture {
    private void anotherSets(String id, String name, int value) {
        client.patch(id, SessionPatch.builder().attribute(name, value).build());
    }

    @Test
    void parallelChangesOfDifferentAttributesAllSurvive() throws Exception {
        String id = existing();
        // Not through the probe, which is for one thread.
        StoredSessions direct = SessionFactory.over(client).build();
        ExecutorService requests = Executors.newFixedThreadPool(8);
        List<Future<?>> all = IntStream.range(0, 100)
                .<Future<?>>mapToObj(i -> requests.submit(() -> {
                    WebSession session = direct.open(id);
                    session.set("n" + i, i);
                    session.save();
                }))
                .toList();
        for (Future<?> each : all) {
            each.get();
        }
        requests.shutdown();
        assertThat(client.peek(id).orElseThrow().names()).hasSize(101);
    }

    @Test
    void mergeTakesTheLastOfOneAttribute() {
        String id = existing();
        WebSession session = opened(id);
        session.set("a", 2);
        anotherSets(id, "a", 3);
        session.save();
        assertThat(client.peek(id).orElseThrow().get("a")).isEqualTo(2);
    }

    @Test
    void mergeDeletesNothingThatAnotherPutIn() {
        String id = existing();
        WebSession session = opened(id);
        assertThat(session.pop("a")).isEqualTo(1);
        anotherSets(id, "b", 2);
        session.save();
        assertThat(session.isEnded()).isFalse();
        assertThat(session.get("b")).isEqualTo(2);
        assertThat(client.peek(id).orElseThrow().attributes()).isEqualTo(Map.of("b", 2));
    }

    @Test
    void failStoresNothingOverAnothersChange() {
        sessions = builder().conflictPolicy(ConflictPolicy.fail()).build();
        String id = existing();
        WebSession session = opened(id);
        session.set("b", 2);
        anotherSets(id, "c", 3);
        assertThatExceptionOfType(VersionConflictException.class).isThrownBy(session::save);
        session.rotate();
        assertThatExceptionOfType(VersionConflictException.class).isThrownBy(session::save);
        assertThat(client.peek(id).orElseThrow().names()).containsExactly("a", "c");
    }

    @Test
    void failEmptiesNothingOverAnothersChange() {
        sessions = builder().conflictPolicy(ConflictPolicy.fail()).build();
        String id = existing();
        WebSession session = opened(id);
        session.clear();
        anotherSets(id, "c", 3);
        assertThatExceptionOfType(VersionConflictException.class).isThrownBy(session::save);

        WebSession next = opened(id);
        next.clear();
        next.save();
        assertThat(next.isEnded()).isTrue();
        assertThatExceptionOfType(SessionGoneException.class).isThrownBy(() -> client.peek(id));
    }

    @Test
    void emptiedAfterALostRotationNeitherIdLives() {
        sessions = builder().conflictPolicy(ConflictPolicy.fail()).build();
        String old = existing();
        WebSession session = opened(old);
        session.rotate();
        probe.loseNextAnswer();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(session::save);
        String id = session.id();
        session.clear();
        session.save();
        assertThat(session.isEnded()).isTrue();
        assertThatExceptionOfType(SessionGoneException.class).isThrownBy(() -> client.peek(id));
    }

    @Test
    void failGoesOnFromItsOwnSaves() {
        sessions = builder().conflictPolicy(ConflictPolicy.fail()).build();
        WebSession session = opened(existing());
        session.set("b", 2);
        session.save();
        session.set("b", 3);
        session.save();
        assertThat(client.peek(session.id()).orElseThrow().get("b")).isEqualTo(3);
    }

    @Test
    void retryStoresWhatTheFunctionMakesOfBoth() {
        sessions = builder()
                .conflictPolicy(ConflictPolicy.retry(
                        (mine, theirs) -> mine.set("a", mine.get("a", Integer.class) + theirs.get("a", Integer.class))))
                .build();
        String id = existing();
        WebSession session = opened(id);
        session.get("other");
        session.set("a", 10);
        anotherSets(id, "a", 5);
        anotherSets(id, "other", 7);
        session.rotate();
        session.save();
        assertThat(client.peek(session.id()).orElseThrow().attributes()).isEqualTo(Map.of("a", 15, "other", 7));
        assertThat(session.get("other")).isEqualTo(7);
        assertThat(probe.calls()).containsExactly("rotate", "peek", "rotate");
    }

    @Test
    void retryReadsTheirsAsItReadsMine() {
        sessions = builder()
                .codec(TypedJsonCodec.builder().build())
                .conflictPolicy(ConflictPolicy.retry(
                        (mine, theirs) -> mine.set("n", mine.get("n", Long.class) + theirs.get("n", Long.class))))
                .build();
        WebSession first = sessions.open(null);
        first.set("n", 1L);
        first.save();
        WebSession session = opened(first.id());
        session.set("n", 10L);
        first.set("n", 5L);
        first.save();
        session.save();
        assertThat(sessions.open(first.id()).get("n")).isEqualTo(15L);
    }

    @Test
    void retryOfWhatCannotBeReadStoresANewSession() {
        sessions = builder()
                .conflictPolicy(ConflictPolicy.retry((mine, theirs) -> mine.get("a", Item.class)))
                .build();
        String id = existing();
        WebSession session = opened(id);
        session.set("b", 2);
        anotherSets(id, "a", 5);
        session.save();
        assertThat(session.isEnded()).isFalse();
        assertThat(session.id()).isNotEqualTo(id);
        assertThat(client.peek(session.id()).orElseThrow().attributes()).isEqualTo(Map.of("b", 2));
    }

    record Item(String sku) {}

    @Test
    void retryGivesUpAfterAWhile() {
        String[] id = new String[1];
        int[] asked = new int[1];
        sessions = builder()
                .conflictPolicy(ConflictPolicy.retry((mine, theirs) -> {
                    asked[0]++;
                    anotherSets(id[0], "a", 100 + asked[0]);
                }))
                .build();
        id[0] = existing();
        WebSession session = opened(id[0]);
        session.set("b", 2);
        anotherSets(id[0], "a", 100);
        assertThatExceptionOfType(VersionConflictException.class).isThrownBy(session::save);
        assertThat(asked[0]).isEqualTo(4);
    }

    @Test
    void retryOfALogoutEndsTheSession() {
        sessions = builder()
                .conflictPolicy(ConflictPolicy.retry((mine, theirs) -> {}))
                .build();
        String id = existing();
        WebSession session = opened(id);
        session.set("b", 2);
        anotherSets(id, "a", 5);
        probe.beforeNextCall(() -> probe.beforeNextCall(() -> client.delete(id)));
        session.save();
        assertThat(session.goneReason()).hasValue(GoneReason.DELETED);
    }
}
