package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The attributes as a whole and one by one. */
class AttributesTest extends ServerTest {
    @Test
    void attributesAnswersTheBareObject() {
        Answer created = sessions.create(json("{'attributes': {'b': [1], 'a': 1.10}}"));

        Answer answer = sessions.attributes(created.id()).is(200);
        assertThat(answer.text()).isEqualTo(json("{'b':[1],'a':1.10}"));
        assertThat(answer.mediaType()).isEqualTo("application/json");
        assertThat(answer.etag()).isEqualTo(created.etag());
        answer.clocks(now(), now().plus(IDLE));
        assertThat(sessions.attributes(sessions.create().id()).is(200).text()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"null", "true", "false", "0", "-1.50", "\"text\"", "\"\"", "[]", "{}", "[1,null,{\"a\":[]}]"})
    void anAttributeIsItsJsonValue(String value) {
        String id = sessions.newId("{\"attributes\": {\"x\": " + value + "}}");

        Answer answer = sessions.attribute(id, "x").is(200).clocks(now(), now().plus(IDLE));
        assertThat(answer.text()).isEqualTo(value);
        assertThat(answer.mediaType()).isEqualTo("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "0", "-1.50", "\"text\"", "[]", "{}", "[1,null,{\"a\":[]}]"})
    void putAddsAndReplacesAndAnswersTheStoredValue(String value) {
        String id = sessions.newId();

        assertThat(sessions.putAttribute(id, "x", value).is(201).text()).isEqualTo(value);
        assertThat(sessions.putAttribute(id, "x", "\"other\"").is(200).text()).isEqualTo("\"other\"");
        assertThat(sessions.putAttribute(id, "x", " " + value + "\n").is(200).text())
                .isEqualTo(value);
        assertThat(sessions.attribute(id, "x").text()).isEqualTo(value);
        assertThat(sessions.document(id).path("version").asInt()).isEqualTo(4);
    }

    @Test
    void putOfTheSameValueChangesNoVersion() {
        String id = sessions.newId();
        String before = sessions.etag(id);
        sessions.putAttribute(id, "a", "1").is(200).clocks(now(), now().plus(IDLE));

        assertThat(sessions.etag(id)).isEqualTo(before);
        sessions.putAttribute(id, "a", "1.0").is(200);
        assertThat(sessions.etag(id)).isNotEqualTo(before);
    }

    @Test
    void deleteRemovesOneAttribute() {
        String id = sessions.newId(json("{'attributes': {'a': 1, 'b': 2}}"));

        assertThat(sessions.deleteAttribute(id, "a")
                        .is(204)
                        .clocks(now(), now().plus(IDLE))
                        .body())
                .isEmpty();
        assertThat(sessions.attributesText(id)).isEqualTo(json("{'b':2}"));
        assertThat(sessions.document(id).path("version").asInt()).isEqualTo(2);
        sessions.deleteAttribute(id, "a").problem(404, "attribute-not-found");
        sessions.attribute(id, "a").problem(404, "attribute-not-found");
        assertThat(sessions.document(id).path("version").asInt()).isEqualTo(2);
    }

    @Test
    void aReplacedAttributeKeepsItsPlace() {
        String id = sessions.newId(json("{'attributes': {'z': 1, 'm': 2, 'a': 3}}"));

        sessions.putAttribute(id, "m", "[]").is(200);
        sessions.patch(id, json("{'set': {'z': 0}}")).is(200);
        assertThat(sessions.attributesText(id)).isEqualTo(json("{'z':0,'m':[],'a':3}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a%2Fb        | a/b
            %2F          | /
            a%20b        | a b
            a%25b        | a%b
            a%252Fb      | a%2Fb
            caf%C3%A9    | café
            %F0%9F%98%80 | 😀
            a%3Fb%23c    | a?b#c
            a%3Bb        | a;b
            a+b          | a+b
            a%2Bb        | a+b
            a%5Cb        | a\\\\b
            a%22b        | a\\"b
            ...          | ...
            -            | -
            attributes   | attributes
            %61          | a
            """)
    void namesArePercentEncoded(String encoded, String name) {
        String id = sessions.newId("{}");
        String path = "/sessions/" + id + "/attributes/" + encoded;

        sessions.rawWith("PUT", path, "7").is(201);
        assertThat(sessions.document(id).path("attributes")).isEqualTo(Answer.parse("{\"" + name + "\":7}"));
        assertThat(sessions.raw("GET", path).is(200).text()).isEqualTo("7");
        sessions.raw("DELETE", path).is(204);
        assertThat(sessions.attributesText(id)).isEqualTo("{}");
    }

    @Test
    void aNameStoredWithEscapesIsReachedByWhatItSays() {
        String id = sessions.newId("{\"attributes\": {\"\\u00e9\": 1, \"\\u0062\": 2}}");

        assertThat(sessions.attribute(id, "%C3%A9").is(200).text()).isEqualTo("1");
        sessions.putAttribute(id, "b", "3").is(200);
        sessions.deleteAttribute(id, "%C3%A9").is(204);
        assertThat(sessions.document(id).path("attributes")).isEqualTo(Answer.parse(json("{'b': 3}")));
    }

    @Test
    void ifNoneMatchOnPutOnlyAdds() {
        String id = sessions.newId();

        sessions.putAttribute(id, "b", "2", "If-None-Match", "*").is(201);
        assertThat(sessions.putAttribute(id, "b", "3", "If-None-Match", "*")
                        .is(412)
                        .anyProblem()
                        .path("code")
                        .asText())
                .isIn("version-mismatch", "session-exists");
        assertThat(sessions.attribute(id, "b").text()).isEqualTo("2");
    }

    @Test
    void otherPreconditionsLookAtTheWholeSession() {
        String id = sessions.newId();
        String before = sessions.etag(id);
        sessions.putAttribute(id, "b", "1").is(201);

        sessions.putAttribute(id, "a", "2", "If-Match", before).problem(412, "version-mismatch");
        sessions.deleteAttribute(id, "a", "If-Match", before).problem(412, "version-mismatch");
        sessions.putAttribute(id, "a", "2", "If-Match", sessions.etag(id)).is(200);
        sessions.attributes(id, "If-None-Match", sessions.etag(id)).isOneOf(200, 304);
    }

    @Test
    void anAttributeOfWhatIsMissingOrGone() {
        String id = sessions.newId();
        sessions.delete(id).is(204);

        sessions.attribute(Sessions.ownId(), "a").notFound();
        sessions.putAttribute(Sessions.ownId(), "a", "1").notFound();
        sessions.attribute(id, "none").gone("deleted");
        sessions.deleteAttribute(id, "none").gone("deleted");
    }
}
