package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PUT with If-None-Match: * creates the session under the caller's own id. */
class PutCreatesTest extends ServerTest {
    private static final String BODY = json("{'attributes': {'a': 1}}");

    @Test
    void putCreatesUnderTheCallersId() {
        String id = Sessions.ownId();

        Answer answer = sessions.putNew(id, json("{'attributes': {'a': 1}, 'principal': 'p'}"))
                .is(201)
                .repeatsItsClocks();
        assertThat(answer.id()).isEqualTo(id);
        assertThat(answer.version()).isEqualTo(1);
        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(IDLE.toSeconds());
        assertThat(answer.time("createdAt")).isEqualTo(now());
        assertThat(answer.etag()).isEqualTo(sessions.etag(id));
        assertThat(sessions.document(id)).isEqualTo(answer.json());
    }

    @Test
    void putCreatesAPermanentSessionWithItsLifetimes() {
        Answer answer = sessions.putNew(Sessions.ownId(), json("{'attributes': {}, 'permanent': true}"))
                .is(201);

        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(PERMANENT.toSeconds());
        assertThat(answer.field("absoluteTimeoutSeconds").isNull()).isTrue();
    }

    @Test
    void putIgnoresTheServersFieldsAtCreationToo() {
        String copied = sessions.read(sessions.newId()).text();
        advanceSeconds(60);

        Answer answer = sessions.putNew(Sessions.ownId(), copied).is(201);
        assertThat(answer.time("createdAt")).isEqualTo(now());
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 128})
    void idsMayHave32To128Characters(int length) {
        String id = (Sessions.ownId() + "AZaz09._~-" + "x".repeat(128)).substring(0, length);

        assertThat(sessions.putNew(id, BODY).is(201).id()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1234567890123456789012345678901",
                "invalid!id!invalid!id!invalid!id!invalid!id",
                "caf%C3%A9caf%C3%A9caf%C3%A9caf%C3%A9caf%C3%A9caf%C3%A9caf%C3%A9caf%C3%A9caf%C3%A9",
                "short"
            })
    void anIdOfTheWrongShapeIsMalformed(String id) {
        sessions.rawWith("PUT", "/sessions/" + id, BODY, "If-None-Match", "*").problem(400, "malformed-id");
        sessions.rawWith("PUT", "/sessions/" + id, BODY).problem(400, "malformed-id");
    }

    @Test
    void anIdThatIsTooLongIsMalformed() {
        sessions.putNew("x".repeat(129), BODY).problem(400, "malformed-id");
    }

    @Test
    void oneIdInTwoNamespacesIsTwoSessions() {
        String id = Sessions.ownId();
        Sessions others = sessions.in(Sessions.freshNamespace());
        Answer first = sessions.putNew(id, BODY).is(201);
        Answer second = others.putNew(id, json("{'attributes': {'a': 2}}")).is(201);

        assertThat(first.handle()).isNotEqualTo(second.handle());
        sessions.delete(id).is(204);
        assertThat(others.attributesText(id)).isEqualTo("{\"a\":2}");
    }

    @Test
    void creationOverALiveSessionIs412AndChangesNothing() {
        String id = sessions.newId();

        sessions.putNew(id, json("{'attributes': {'b': 2}}"))
                .problem(412, "session-exists")
                .clocks(now(), now().plus(IDLE));
        assertThat(sessions.attributesText(id)).isEqualTo("{\"a\":1}");
    }

    @Test
    void creationOverAGoneSessionIs410UntilItsTombstoneIsGone() {
        String id = sessions.newId();
        sessions.delete(id).is(204);

        sessions.putNew(id, BODY).gone("deleted");
        advance(TOMBSTONE.plusSeconds(1));
        assertThat(sessions.putNew(id, BODY).is(201).version()).isEqualTo(1);
    }

    @Test
    void aLaterIncarnationHasAnotherETag() {
        String id = Sessions.ownId();
        String first = sessions.putNew(id, BODY).is(201).etag();
        sessions.delete(id).is(204);
        advance(TOMBSTONE.plusSeconds(1));

        assertThat(sessions.putNew(id, BODY).is(201).etag()).isNotEqualTo(first);
    }
}
