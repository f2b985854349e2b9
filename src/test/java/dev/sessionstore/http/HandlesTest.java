package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking at a session and revoking it by its public name. */
class HandlesTest extends ServerTest {
    private Answer created;

    @BeforeEach
    void create() {
        created = sessions.create(json("{'attributes': {'a': 1}, 'principal': 'p', 'label': 'l'}"))
                .is(201);
    }

    @Test
    void aDocumentByHandleHasNeitherIdNorAttributes() {
        Answer answer = sessions.handle(created.handle()).is(200).repeatsItsClocks();

        ObjectNode expected = created.json().deepCopy();
        expected.remove(List.of("id", "attributes"));
        assertThat(answer.json()).isEqualTo(expected);
        assertThat(answer.etag()).isEqualTo(created.etag());
        assertThat(answer.toString()).doesNotContain(created.id());
    }

    @Test
    void attributesComeOnRequest() {
        Answer answer =
                sessions.handle(created.handle() + "?include=attributes").is(200);

        assertThat(answer.field("attributes")).isEqualTo(Answer.parse(json("{'a': 1}")));
        assertThat(answer.json().has("id")).isFalse();
        assertThat(answer.etag()).isEqualTo(created.etag());
    }

    @Test
    void theLocationOfACreationLeadsToIt() {
        String location = created.header("Location");
        String path = location.substring(location.indexOf("/v1/"));

        assertThat(sessions.send("GET", path, null).is(200).handle()).isEqualTo(created.handle());
    }

    @Test
    void deleteByHandleRevokes() {
        assertThat(sessions.call("DELETE", "/handles/" + created.handle())
                        .is(204)
                        .body())
                .isEmpty();

        sessions.read(created.id()).gone("revoked");
        sessions.handle(created.handle()).isOneOf(404, 410).anyProblem();
        sessions.call("DELETE", "/handles/" + created.handle())
                .isOneOf(404, 410)
                .anyProblem();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAAAAAAAAAAAAAAAAAAAA", "short", "AAAAAAAAAAAAAAAAAAAAA!", "AAAAAAAAAAAAAAAAAAAAAAA"})
    void anUnknownHandleIsNotFound(String handle) {
        sessions.handle(handle).notFound();
        sessions.call("DELETE", "/handles/" + handle).notFound();
    }

    @Test
    void anIdIsNoHandleAndAHandleNoId() {
        sessions.handle(created.id()).notFound();
        sessions.delete(created.handle()).notFound();
        sessions.read(created.id()).is(200);
    }

    @Test
    void handlesBelongToTheirNamespace() {
        Sessions others = sessions.in(Sessions.freshNamespace());

        others.handle(created.handle()).notFound();
        others.call("DELETE", "/handles/" + created.handle()).notFound();
        sessions.read(created.id()).is(200);
    }

    @Test
    void deleteByHandleHonoursPreconditions() {
        sessions.call("DELETE", "/handles/" + created.handle(), "If-Match", "\"other\"")
                .problem(412, "version-mismatch");
        sessions.read(created.id()).is(200);
        sessions.call("DELETE", "/handles/" + created.handle(), "If-Match", created.etag())
                .is(204);
    }

    @Test
    void theHandleIsGoneWithItsSession() {
        sessions.delete(created.id()).is(204);

        sessions.handle(created.handle()).isOneOf(404, 410).anyProblem();
    }

    @Test
    void handlesKnowNoTouchParameter() {
        sessions.handle(created.handle() + "?touch=false").problem(400, "malformed-request");
        sessions.handle(created.handle() + "?include=id").problem(400, "malformed-request");
    }

    @Test
    void aMalformedPreconditionIs400EvenWhenTheSessionIsGone() {
        Answer created = sessions.create().is(201);
        String path = "/v1/" + sessions.namespace() + "/handles/" + created.handle();
        RawHttp.call(server, "DELETE", path, null).is(204);

        RawHttp.call(server, "GET", path, null, "If-None-Match", "unquoted").problem(400, "malformed-request");
        RawHttp.call(server, "DELETE", path, null, "If-Match", "unquoted").problem(400, "malformed-request");
    }
}
