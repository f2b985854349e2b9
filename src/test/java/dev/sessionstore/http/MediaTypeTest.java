package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content-Type, Content-Encoding and Accept. */
class MediaTypeTest extends ServerTest {
    private static final String BODY = "{}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "application/json;charset=UTF-8",
                "Application/JSON",
                "application/json; charset=\"utf-8\""
            })
    void jsonIsTaken(String type) {
        sessions.rawWith("POST", "/sessions", BODY, "Content-Type", type).is(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/json",
                "application/octet-stream",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/vnd.api+json",
                "application/merge-patch+json",
                "application/json; charset=iso-8859-1",
                "application/json; charset=utf-16",
                "application/json; profile=x",
                "application/jsonx",
                "json",
                "*/*"
            })
    @Tag("scan")
    void anythingElseIs415(String type) {
        Answer answer = sessions.rawWith("POST", "/sessions", BODY, "Content-Type", type)
                .problem(415, "unsupported-media-type");

        assertThat(answer.header("Accept")).contains("application/json");
        assertThat(sessions.list("").field("sessions").size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/json-patch+json", "application/merge-patch+json; charset=utf-16"})
    void patchOfAnotherKindIs415WithAcceptPatch(String type) {
        Answer answer = sessions.rawWith("PATCH", "/sessions/" + sessions.newId(), BODY, "Content-Type", type)
                .problem(415, "unsupported-media-type");

        assertThat(answer.header("Accept-Patch")).contains("application/json").contains("application/merge-patch+json");
    }

    @Test
    void aMergePatchMaySayItsCharset() {
        sessions.rawWith(
                        "PATCH",
                        "/sessions/" + sessions.newId(),
                        BODY,
                        "Content-Type",
                        "application/merge-patch+json; charset=utf-8")
                .is(200);
    }

    @ParameterizedTest
    @EnumSource(names = {"PUT", "EXPIRE_LATER", "ROTATE", "PUT_ATTRIBUTE"})
    void mergePatchBelongsToPatchOnly(IdCall call) {
        call.with(sessions, sessions.newId(), BODY, "Content-Type", "application/merge-patch+json")
                .problem(415, "unsupported-media-type");
        call.with(sessions, sessions.newId(), BODY, "Content-Type", "text/plain")
                .problem(415, "unsupported-media-type");
    }

    @Test
    void aBodyNeedsAContentType() {
        Answer answer = RawHttp.lines(
                server,
                "POST /v1/" + sessions.namespace() + "/sessions HTTP/1.1",
                "HOST",
                "Content-Length: 0",
                "Connection: close");
        answer.is(201);
        byte[] request = (RawHttp.text(
                                server,
                                "POST /v1/" + sessions.namespace() + "/sessions HTTP/1.1",
                                "HOST",
                                "Content-Length: 2",
                                "Connection: close")
                        + BODY)
                .getBytes(StandardCharsets.UTF_8);
        RawHttp.exchange(server, request).problem(415, "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "x-unknown"})
    void aContentEncodingIs415(String encoding) {
        sessions.rawWith("POST", "/sessions", BODY, "Content-Encoding", encoding)
                .problem(415, "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "*/*",
                "application/*",
                "text/html, */*;q=0.1",
                "text/html, application/json;q=0.5",
                "application/json; q=1.0",
                "APPLICATION/JSON"
            })
    void jsonIsAcceptable(String accept) {
        sessions.raw("GET", "/sessions/" + sessions.newId(), "Accept", accept).is(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "application/xml",
                "text/*",
                "image/png, text/html;q=0.9",
                "application/json;q=0",
                "application/json;q=0, text/html"
            })
    void whatIsNotJsonIsNotAcceptable(String accept) {
        sessions.raw("GET", "/sessions/" + sessions.newId(), "Accept", accept).problem(406, "not-acceptable");
        sessions.raw("GET", "/sessions", "Accept", accept).problem(406, "not-acceptable");
    }

    @Test
    void whatIsNotAcceptableDoesNothing() {
        String id = sessions.newId();

        sessions.rawWith("PUT", "/sessions/" + id, json("{'attributes': {}}"), "Accept", "text/html")
                .problem(406, "not-acceptable");
        assertThat(sessions.peek(id).version()).isEqualTo(1);
    }

    @Test
    void aProblemIsAProblemDocumentWhateverIsAccepted() {
        sessions.raw("GET", "/sessions/" + Sessions.ownId(), "Accept", "application/json")
                .notFound();
        sessions.raw("GET", "/nothing", "Accept", "text/html").problem(404, "route-not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/attributes", "/attributes/a"})
    void aBodyWhereNoneBelongsIs400(String path) {
        String id = sessions.newId();

        sessions.rawWith("GET", "/sessions/" + id + path, BODY).problem(400, "malformed-request");
        sessions.rawWith("GET", "/sessions", BODY).problem(400, "malformed-request");
        sessions.rawWith("GET", "/stats", BODY).problem(400, "malformed-request");
        sessions.rawWith("DELETE", "/handles/" + sessions.peek(id).handle(), BODY)
                .problem(400, "malformed-request");
        sessions.rawWith("DELETE", "/sessions/" + id + "/attributes/a", BODY).problem(400, "malformed-request");
        assertThat(sessions.peek(id).version()).isEqualTo(1);
    }
}
