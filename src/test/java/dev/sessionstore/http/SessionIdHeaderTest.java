package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The id in the header Session-Id, with - in the path, so that no proxy's log holds it. */
class SessionIdHeaderTest extends ServerTest {
    @ParameterizedTest
    @EnumSource(IdCall.class)
    void everyCallTakesTheIdFromTheHeader(IdCall call) {
        call.on(sessions, "-", "Session-Id", sessions.newId()).isOneOf(200, 204);
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void dashWithoutHeaderIs400(IdCall call) {
        call.on(sessions, "-").problem(400, "malformed-request");
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void theHeaderWithoutDashIs400(IdCall call) {
        String id = sessions.newId();

        call.on(sessions, id, "Session-Id", id).problem(400, "malformed-request");
        call.on(sessions, id, "Session-Id", "-").problem(400, "malformed-request");
        assertThat(sessions.peek(id).is(200).version()).isEqualTo(1);
    }

    @Test
    void twoHeadersAre400() {
        String id = sessions.newId();

        sessions.raw("GET", "/sessions/-", "Session-Id", id, "Session-Id", id).problem(400, "malformed-request");
        sessions.raw("DELETE", "/sessions/-", "Session-Id", id, "Session-Id", Sessions.ownId())
                .problem(400, "malformed-request");
        sessions.read(id).is(200);
    }

    @Test
    void anEmptyHeaderIs400() {
        sessions.raw("GET", "/sessions/-", "Session-Id", "").problem(400, "malformed-request");
    }

    @Test
    void theDocumentHasTheIdThatTheHeaderGave() {
        String id = sessions.newId();

        Answer answer = sessions.read("-", "Session-Id", id).is(200);
        assertThat(answer.id()).isEqualTo(id);
        assertThat(answer.json()).isEqualTo(sessions.document(id));
        assertThat(sessions.put("-", json("{'attributes': {}}"), "Session-Id", id)
                        .is(200)
                        .id())
                .isEqualTo(id);
        assertThat(sessions.patch("-", "{}", "Session-Id", id).is(200).id()).isEqualTo(id);
    }

    @Test
    void putCreatesUnderTheIdOfTheHeader() {
        String id = Sessions.ownId();

        assertThat(sessions.putNew("-", json("{'attributes': {}}"), "Session-Id", id)
                        .is(201)
                        .id())
                .isEqualTo(id);
        sessions.read(id).is(200);
    }

    @Test
    void missingGoneAndMalformedAreAsInThePath() {
        String gone = sessions.newId();
        sessions.delete("-", "Session-Id", gone).is(204);

        sessions.read("-", "Session-Id", gone).gone("deleted");
        sessions.read("-", "Session-Id", Sessions.ownId()).notFound();
        sessions.read("-", "Session-Id", "short").notFound();
        sessions.put("-", json("{'attributes': {}}"), "Session-Id", "short").problem(400, "malformed-id");
    }

    @Test
    void touchFalseOnlyLooks() {
        String id = sessions.newId();
        Instant created = now();
        advance(Duration.ofMinutes(10));

        Answer answer = sessions.call("GET", "/sessions/-?touch=false", "Session-Id", id)
                .is(200);
        assertThat(answer.time("lastAccessedAt")).isEqualTo(created);
        assertThat(sessions.peek(id).time("lastAccessedAt")).isEqualTo(created);
    }

    @Test
    void theWholeLifeOfASessionNeedsNoIdInAPath() {
        String id = sessions.newId();
        sessions.putAttribute("-", "b", "2", "Session-Id", id).is(201);
        sessions.touch("-", "Session-Id", id).is(204);
        String next = sessions.call("POST", "/sessions/-/rotate", "Session-Id", id)
                .is(200)
                .id();
        assertThat(sessions.attributes("-", "Session-Id", next).is(200).text()).isEqualTo(json("{'a':1,'b':2}"));
        sessions.delete("-", "Session-Id", next).is(204);

        sessions.read("-", "Session-Id", next).gone("deleted");
        sessions.read("-", "Session-Id", id).gone("rotated");
    }

    @Test
    void problemsNeverRepeatTheIdOfTheHeader() {
        String id = Sessions.ownId();

        assertThat(sessions.read("-", "Session-Id", id).is(404).toString()).doesNotContain(id);
        assertThat(sessions.read(id, "Session-Id", id).is(400).toString()).doesNotContain(id);
    }
}
