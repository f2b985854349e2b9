package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GET and HEAD of a session. */
class ReadTest extends ServerTest {
    @Test
    void readAnswersWhatWasCreated() {
        Answer created = sessions.create(json("{'attributes': {'cart': ['sku-1']}, 'principal': 'p', 'label': 'l'}"));

        Answer read = sessions.read(created.id()).is(200).repeatsItsClocks();
        assertThat(read.mediaType()).isEqualTo("application/json");
        assertThat(read.json()).isEqualTo(created.json());
        assertThat(read.etag()).isEqualTo(created.etag());
    }

    @Test
    void readingChangesNoVersion() {
        String id = sessions.newId();
        advance(Duration.ofMinutes(10));

        assertThat(sessions.read(id).version()).isEqualTo(1);
        assertThat(sessions.read(id).version()).isEqualTo(1);
    }

    @Test
    void readOfAnIdNeverSeenFindsNothing() {
        sessions.read("A".repeat(43)).notFound();
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "1234567890123456789012345678901", "invalid!id!invalid!id!invalid!id!invalid!id"})
    void anIdOfTheWrongShapeIsSimplyNotFound(String id) {
        sessions.read(id).notFound();
        sessions.patch(id, "{}").notFound();
        sessions.delete(id).notFound();
        sessions.touch(id).notFound();
        sessions.rotate(id).notFound();
        sessions.attribute(id, "a").notFound();
    }

    @Test
    void anIdThatIsTooLongIsSimplyNotFound() {
        sessions.read("x".repeat(129)).notFound();
    }

    @Test
    void aSessionOfAnotherNamespaceIsNotFound() {
        String id = sessions.newId();

        sessions.in(Sessions.freshNamespace()).read(id).notFound();
    }

    @Test
    void aHandleIsNeverAcceptedAsAnId() {
        sessions.read(sessions.create().handle()).notFound();
    }

    @Test
    void touchFalseOnlyLooksAndTouchTrueSlides() {
        String id = sessions.newId();
        advance(Duration.ofMinutes(10));

        assertThat(sessions.call("GET", "/sessions/" + id + "?touch=false").time("lastAccessedAt"))
                .isEqualTo(now().minus(Duration.ofMinutes(10)));
        sessions.call("GET", "/sessions/" + id + "?touch=true").is(200);
        assertThat(sessions.peek(id).time("lastAccessedAt")).isEqualTo(now());
    }

    @Test
    void readWithAMatchingIfNoneMatchAnswers304() {
        String id = sessions.newId();
        String etag = sessions.etag(id);

        for (String match : List.of(etag, "W/" + etag, "\"other\", " + etag, "*")) {
            Answer answer = sessions.read(id, "If-None-Match", match).is(304).clocks(now(), now().plus(IDLE));
            assertThat(answer.body()).isEmpty();
            assertThat(answer.etag()).isEqualTo(etag);
        }
    }

    @Test
    void readWithAnotherIfNoneMatchAnswersTheDocument() {
        String id = sessions.newId();
        String before = sessions.etag(id);
        sessions.patch(id, json("{'set': {'a': 2}}")).is(200);

        sessions.read(id, "If-None-Match", "\"other\"").is(200);
        assertThat(sessions.read(id, "If-None-Match", before).is(200).version()).isEqualTo(2);
    }

    @Test
    void headAnswersTheHeadersOfGet() {
        String id = sessions.newId();
        Answer get = sessions.raw("GET", "/sessions/" + id + "?touch=false").is(200);

        Answer head = sessions.raw("HEAD", "/sessions/" + id).is(200);
        assertThat(head.body()).isEmpty();
        for (String name :
                List.of("ETag", "Content-Type", "Session-Last-Accessed-At", "Session-Expires-At", "Cache-Control")) {
            assertThat(head.header(name)).as(name).isNotNull().isEqualTo(get.header(name));
        }
        assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(get.body().length));
    }

    @Test
    void headAnswersWithoutBodyWhatIsMissingOrGone() {
        String id = sessions.newId();
        sessions.delete(id).is(204);

        assertThat(sessions.call("HEAD", "/sessions/" + id).is(410).body()).isEmpty();
        assertThat(sessions.call("HEAD", "/sessions/" + "A".repeat(43)).is(404).body())
                .isEmpty();
    }

    @Test
    void headIgnoresNothingOfTheConditionalRead() {
        String id = sessions.newId();

        sessions.call("HEAD", "/sessions/" + id, "If-None-Match", "\"other\"").is(200);
        sessions.call("HEAD", "/sessions/" + id, "If-None-Match", sessions.etag(id))
                .isOneOf(200, 304);
    }
}
