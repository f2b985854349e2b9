package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings may be, wherever they are written: 422 with a pointer otherwise. */
class FieldsTest extends ServerTest {
    @ParameterizedTest
    @ValueSource(strings = {"1", "3155760000"})
    void timeoutsReachFromOneSecondToACentury(String seconds) {
        Answer answer = sessions.create(
                        "{\"idleTimeoutSeconds\": %s, \"absoluteTimeoutSeconds\": %s}".formatted(seconds, seconds))
                .is(201);

        assertThat(answer.field("idleTimeoutSeconds").toString()).isEqualTo(seconds);
        assertThat(answer.field("absoluteTimeoutSeconds").toString()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-1", "3155760001", "99999999999999999999", "1.5", "60.0", "6e1", "'60'", "true", "[]", "{}"
            })
    void timeoutsThatAreNotPlainIntegersInRangeAreInvalid(String seconds) {
        sessions.create(json("{'idleTimeoutSeconds': " + seconds + "}")).invalid("/idleTimeoutSeconds");
        sessions.create(json("{'absoluteTimeoutSeconds': " + seconds + "}")).invalid("/absoluteTimeoutSeconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"principal", "label"})
    void namesHoldUpTo256CodePoints(String field) {
        String longest = "😀".repeat(256);
        Answer answer =
                sessions.create("{\"%s\": \"%s\"}".formatted(field, longest)).is(201);

        assertThat(answer.field(field).asText()).isEqualTo(longest);
        sessions.create("{\"%s\": \"%s\"}".formatted(field, "x".repeat(257))).invalid("/" + field);
        sessions.create("{\"%s\": \"%s\"}".formatted(field, longest + "x")).invalid("/" + field);
        sessions.create("{\"%s\": \"\"}".formatted(field)).invalid("/" + field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"principal", "label", "binding", "endsAt"})
    void textFieldsMustBeText(String field) {
        for (String value : List.of("5", "true", "[]", "{}")) {
            sessions.create("{\"%s\": %s}".formatted(field, value)).invalid("/" + field);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\n", "\\u001f", "\\u007f"})
    void principalHoldsNoControlCharacters(String control) {
        sessions.create("{\"principal\": \"a" + control + "b\"}").invalid("/principal");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'yes'", "1", "{}"})
    void permanentMustBeBoolean(String value) {
        sessions.create(json("{'permanent': " + value + "}")).invalid("/permanent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "'x'", "5", "true"})
    void attributesMustBeAnObject(String value) {
        sessions.create(json("{'attributes': " + value + "}")).invalid("/attributes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tomorrow",
                "",
                "2027-13-01T00:00:00Z",
                "2027-02-30T00:00:00Z",
                "2027-01-01",
                "2027-01-01T00:00:00"
            })
    void endMustBeATimeWithAnOffset(String value) {
        sessions.create("{\"endsAt\": \"" + value + "\"}").invalid("/endsAt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "handle",
                "namespace",
                "version",
                "createdAt",
                "lastAccessedAt",
                "expiresAt",
                "colour",
                "set",
                ""
            })
    void serverFieldsAndUnknownOnesAreInvalidAtCreation(String field) {
        sessions.create("{\"" + field + "\": null}").invalid("/" + field);
        sessions.create("{\"" + field + "\": \"x\"}").invalid("/" + field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"id", "handle", "namespace", "version", "createdAt", "lastAccessedAt", "expiresAt", "colour"})
    void serverFieldsAndUnknownOnesAreInvalidInPatches(String field) {
        String id = sessions.newId();

        sessions.patch(id, "{\"" + field + "\": \"x\"}").invalid("/" + field);
        sessions.merge(id, "{\"" + field + "\": \"x\"}").invalid("/" + field);
        sessions.rotate(id, "{\"changes\": {\"" + field + "\": \"x\"}}").invalid("/changes/" + field);
        assertThat(sessions.document(id).path("version").asInt()).isEqualTo(1);
    }

    @Test
    void pointersEscapeSlashAndTilde() {
        sessions.create("{\"a/b~c\": 1}").invalid("/a~1b~0c");
    }

    @Test
    void settingsAreCheckedTheSameInLaterWrites() {
        String id = sessions.newId();
        String bad = json("'idleTimeoutSeconds': 0");

        sessions.put(id, "{\"attributes\": {}, " + bad + "}").invalid("/idleTimeoutSeconds");
        sessions.putNew(Sessions.ownId(), "{\"attributes\": {}, " + bad + "}").invalid("/idleTimeoutSeconds");
        sessions.patch(id, "{" + bad + "}").invalid("/idleTimeoutSeconds");
        sessions.merge(id, "{" + bad + "}").invalid("/idleTimeoutSeconds");
        sessions.rotate(id, "{\"changes\": {" + bad + "}}").invalid("/changes/idleTimeoutSeconds");
    }

    @Test
    void bodiesThatAreNoObjectsAreRefused() {
        for (String body : List.of("[]", "\"x\"", "5", "null", "true")) {
            sessions.create(body).isOneOf(400, 422).anyProblem();
            sessions.put(sessions.newId(), body).isOneOf(400, 422).anyProblem();
            sessions.patch(sessions.newId(), body).isOneOf(400, 422).anyProblem();
            sessions.expire(sessions.newId(), body).isOneOf(400, 422).anyProblem();
            sessions.rotate(sessions.newId(), body).isOneOf(400, 422).anyProblem();
        }
    }
}
