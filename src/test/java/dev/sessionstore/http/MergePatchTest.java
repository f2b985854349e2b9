package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PATCH with application/merge-patch+json: RFC 7396 over the settable fields. */
class MergePatchTest extends ServerTest {
    @ParameterizedTest(name = "{0} and {1} make {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'a':'b'}             | {'a':'c'}                  | {'a':'c'}
            {'a':'b'}             | {'b':'c'}                  | {'a':'b','b':'c'}
            {'a':'b'}             | {'a':null}                 | {}
            {'a':'b','b':'c'}     | {'a':null}                 | {'b':'c'}
            {'a':['b']}           | {'a':'c'}                  | {'a':'c'}
            {'a':'c'}             | {'a':['b']}                | {'a':['b']}
            {'a':{'b':'c'}}       | {'a':{'b':'d','c':null}}   | {'a':{'b':'d'}}
            {'a':[{'b':'c'}]}     | {'a':[1]}                  | {'a':[1]}
            {'e':null}            | {'a':1}                    | {'e':null,'a':1}
            {'a':'foo'}           | {'a':{'b':{'c':null}}}     | {'a':{'b':{}}}
            {}                    | {'a':{'bb':{'ccc':null}}}  | {'a':{'bb':{}}}
            {'a':{'b':1,'c':2}}   | {'a':{'c':{'d':3}}}        | {'a':{'b':1,'c':{'d':3}}}
            {'a':1}               | {'b':[null,{'c':null}]}    | {'a':1,'b':[null,{'c':null}]}
            """)
    void mergesAsTheRfcSays(String before, String patch, String after) {
        String id = sessions.newId(json("{'attributes': " + before + "}"));

        Answer answer = sessions.merge(id, json("{'attributes': " + patch + "}"))
                .is(200)
                .repeatsItsClocks();
        assertThat(answer.field("attributes")).isEqualTo(Answer.parse(json(after)));
        assertThat(sessions.document(id)).isEqualTo(answer.json());
    }

    @Test
    void mergeWritesAndRemovesSettings() {
        String id = sessions.newId(json("{'principal': 'p', 'label': 'old', 'attributes': {'a': 1}}"));

        Answer answer = sessions.merge(id, json("{'principal': null, 'label': 'new', 'idleTimeoutSeconds': null}"))
                .is(200);
        assertThat(answer.json().has("principal")).isFalse();
        assertThat(answer.field("label").asText()).isEqualTo("new");
        assertThat(answer.field("idleTimeoutSeconds").isNull()).isTrue();
        assertThat(answer.field("attributes")).isEqualTo(Answer.parse(json("{'a': 1}")));
        assertThat(answer.version()).isEqualTo(2);
    }

    @Test
    void mergeThatChangesNothingKeepsTheVersion() {
        String id = sessions.newId(json("{'attributes': {'a': {'b': 1}}, 'label': 'l'}"));
        String before = sessions.etag(id);

        for (String body : List.of(
                "{}",
                json("{'attributes': {}}"),
                json("{'attributes': {'a': {'b': 1}}, 'label': 'l'}"),
                json("{'attributes': {'none': null, 'a': {'none': null}}, 'principal': null}"))) {
            Answer answer = sessions.merge(id, body).is(200);
            assertThat(answer.version()).as(body).isEqualTo(1);
            assertThat(answer.etag()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "'x'", "5", "true", "null"})
    void aMergePatchThatIsNoObjectIsInvalid(String body) {
        sessions.merge(sessions.newId(), json(body)).invalid();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "'x'", "5"})
    void attributesStayAnObject(String value) {
        String id = sessions.newId();

        sessions.merge(id, json("{'attributes': " + value + "}")).invalid("/attributes");
        assertThat(sessions.attributesText(id)).isEqualTo(json("{'a':1}"));
    }

    @Test
    void mergeKnowsNoSetAndRemove() {
        sessions.merge(sessions.newId(), json("{'set': {'a': 2}}")).invalid("/set");
        sessions.merge(sessions.newId(), json("{'remove': ['a']}")).invalid("/remove");
    }

    @Test
    void mergedMembersKeepTheirPlaceAndOthersTheirText() {
        String id =
                sessions.newId("{\"attributes\": {\"z\": 1.10, \"m\": {\"y\": 1, \"x\": \"\\u00e9\"}, \"a\": 1e5}}");

        sessions.merge(id, json("{'attributes': {'m': {'y': 2}}}")).is(200);
        assertThat(sessions.attributesText(id)).isEqualTo("{\"z\":1.10,\"m\":{\"y\":2,\"x\":\"\\u00e9\"},\"a\":1e5}");
    }

    @Test
    void aNameWrittenWithEscapesIsTheSameMember() {
        String id = sessions.newId("{\"attributes\": {\"\\u00e9\": 1}}");

        sessions.merge(id, "{\"attributes\": {\"é\": null}}").is(200);
        assertThat(sessions.attributesText(id)).isEqualTo("{}");
    }

    @Test
    void mergeOfWhatIsMissingOrGone() {
        String id = sessions.newId();
        sessions.delete(id).is(204);

        sessions.merge(Sessions.ownId(), "{}").notFound();
        sessions.merge(id, "{}").gone("deleted");
    }
}
