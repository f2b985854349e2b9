package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a session ends by itself. */
class ExpiryTest extends ServerTest {
    @Test
    void readAfterIdleTimeoutFindsNothing() {
        String id = sessions.newId();

        advance(IDLE.minusMillis(1));
        sessions.peek(id).is(200);
        advance(Duration.ofMillis(1));
        sessions.read(id).gone("expired");
    }

    @Test
    void readAfterAbsoluteTimeoutFindsNothingHoweverBusyItWas() {
        String id = sessions.newId();
        for (int i = 0; i < 48; i++) {
            advance(IDLE.minusMinutes(1));
            sessions.touch(id).is(204);
        }
        advance(ABSOLUTE.minus(IDLE.minusMinutes(1).multipliedBy(48))
                .minusMillis(1)
                .minus(IDLE));
        sessions.touch(id).is(204);
        advance(IDLE.minusMinutes(1));
        assertThat(sessions.read(id).is(200).time("expiresAt"))
                .isEqualTo(now().plus(Duration.ofMinutes(1)).plusMillis(1));
        advance(Duration.ofMinutes(1));
        sessions.peek(id).is(200);
        advance(Duration.ofMillis(1));
        sessions.read(id).gone("expired");
    }

    @Test
    void readAtItsEndFindsNothing() {
        String id = sessions.newId("{\"endsAt\": \"" + now().plusSeconds(60) + "\"}");

        advance(Duration.ofSeconds(60).minusMillis(1));
        assertThat(sessions.read(id).is(200).time("expiresAt")).isEqualTo(now().plusMillis(1));
        advance(Duration.ofMillis(1));
        sessions.read(id).gone("expired");
    }

    @Test
    void theTombstoneRunsFromTheExpiry() {
        String id = sessions.newId();

        advance(IDLE.plus(TOMBSTONE).minusSeconds(1));
        sessions.read(id).gone("expired");
        advanceSeconds(2);
        sessions.read(id).notFound();
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void noCallFindsAnExpiredSession(IdCall call) {
        String id = sessions.newId();
        advance(IDLE);

        call.on(sessions, id).gone("expired");
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void expiredSessionsAreNotListedRevokedOrFoundByHandle() {
        Answer created = sessions.create(json("{'principal': 'p'}")).is(201);
        advance(IDLE);

        assertThat(sessions.list("").field("sessions").size()).isZero();
        assertThat(sessions.list("?principal=p").field("sessions").size()).isZero();
        sessions.handle(created.handle()).isOneOf(404, 410).anyProblem();
        assertThat(sessions.revoke("?principal=p").is(200).field("revoked").asInt())
                .isZero();
        sessions.read(created.id()).gone("expired");
    }

    @Test
    void withoutTimeoutsASessionNeverExpires() {
        String id = sessions.newId(json("{'idleTimeoutSeconds': null, 'absoluteTimeoutSeconds': null}"));

        advance(Duration.ofDays(3650));
        sessions.read(id).is(200);
    }

    @Test
    void aShorterIdleTimeoutCountsFromTheLastAccess() {
        String id = sessions.newId();
        advance(Duration.ofMinutes(10));

        Answer answer = sessions.patch(id, json("{'idleTimeoutSeconds': 60}")).is(200);
        assertThat(answer.time("expiresAt")).isEqualTo(now().plusSeconds(60));
    }

    @Test
    void aShorterAbsoluteTimeoutCountsFromTheCreation() {
        String id = sessions.newId();
        advance(Duration.ofMinutes(10));

        Answer answer =
                sessions.patch(id, json("{'absoluteTimeoutSeconds': 660}")).is(200);
        assertThat(answer.time("expiresAt")).isEqualTo(now().plusSeconds(60));
        advanceSeconds(60);
        sessions.read(id).gone("expired");
    }

    @Test
    void anEndInThePastLetsTheWriteAnswerAndEndsTheSessionAtOnce() {
        String past = json("'endsAt': '" + now().minusSeconds(86_400) + "'");
        for (String body : List.of("{" + past + "}", "{\"set\": {\"b\": 1}, " + past + "}")) {
            String id = sessions.newId();
            sessions.patch(id, body).is(200);
            sessions.read(id).gone("expired");
        }
        String put = sessions.newId();
        sessions.put(put, "{\"attributes\": {}, " + past + "}").is(200);
        sessions.read(put).gone("expired");
        String merged = sessions.newId();
        sessions.merge(merged, "{" + past + "}").is(200);
        advance(TOMBSTONE.minusSeconds(1));
        sessions.read(merged).gone("expired");
        advanceSeconds(2);
        sessions.read(merged).notFound();
    }

    @Test
    void anEndBeyondTheAbsoluteTimeoutIsBroughtDownByWhicheverCall() {
        String late = json("'endsAt': '" + now().plus(ABSOLUTE.multipliedBy(2)) + "'");
        Instant absolute = now().plus(ABSOLUTE);
        String id = sessions.newId();

        assertThat(sessions.patch(id, "{" + late + "}").is(200).time("endsAt")).isEqualTo(absolute);
        assertThat(sessions.put(sessions.newId(), "{\"attributes\": {}, " + late + "}")
                        .time("endsAt"))
                .isEqualTo(absolute);
        assertThat(sessions.merge(sessions.newId(), "{" + late + "}").time("endsAt"))
                .isEqualTo(absolute);
        assertThat(sessions.rotate(sessions.newId(), "{\"changes\": {" + late + "}}")
                        .time("endsAt"))
                .isEqualTo(absolute);
    }

    @Test
    void withoutAnAbsoluteTimeoutAnEndStaysWhereItIs() {
        Instant late = now().plus(ABSOLUTE.multipliedBy(2));

        Answer answer = sessions.create("{\"absoluteTimeoutSeconds\": null, \"endsAt\": \"" + late + "\"}")
                .is(201);
        assertThat(answer.time("endsAt")).isEqualTo(late);
    }
}
