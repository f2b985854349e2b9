package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The problem documents, beyond what every test of a problem checks. */
class ErrorDocumentTest extends ServerTest {
    private static final String SECRET = "the-secret-of-this-test";

    @Test
    void theSameCodeHasTheSameTitle() {
        JsonNode first = sessions.read(Sessions.ownId()).notFound().json();
        JsonNode second = sessions.delete(Sessions.ownId()).notFound().json();

        assertThat(first.path("title")).isEqualTo(second.path("title"));
        assertThat(first.path("requestId")).isNotEqualTo(second.path("requestId"));
    }

    @Test
    void theCallersRequestIdStandsInTheDocument() {
        assertThat(sessions.read(Sessions.ownId(), "X-Request-Id", "trace-4711")
                        .notFound()
                        .field("requestId")
                        .asText())
                .isEqualTo("trace-4711");
    }

    @Test
    void everyFaultyFieldIsNamed() {
        assertThat(sessions.create(json("{'idleTimeoutSeconds': 0, 'label': 5}"))
                        .invalid()
                        .pointers())
                .containsAnyOf("/idleTimeoutSeconds", "/label");
    }

    @Test
    void noProblemRepeatsAnId() {
        String live = sessions.newId();
        String gone = sessions.newId();
        String unknown = Sessions.ownId();
        sessions.delete(gone).is(204);

        for (Answer answer : List.of(
                sessions.read(gone),
                sessions.read(unknown),
                sessions.putNew(live, json("{'attributes': {}}")),
                sessions.rotate(live, "{\"newId\": \"" + gone + "\"}"),
                sessions.patch(live, "{}", "If-Match", "\"x\""),
                sessions.patch(live, "{"),
                sessions.raw("POST", "/sessions/" + live),
                sessions.raw("GET", "/sessions/" + live + "/nothing"),
                sessions.raw("GET", "/sessions/" + live + "?unknown=1"),
                sessions.callWith("PUT", "/sessions/" + live, "x", "Content-Type", "text/plain"))) {
            answer.anyProblem();
            assertThat(answer.toString())
                    .doesNotContain(live)
                    .doesNotContain(gone)
                    .doesNotContain(unknown);
        }
    }

    @Test
    void noProblemRepeatsAMalformedId() {
        String malformed = SECRET + "!" + "x".repeat(30);
        assertThat(sessions.put(malformed, json("{'attributes': {}}"))
                        .problem(400, "malformed-id")
                        .toString())
                .doesNotContain(SECRET);
        assertThat(sessions.rotate(sessions.newId(), "{\"newId\": \"" + malformed + "\"}")
                        .problem(400, "malformed-id")
                        .toString())
                .doesNotContain(SECRET);
    }

    @Test
    void noProblemRepeatsAnAttributeOrPrincipal() {
        String id = sessions.newId();
        String large = SECRET + "x".repeat(300_000);

        for (Answer answer : List.of(
                sessions.create("{\"attributes\": {\"a\": \"" + SECRET + "\", }}"),
                sessions.create("{\"attributes\": {\"a\": " + SECRET + "}}"),
                sessions.create("{\"attributes\": {\"" + SECRET + "\": 1, \"" + SECRET + "\": 2}}"),
                sessions.create("{\"attributes\": \"" + SECRET + "\"}"),
                sessions.create("{\"principal\": \"" + SECRET + "\\n\"}"),
                sessions.create("{\"principal\": \"" + SECRET.repeat(20) + "\"}"),
                sessions.create("{\"idleTimeoutSeconds\": \"" + SECRET + "\"}"),
                sessions.create("{\"endsAt\": \"" + SECRET + "\"}"),
                sessions.create("{\"attributes\": {\"a\": \"" + large + "\"}}"),
                sessions.putAttribute(id, "a", SECRET),
                sessions.attribute(id, SECRET),
                sessions.deleteAttribute(id, SECRET),
                sessions.revoke("?principal=" + SECRET + "&except=AAAAAAAAAAAAAAAAAAAAAA"))) {
            assertThat(answer.anyProblem().path("detail").asText()).doesNotContain(SECRET);
            assertThat(answer.text()).doesNotContain(SECRET);
        }
    }

    @Test
    void headHasNoDocument() {
        assertThat(sessions.raw("HEAD", "/sessions/" + Sessions.ownId()).is(404).body())
                .isEmpty();
        assertThat(sessions.raw("HEAD", "/nothing").isOneOf(404, 405).body()).isEmpty();
    }
}
