package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PUT of a session that is there. */
class PutTest extends ServerTest {
    @Test
    void putReplacesTheAttributesWhole() {
        String id = sessions.newId(json("{'attributes': {'a': 1, 'b': 2}}"));

        Answer answer =
                sessions.put(id, json("{'attributes': {'c': 3}}")).is(200).repeatsItsClocks();
        assertThat(answer.field("attributes")).isEqualTo(Answer.parse(json("{'c': 3}")));
        assertThat(answer.version()).isEqualTo(2);
        assertThat(answer.id()).isEqualTo(id);
        assertThat(answer.etag()).isEqualTo(sessions.etag(id));
        assertThat(sessions.document(id)).isEqualTo(answer.json());
    }

    @Test
    void putKeepsTheSettingsItDoesNotName() {
        String id = sessions.newId(json("{'principal': 'p', 'label': 'l', 'idleTimeoutSeconds': 77,"
                + "'absoluteTimeoutSeconds': null, 'endsAt': '" + now().plusSeconds(50) + "'}"));

        Answer answer = sessions.put(id, json("{'attributes': {}}")).is(200);
        assertThat(answer.field("principal").asText()).isEqualTo("p");
        assertThat(answer.field("label").asText()).isEqualTo("l");
        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(77);
        assertThat(answer.field("absoluteTimeoutSeconds").isNull()).isTrue();
        assertThat(answer.time("endsAt")).isEqualTo(now().plusSeconds(50));
    }

    @Test
    void putWithNullRemovesASetting() {
        String id = sessions.newId(json("{'principal': 'p', 'label': 'l', 'endsAt': '" + now().plusSeconds(50) + "'}"));

        Answer answer = sessions.put(
                        id,
                        json(
                                "{'attributes': {}, 'principal': null, 'label': null, 'endsAt': null, 'idleTimeoutSeconds': null}"))
                .is(200);
        assertThat(answer.json().has("principal")).isFalse();
        assertThat(answer.json().has("label")).isFalse();
        assertThat(answer.field("endsAt").isNull()).isTrue();
        assertThat(answer.field("idleTimeoutSeconds").isNull()).isTrue();
    }

    @Test
    void putNeedsAttributes() {
        String id = sessions.newId();

        sessions.put(id, json("{'label': 'l'}")).invalid();
        sessions.put(id, "{}").invalid();
        sessions.put(id, json("{'attributes': null}")).invalid("/attributes");
        sessions.putNew(Sessions.ownId(), json("{'label': 'l'}")).invalid();
    }

    @Test
    void putWithoutBodyIsRefusedWithAProblem() {
        String id = sessions.newId();

        assertThat(sessions.call("PUT", "/sessions/" + id)
                        .anyProblem()
                        .path("status")
                        .asInt())
                .isBetween(400, 422);
        assertThat(sessions.document(id).path("version").asInt()).isEqualTo(1);
    }

    @Test
    void aReadDocumentCanBePutBackAndChangesNothing() {
        Answer read =
                sessions.read(sessions.newId(json("{'attributes': {'a': 1.10}, 'principal': 'p', 'label': 'l'}")));

        Answer answer = sessions.put(read.id(), read.text()).is(200);
        assertThat(answer.version()).isEqualTo(1);
        assertThat(answer.etag()).isEqualTo(read.etag());
        assertThat(answer.json()).isEqualTo(read.json());
    }

    @Test
    void aReadDocumentCanBeEditedAndPutBack() {
        Answer read = sessions.read(sessions.newId(json("{'attributes': {'a': 1}, 'label': 'old'}")));

        Answer answer =
                sessions.put(read.id(), read.text().replace("old", "new")).is(200);
        assertThat(answer.field("label").asText()).isEqualTo("new");
        assertThat(answer.version()).isEqualTo(2);
        assertThat(answer.etag()).isNotEqualTo(read.etag());
    }

    @Test
    void putIgnoresTheServersFields() {
        String id = sessions.newId();
        Answer before = sessions.read(id);

        Answer answer = sessions.put(
                        id,
                        json("{'attributes': {'a': 1}, 'id': '" + Sessions.ownId()
                                + "', 'handle': 'AAAAAAAAAAAAAAAAAAAAAA', 'namespace': 'other', 'version': 99,"
                                + "'createdAt': '2001-01-01T00:00:00Z', 'lastAccessedAt': '2001-01-01T00:00:00Z',"
                                + "'expiresAt': '2001-01-01T00:00:00Z'}"))
                .is(200);
        assertThat(answer.json()).isEqualTo(before.json());
    }

    @Test
    void putRefusesUnknownFields() {
        sessions.put(sessions.newId(), json("{'attributes': {}, 'colour': 1}")).invalid("/colour");
        sessions.put(sessions.newId(), json("{'attributes': {}, 'set': {}}")).invalid("/set");
    }

    @Test
    void putOfWhatIsThereAlreadyChangesNoVersionWhateverItsWhiteSpace() {
        String id = sessions.newId(json("{'attributes': {'a': [1, 2]}}"));

        assertThat(sessions.put(id, json("{ 'attributes' : { 'a' : [ 1 ,\n 2 ] } }"))
                        .is(200)
                        .version())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1.0,\"b\":\"x\"}", "{\"b\":\"x\",\"a\":1}", "{\"a\":1,\"b\":\"\\u0078\"}"})
    void valuesAreComparedByTheirStoredText(String attributes) {
        String id = sessions.newId(json("{'attributes': {'a': 1, 'b': 'x'}}"));

        assertThat(sessions.put(id, "{\"attributes\": " + attributes + "}")
                        .is(200)
                        .version())
                .isEqualTo(2);
        assertThat(sessions.attributesText(id)).isEqualTo(attributes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'principal': 'p'",
                "'label': 'l'",
                "'binding': 'b'",
                "'permanent': true",
                "'idleTimeoutSeconds': 5",
                "'absoluteTimeoutSeconds': 5",
                "'endsAt': '2099-01-01T00:00:00Z'"
            })
    void eachSettingThatChangesCountsOneVersion(String setting) {
        String id = sessions.newId();
        String before = sessions.etag(id);
        String body = json("{'attributes': {'a': 1}, " + setting + "}");

        Answer changed = sessions.put(id, body).is(200);
        assertThat(changed.version()).isEqualTo(2);
        assertThat(changed.etag()).isNotEqualTo(before);
        Answer again = sessions.put(id, body, "Session-Binding", "b").is(200);
        assertThat(again.version()).isEqualTo(2);
        assertThat(again.etag()).isEqualTo(changed.etag());
    }

    @Test
    void putWithoutIfNoneMatchNeverCreates() {
        String id = Sessions.ownId();

        sessions.put(id, json("{'attributes': {}}")).notFound();
        sessions.read(id).notFound();
    }
}
