package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** If-Match and If-None-Match on writes; conditional reads are in ReadTest. */
class PreconditionsTest extends ServerTest {
    @ParameterizedTest
    @MethodSource("dev.sessionstore.http.IdCall#writes")
    void aMatchingIfMatchLetsTheWriteThrough(IdCall call) {
        String id = sessions.newId();
        call.on(sessions, id, "If-Match", sessions.etag(id)).isOneOf(200, 201, 204);
        String any = sessions.newId();
        call.on(sessions, any, "If-Match", "*").isOneOf(200, 201, 204);
        String listed = sessions.newId();
        call.on(sessions, listed, "If-Match", "\"other\", " + sessions.etag(listed) + ", \"more\"")
                .isOneOf(200, 201, 204);
    }

    @ParameterizedTest
    @MethodSource("dev.sessionstore.http.IdCall#writes")
    void aStaleIfMatchIs412WithTheCurrentETagAndChangesNothing(IdCall call) {
        String id = sessions.newId();
        String stale = sessions.etag(id);
        sessions.patch(id, json("{'set': {'c': 3}}")).is(200);
        String current = sessions.etag(id);
        Instant then = now();
        advance(Duration.ofMinutes(10));

        for (String match : List.of(stale, "\"other\"", stale + ", \"other\"")) {
            Answer answer = call.on(sessions, id, "If-Match", match).problem(412, "version-mismatch");
            assertThat(answer.etag()).isEqualTo(current);
            answer.clocks(then, then.plus(IDLE));
        }
        assertThat(sessions.peek(id).is(200).etag()).isEqualTo(current);
        assertThat(sessions.peek(id).time("lastAccessedAt")).isEqualTo(then);
    }

    @Test
    void ifMatchComparesStronglySoAWeakTagNeverMatches() {
        String id = sessions.newId();

        sessions.patch(id, "{}", "If-Match", "W/" + sessions.etag(id)).problem(412, "version-mismatch");
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCH", "MERGE", "DELETE", "TOUCH", "EXPIRE", "ROTATE"})
    void ifNoneMatchAnyFailsOnWhatIsLive(IdCall call) {
        String id = sessions.newId();

        String code = call.on(sessions, id, "If-None-Match", "*")
                .is(412)
                .anyProblem()
                .path("code")
                .asText();
        assertThat(code).isIn("version-mismatch", "session-exists");
        assertThat(sessions.peek(id).is(200).version()).isEqualTo(1);
    }

    @Test
    void putWithIfMatchOnAnIdNeverSeenIs412() {
        String id = Sessions.ownId();
        String body = json("{'attributes': {}}");

        sessions.put(id, body, "If-Match", "\"some\"").problem(412, "version-mismatch");
        sessions.put(id, body, "If-Match", "*").problem(412, "version-mismatch");
        sessions.putNew(id, body, "If-Match", "\"some\"").is(412);
        sessions.read(id).notFound();
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCH", "MERGE", "DELETE", "TOUCH", "EXPIRE", "ROTATE", "DELETE_ATTRIBUTE"})
    void otherWritesWithIfMatchOnAnIdNeverSeenAre404(IdCall call) {
        call.on(sessions, Sessions.ownId(), "If-Match", "\"some\"").notFound();
    }

    @ParameterizedTest
    @MethodSource("dev.sessionstore.http.IdCall#writes")
    void goneComesBeforePreconditions(IdCall call) {
        String id = sessions.newId();
        sessions.delete(id).is(204);

        call.on(sessions, id, "If-Match", "\"other\"").gone("deleted");
        call.on(sessions, id, "If-Match", "*").gone("deleted");
    }

    @Test
    void ifMatchIsLookedAtBeforeIfNoneMatch() {
        String id = sessions.newId();
        String body = json("{'attributes': {}}");

        sessions.putNew(id, body, "If-Match", "\"other\"").problem(412, "version-mismatch");
        sessions.putNew(id, body, "If-Match", sessions.etag(id)).is(412);
        assertThat(sessions.attributesText(id)).isEqualTo(json("{'a':1}"));
    }

    @Test
    void theETagChangesWithTheVersionAndOnlyWithIt() {
        String id = sessions.newId();
        Set<String> etags = new HashSet<>();
        etags.add(sessions.etag(id));
        etags.add(sessions.putAttribute(id, "b", "1").is(201).status() == 201 ? sessions.etag(id) : "");
        etags.add(sessions.patch(id, json("{'label': 'l'}")).etag());
        etags.add(sessions.merge(id, json("{'principal': 'p'}")).etag());
        etags.add(sessions.put(id, json("{'attributes': {}}")).etag());
        assertThat(etags).hasSize(5);

        advance(Duration.ofMinutes(10));
        etags.add(sessions.read(id).etag());
        sessions.touch(id).is(204);
        etags.add(sessions.etag(id));
        etags.add(sessions.put(id, json("{'attributes': {}}")).etag());
        assertThat(etags).hasSize(5);
    }

    @Test
    void anETagOfTheSameContentIsNotReusedAfterAChangeBack() {
        String id = sessions.newId();
        String first = sessions.etag(id);
        sessions.putAttribute(id, "a", "2").is(200);
        sessions.putAttribute(id, "a", "1").is(200);

        assertThat(sessions.etag(id)).isNotEqualTo(first);
    }

    @Test
    void ofParallelWritesUnderOneETagOneWins() throws Exception {
        String id = sessions.newId();
        String etag = sessions.etag(id);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Answer>> writes = IntStream.range(0, 16)
                    .<Callable<Answer>>mapToObj(i -> () -> sessions.putAttribute(id, "n" + i, "1", "If-Match", etag))
                    .toList();
            int winners = 0;
            for (Future<Answer> write : threads.invokeAll(writes)) {
                winners += write.get().isOneOf(201, 412).status() == 201 ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        assertThat(sessions.document(id).path("version").asInt()).isEqualTo(2);
    }

    @Test
    void ofParallelCreationsUnderOneIdOneWins() throws Exception {
        String id = Sessions.ownId();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Answer>> writes =
                    Collections.nCopies(16, () -> sessions.putNew(id, json("{'attributes': {}}")));
            int winners = 0;
            for (Future<Answer> write : threads.invokeAll(writes)) {
                winners += write.get().isOneOf(201, 412).status() == 201 ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }
}
