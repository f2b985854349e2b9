package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PATCH with application/json: set and remove whole attributes, and settings. */
class PatchTest extends ServerTest {
    @Test
    void patchSetsAndRemovesWholeAttributes() {
        String id = sessions.newId(json("{'attributes': {'keep': 1, 'replace': {'x': 1}, 'drop': 2}}"));

        Answer answer = sessions.patch(id, json("{'set': {'replace': {'y': 2}, 'add': [3]}, 'remove': ['drop']}"))
                .is(200)
                .repeatsItsClocks();
        assertThat(answer.field("attributes"))
                .isEqualTo(Answer.parse(json("{'keep': 1, 'replace': {'y': 2}, 'add': [3]}")));
        assertThat(answer.version()).isEqualTo(2);
        assertThat(answer.id()).isEqualTo(id);
        assertThat(answer.etag()).isEqualTo(sessions.etag(id));
        assertThat(sessions.document(id)).isEqualTo(answer.json());
    }

    @Test
    void nullIsAValue() {
        String id = sessions.newId();

        sessions.patch(id, json("{'set': {'a': null, 'b': {'c': null}}}")).is(200);
        assertThat(sessions.attributesText(id)).isEqualTo(json("{'a':null,'b':{'c':null}}"));
    }

    @Test
    void removingWhatIsAbsentIsNoErrorAndNoChange() {
        String id = sessions.newId();

        assertThat(sessions.patch(id, json("{'remove': ['nothing']}")).is(200).version())
                .isEqualTo(1);
    }

    @Test
    void anEmptyPatchChangesNothing() {
        String id = sessions.newId();
        String before = sessions.etag(id);

        for (String body : List.of("{}", json("{'set': {}, 'remove': []}"), json("{'set': {'a': 1}}"))) {
            Answer answer = sessions.patch(id, body).is(200);
            assertThat(answer.version()).isEqualTo(1);
            assertThat(answer.etag()).isEqualTo(before);
        }
    }

    @Test
    void patchWritesSettingsAndLeavesOthers() {
        String id = sessions.newId(json("{'principal': 'p', 'label': 'old'}"));

        Answer answer = sessions.patch(
                        id,
                        json(
                                "{'label': 'new', 'idleTimeoutSeconds': 60, 'absoluteTimeoutSeconds': null, 'set': {'b': 2}}"))
                .is(200);
        assertThat(answer.field("principal").asText()).isEqualTo("p");
        assertThat(answer.field("label").asText()).isEqualTo("new");
        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(60);
        assertThat(answer.field("absoluteTimeoutSeconds").isNull()).isTrue();
        assertThat(answer.field("attributes")).isEqualTo(Answer.parse(json("{'b': 2}")));
        assertThat(answer.version()).isEqualTo(2);
    }

    @Test
    void patchWithNullRemovesASetting() {
        String id = sessions.newId(json("{'principal': 'p', 'label': 'l', 'endsAt': '" + now().plusSeconds(9) + "'}"));

        Answer answer = sessions.patch(id, json("{'principal': null, 'label': null, 'endsAt': null}"))
                .is(200);
        assertThat(answer.json().has("principal")).isFalse();
        assertThat(answer.json().has("label")).isFalse();
        assertThat(answer.field("endsAt").isNull()).isTrue();
    }

    @Test
    void attributesDoNotBelongInAPatch() {
        sessions.patch(sessions.newId(), json("{'attributes': {'a': 2}}")).invalid("/attributes");
    }

    @Test
    void aNameBothSetAndRemovedIsInvalid() {
        String id = sessions.newId();

        assertThat(sessions.patch(id, json("{'set': {'a': 2}, 'remove': ['a']}"))
                        .invalid()
                        .pointers())
                .allMatch(pointer -> pointer.startsWith("/set") || pointer.startsWith("/remove"));
        assertThat(sessions.attributesText(id)).isEqualTo(json("{'a':1}"));
    }

    @Test
    void aNameWrittenWithEscapesIsTheSameName() {
        String id = sessions.newId();

        sessions.patch(id, "{\"set\": {\"\\u0061\": 2}, \"remove\": [\"a\"]}").invalid();
        sessions.patch(id, "{\"remove\": [\"\\u0061\"]}").is(200);
        assertThat(sessions.attributesText(id)).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "'a'", "1"})
    void setMustBeAnObject(String value) {
        sessions.patch(sessions.newId(), json("{'set': " + value + "}")).invalid("/set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "'a'", "1"})
    void removeMustBeAList(String value) {
        sessions.patch(sessions.newId(), json("{'remove': " + value + "}")).invalid("/remove");
    }

    @Test
    void removeHoldsNamesOnly() {
        sessions.patch(sessions.newId(), json("{'remove': ['x', 5]}")).invalid("/remove/1");
    }

    @Test
    void namesThatNoPathCanSayAreWrittenByPatch() {
        String id = sessions.newId("{}");

        sessions.patch(id, json("{'set': {'': 1, '.': 2, '..': 3}}")).is(200);
        assertThat(sessions.attributesText(id)).isEqualTo(json("{'':1,'.':2,'..':3}"));
        sessions.patch(id, json("{'remove': ['', '.', '..']}")).is(200);
        assertThat(sessions.attributesText(id)).isEqualTo("{}");
    }

    @Test
    void aPatchThatFailsChangesNothing() {
        String id = sessions.newId();

        sessions.patch(id, json("{'set': {'a': 2}, 'label': 5}")).invalid("/label");
        assertThat(sessions.document(id).path("version").asInt()).isEqualTo(1);
    }

    @Test
    void parallelPatchesOfDifferentAttributesAllSurvive() throws Exception {
        String id = sessions.newId("{}");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Answer>> patches = IntStream.range(0, 64)
                    .<Callable<Answer>>mapToObj(i -> () -> sessions.patch(id, "{\"set\": {\"n" + i + "\": " + i + "}}"))
                    .toList();
            for (Future<Answer> patch : threads.invokeAll(patches)) {
                patch.get().is(200);
            }
        } finally {
            threads.shutdownNow();
        }

        JsonNode document = sessions.document(id);
        assertThat(document.path("attributes").size()).isEqualTo(64);
        assertThat(document.path("version").asInt()).isEqualTo(65);
    }

    @Tag("principal-index")
    @Test
    void patchMovesASessionToAnotherPrincipal() {
        String id = sessions.newId(json("{'principal': 'before'}"));

        sessions.patch(id, json("{'principal': 'after'}")).is(200);
        assertThat(sessions.list("?principal=before").field("sessions").size()).isZero();
        assertThat(sessions.list("?principal=after").field("sessions").size()).isEqualTo(1);
    }

    @Test
    void patchOfWhatIsMissingOrGone() {
        String id = sessions.newId();
        sessions.delete(id).is(204);

        sessions.patch(Sessions.ownId(), "{}").notFound();
        sessions.patch(id, "{}").gone("deleted");
    }
}
