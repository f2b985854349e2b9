package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What slides the idle timeout and what does not. */
class TouchTest extends ServerTest {
    private static final Duration LATER = Duration.ofMinutes(10);

    @Test
    void touchSlidesAndSaysSo() {
        String id = sessions.newId();
        advance(Duration.ofSeconds(1));

        assertThat(sessions.touch(id).is(204).clocks(now(), now().plus(IDLE)).body())
                .isEmpty();
        assertThat(sessions.peek(id).time("lastAccessedAt")).isEqualTo(now());
    }

    @Test
    void touchChangesNoVersion() {
        String id = sessions.newId();
        String before = sessions.etag(id);
        advance(LATER);
        sessions.touch(id).is(204);

        assertThat(sessions.etag(id)).isEqualTo(before);
        assertThat(sessions.document(id).path("version").asInt()).isEqualTo(1);
    }

    @Test
    void touchTakesNoBody() {
        String id = sessions.newId();

        sessions.callWith("POST", "/sessions/" + id + "/touch", "{}").problem(400, "malformed-request");
    }

    @Test
    void touchNeverReachesBeyondTheAbsoluteTimeout() {
        String id = sessions.newId(json("{'absoluteTimeoutSeconds': 1900}"));
        Instant absolute = now().plusSeconds(1900);
        advance(LATER);

        sessions.touch(id).is(204).clocks(now(), absolute);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "READ",
                "ATTRIBUTES",
                "ATTRIBUTE",
                "PUT",
                "PATCH",
                "MERGE",
                "PUT_ATTRIBUTE",
                "DELETE_ATTRIBUTE",
                "TOUCH"
            })
    void callsThatSlide(IdCall call) {
        String id = sessions.newId();
        advance(LATER);
        call.on(sessions, id).isOneOf(200, 204);

        sessions.peek(id).clocks(now(), now().plus(IDLE));
    }

    @ParameterizedTest
    @EnumSource(names = {"PUT", "PATCH", "MERGE", "PUT_ATTRIBUTE", "DELETE_ATTRIBUTE", "TOUCH"})
    void writesSlideHoweverSoonTheyCome(IdCall call) {
        String id = sessions.newId();
        advanceSeconds(1);
        call.on(sessions, id).isOneOf(200, 204);

        assertThat(sessions.peek(id).time("lastAccessedAt")).isEqualTo(now());
    }

    @Test
    void aWriteOfWhatIsThereAlreadySlidesToo() {
        String id = sessions.newId();
        advance(LATER);
        assertThat(sessions.put(id, json("{'attributes': {'a': 1}}")).version()).isEqualTo(1);

        assertThat(sessions.peek(id).time("lastAccessedAt")).isEqualTo(now());
    }

    @Test
    void aReadAnswered304Slides() {
        String id = sessions.newId();
        String etag = sessions.etag(id);
        advance(LATER);
        sessions.read(id, "If-None-Match", etag).is(304);

        assertThat(sessions.peek(id).time("lastAccessedAt")).isEqualTo(now());
    }

    @ParameterizedTest
    @EnumSource(names = {"HEAD", "EXPIRE_LATER"})
    void callsThatNeverSlide(IdCall call) {
        String id = sessions.newId();
        Instant created = now();
        advance(LATER);
        call.on(sessions, id).isOneOf(200, 204);

        assertThat(sessions.peek(id).time("lastAccessedAt")).isEqualTo(created);
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void rotationListsHandlesAndLooksNeverSlide() {
        Answer created = sessions.create(json("{'principal': 'p', 'attributes': {'a': 1}}"));
        Instant then = now();
        advance(LATER);
        sessions.list("").is(200);
        sessions.list("?principal=p&include=attributes").is(200);
        sessions.handle(created.handle()).is(200);
        sessions.handle(created.handle() + "?include=attributes").is(200);
        sessions.peek(created.id()).is(200);
        sessions.call("GET", "/sessions/" + created.id() + "/attributes?touch=false")
                .is(200);
        sessions.call("GET", "/sessions/" + created.id() + "/attributes/a?touch=false")
                .is(200);
        sessions.peek(created.id(), "If-None-Match", created.etag()).is(304);

        Answer rotated = sessions.rotate(created.id()).is(200).clocks(then, then.plus(IDLE));
        assertThat(sessions.peek(rotated.id()).time("lastAccessedAt")).isEqualTo(then);
    }

    @Test
    void callsThatFailNeverSlide() {
        String id = sessions.newId(json("{'attributes': {'a': 1}}"));
        Instant created = now();
        advance(LATER);
        sessions.put(id, "{}").is(422);
        sessions.patch(id, json("{'label': 5}")).is(422);
        sessions.patch(id, "{").is(400);
        sessions.patch(id, "{}", "If-Match", "\"other\"").is(412);
        sessions.touch(id, "If-Match", "\"other\"").is(412);
        sessions.putNew(id, json("{'attributes': {}}")).is(412);
        sessions.attribute(id, "none").is(404);
        sessions.deleteAttribute(id, "none").is(404);
        sessions.patch(id, "{\"set\": {\"b\": \"" + "x".repeat(300_000) + "\"}}")
                .is(413);

        assertThat(sessions.peek(id).time("lastAccessedAt")).isEqualTo(created);
    }

    /** 1 % of 30 minutes is 18 seconds; of a day it would be more than the 60 seconds that are the most. */
    @ParameterizedTest
    @CsvSource({"1800, 19", "86400, 61", "100, 2"})
    void aReadOutsideTheSmallWindowIsRecorded(int idleSeconds, int later) {
        String id = sessions.newId("{\"absoluteTimeoutSeconds\": null, \"idleTimeoutSeconds\": " + idleSeconds + "}");
        advanceSeconds(later);
        sessions.read(id).is(200).repeatsItsClocks();

        assertThat(sessions.peek(id).time("lastAccessedAt")).isEqualTo(now());
    }

    @Test
    void readsKeepASessionAliveBeyondItsFirstIdleTimeout() {
        String id = sessions.newId();
        for (int i = 0; i < 10; i++) {
            advance(IDLE.minusSeconds(1));
            sessions.read(id).is(200);
        }
    }
}
