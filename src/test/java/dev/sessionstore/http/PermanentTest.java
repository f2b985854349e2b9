package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What changing permanent does to the timeouts. */
class PermanentTest extends ServerTest {
    @Test
    void becomingPermanentResetsBothTimeouts() {
        String id = sessions.newId(json("{'idleTimeoutSeconds': 60, 'absoluteTimeoutSeconds': 120}"));

        Answer answer = sessions.patch(id, json("{'permanent': true}")).is(200);
        assertThat(answer.field("permanent").asBoolean()).isTrue();
        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(PERMANENT.toSeconds());
        assertThat(answer.field("absoluteTimeoutSeconds").isNull()).isTrue();
        assertThat(answer.time("expiresAt")).isEqualTo(now().plus(PERMANENT));
        assertThat(answer.version()).isEqualTo(2);
    }

    @Test
    void ceasingToBePermanentResetsBothTimeouts() {
        String id = sessions.newId(json("{'permanent': true}"));

        Answer answer = sessions.merge(id, json("{'permanent': false}")).is(200);
        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(IDLE.toSeconds());
        assertThat(answer.field("absoluteTimeoutSeconds").asLong()).isEqualTo(ABSOLUTE.toSeconds());
    }

    @Test
    void timeoutsNamedInTheSameCallStand() {
        String id = sessions.newId();

        Answer answer = sessions.put(
                        id,
                        json(
                                "{'attributes': {}, 'permanent': true, 'idleTimeoutSeconds': 60, 'absoluteTimeoutSeconds': 120}"))
                .is(200);
        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(60);
        assertThat(answer.field("absoluteTimeoutSeconds").asLong()).isEqualTo(120);
    }

    @Test
    void namingThePresentValueResetsNothing() {
        String id = sessions.newId(json("{'idleTimeoutSeconds': 60, 'absoluteTimeoutSeconds': 120}"));

        Answer answer = sessions.patch(id, json("{'permanent': false}")).is(200);
        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(60);
        assertThat(answer.field("absoluteTimeoutSeconds").asLong()).isEqualTo(120);
        assertThat(answer.version()).isEqualTo(1);
    }

    @Test
    void rotationWithChangesMayMakeItPermanent() {
        Answer answer = sessions.rotate(sessions.newId(), json("{'changes': {'permanent': true}}"))
                .is(200);

        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(PERMANENT.toSeconds());
        assertThat(answer.field("absoluteTimeoutSeconds").isNull()).isTrue();
    }
}
