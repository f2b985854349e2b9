package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The old id within the grace of a rotation: reads of the past, nothing else. */
class GraceTest extends ServerTest {
    private final Duration grace = Duration.ofSeconds(30);
    private Answer before;
    private String oldId;
    private String newId;

    @BeforeEach
    void rotateWithGrace() {
        before = sessions.create(json("{'attributes': {'a': 1}, 'principal': 'p'}"))
                .is(201);
        oldId = before.id();
        newId = sessions.rotate(oldId, json("{'graceSeconds': 30, 'changes': {'set': {'a': 2}, 'principal': 'q'}}"))
                .is(200)
                .id();
    }

    @Test
    void theOldIdReadsTheSessionAsItWasBefore() {
        Answer read = sessions.read(oldId).is(200).repeatsItsClocks();

        assertThat(read.json()).isEqualTo(before.json());
        assertThat(read.etag()).isEqualTo(before.etag());
        assertThat(read.toString()).doesNotContain(newId);
    }

    @Test
    void headAndAttributesAreReadToo() {
        assertThat(sessions.call("HEAD", "/sessions/" + oldId).is(200).etag()).isEqualTo(before.etag());
        assertThat(sessions.attributes(oldId).is(200).text()).isEqualTo(json("{'a':1}"));
        assertThat(sessions.attribute(oldId, "a").is(200).text()).isEqualTo("1");
        sessions.attribute(oldId, "none").problem(404, "attribute-not-found");
        sessions.read(oldId, "If-None-Match", before.etag()).is(304);
    }

    @Test
    void itIsFrozenAgainstLaterWrites() {
        sessions.patch(newId, json("{'set': {'a': 3}}")).is(200);
        advanceSeconds(10);

        assertThat(sessions.attributesText(oldId)).isEqualTo(json("{'a':1}"));
        assertThat(sessions.read(oldId).is(200).json()).isEqualTo(before.json());
    }

    @Test
    void readingItSlidesNeitherSession() {
        advanceSeconds(29);
        sessions.read(oldId).is(200);
        sessions.attributes(oldId).is(200);

        assertThat(sessions.peek(oldId).time("lastAccessedAt")).isEqualTo(before.time("lastAccessedAt"));
        assertThat(sessions.peek(newId).time("lastAccessedAt")).isEqualTo(before.time("lastAccessedAt"));
    }

    @ParameterizedTest
    @MethodSource("dev.sessionstore.http.IdCall#writes")
    void everyWriteIs410(IdCall call) {
        call.on(sessions, oldId).gone("rotated");
        assertThat(sessions.attributesText(newId)).isEqualTo(json("{'a':2}"));
    }

    @Test
    void itEndsWithTheGrace() {
        advance(grace.minusMillis(1));
        sessions.read(oldId).is(200);
        advance(Duration.ofMillis(1));
        sessions.read(oldId).gone("rotated");
        sessions.read(newId).is(200);
    }

    @Test
    void itEndsWithTheSuccessor() {
        sessions.delete(newId).is(204);

        sessions.read(oldId).gone("rotated");
    }

    @Tag("principal-index")
    @Test
    void itEndsWhenTheSuccessorIsRevoked() {
        sessions.revoke("?principal=q").is(200);

        sessions.read(oldId).gone("rotated");
        sessions.read(newId).gone("revoked");
    }

    @Test
    void itEndsWithTheFrozenExpiry() {
        String id = sessions.newId(json("{'idleTimeoutSeconds': 20}"));
        String next = sessions.rotate(id, json("{'graceSeconds': 60}")).is(200).id();
        advanceSeconds(15);
        sessions.touch(next).is(204);
        sessions.read(id).is(200);
        advanceSeconds(5);

        sessions.read(id).problem(410, "session-gone");
        sessions.read(next).is(200);
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void theOldHandleIsGoneAtOnce() {
        sessions.handle(before.handle()).isOneOf(404, 410).anyProblem();
        assertThat(sessions.list("?principal=p").field("sessions").size()).isZero();
        assertThat(sessions.list("").field("sessions").size()).isEqualTo(1);
    }

    @Test
    void theOldBindingHoldsForTheOldId() {
        String id = sessions.newId(json("{'binding': 'old'}"));
        String next = sessions.rotate(
                        id, json("{'graceSeconds': 30, 'changes': {'binding': 'new'}}"), "Session-Binding", "old")
                .is(200)
                .id();

        sessions.read(id, "Session-Binding", "old").is(200);
        sessions.read(id, "Session-Binding", "new").problem(403, "binding-mismatch");
        sessions.read(id).problem(403, "binding-mismatch");
        sessions.read(next, "Session-Binding", "new").is(200);
        sessions.read(next, "Session-Binding", "old").problem(403, "binding-mismatch");
    }

    @Test
    void aRepeatedRotationStillAnswersWithinTheGrace() {
        String id = sessions.newId();
        String body = json("{'graceSeconds': 30, 'newId': '" + Sessions.ownId() + "'}");
        Answer first = sessions.rotate(id, body).is(200);

        assertThat(sessions.rotate(id, body).is(200).json()).isEqualTo(first.json());
    }

    @Test
    void graceMayBeZeroOrSixty() {
        String none = sessions.newId();
        String longest = sessions.newId();
        sessions.rotate(none, json("{'graceSeconds': 0}")).is(200);
        sessions.rotate(longest, json("{'graceSeconds': 60}")).is(200);

        sessions.read(none).gone("rotated");
        advance(Duration.ofSeconds(60).minusMillis(1));
        sessions.read(longest).is(200);
        advance(Duration.ofMillis(1));
        sessions.read(longest).gone("rotated");
    }
}
