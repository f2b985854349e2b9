package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two faults in one request: the earlier check answers. */
class OrderOfChecksTest extends ServerTest {
    private Sessions reader;
    private Sessions writer;
    private String id;

    OrderOfChecksTest() {
        super(TestServer.startWithKeys(Map.of()));
    }

    @BeforeEach
    void makeKeys() {
        reader = sessions.as(server.newKey("read", sessions.namespace()));
        writer = sessions.as(server.newKey("write", sessions.namespace()));
        id = writer.newId();
    }

    @Test
    void theKeyComesBeforeRouteVerbQueryAndBody() {
        sessions.raw("GET", "/nothing").problem(401, "unauthenticated");
        sessions.raw("PUT", "/sessions").problem(401, "unauthenticated");
        sessions.raw("GET", "/sessions?unknown=1").problem(401, "unauthenticated");
        sessions.rawWith("POST", "/sessions", "{", "Content-Type", "text/plain").problem(401, "unauthenticated");
    }

    @Test
    void theRouteComesBeforeRoleAndNamespace() {
        reader.rawWith("POST", "/nothing", "{}").problem(404, "route-not-found");
        writer.in(Sessions.freshNamespace()).raw("GET", "/nothing").problem(404, "route-not-found");
    }

    @Test
    void theVerbComesBeforeRoleAndNamespace() {
        reader.raw("PATCH", "/sessions").problem(405, "method-not-allowed");
        writer.in(Sessions.freshNamespace()).raw("PATCH", "/sessions").problem(405, "method-not-allowed");
    }

    @Test
    void roleAndNamespaceComeBeforeTheQueryAndTheRest() {
        reader.call("POST", "/sessions?unknown=1").problem(403, "forbidden");
        reader.rawWith("POST", "/sessions", "{", "Content-Type", "text/plain", "Accept", "text/html")
                .problem(403, "forbidden");
        writer.in(Sessions.freshNamespace()).call("GET", "/sessions?unknown=1").problem(403, "forbidden");
    }

    @Test
    void theQueryComesBeforeAccept() {
        writer.raw("GET", "/sessions?unknown=1", "Accept", "text/html").problem(400, "malformed-request");
    }

    @Test
    void acceptComesBeforeTheContentType() {
        writer.rawWith("POST", "/sessions", "{}", "Accept", "text/html", "Content-Type", "text/plain")
                .problem(406, "not-acceptable");
    }

    @Test
    void theContentTypeComesBeforeTheSize() {
        writer.rawWith("POST", "/sessions", " ".repeat(1024 * 1024 + 1), "Content-Type", "text/plain")
                .problem(415, "unsupported-media-type");
    }

    @Test
    void theSizeComesBeforeTheJson() {
        writer.rawWith("POST", "/sessions", "{".repeat(1024 * 1024 + 1)).problem(413, "body-too-large");
    }

    @Test
    void theJsonComesBeforeTheSessionId() {
        writer.patch("-", "{").problem(400, "malformed-json");
        writer.patch(id, "{", "Session-Id", id).problem(400, "malformed-json");
    }

    @Test
    void theSessionIdComesBeforeTheSession() {
        String gone = writer.newId();
        writer.delete(gone).is(204);

        writer.read(gone, "Session-Id", gone).problem(400, "malformed-request");
    }

    @Test
    void theJsonComesBeforeTheSessionAndTheSessionBeforeTheFields() {
        String gone = writer.newId();
        writer.delete(gone).is(204);

        writer.patch(gone, "{").problem(400, "malformed-json");
        writer.patch(gone, json("{'colour': 1}")).gone("deleted");
        writer.patch(Sessions.ownId(), json("{'colour': 1}")).notFound();
        writer.put(Sessions.ownId(), "{}").notFound();
        writer.expire(gone, "{}").gone("deleted");
        writer.rotate(gone, json("{'graceSeconds': 99}")).gone("deleted");
    }

    @Test
    void preconditionsComeBeforeTheFieldsAndTheFieldsBeforeTheSize() {
        writer.patch(id, json("{'colour': 1}"), "If-Match", "\"other\"").problem(412, "version-mismatch");
        writer.put(id, "{}", "If-Match", "\"other\"").problem(412, "version-mismatch");
        writer.putNew(id, "{}").problem(412, "session-exists");
        writer.put(Sessions.ownId(), "{}", "If-Match", "\"other\"").problem(412, "version-mismatch");
        writer.rotate(id, json("{'graceSeconds': 99}"), "If-Match", "\"other\"").problem(412, "version-mismatch");
        writer.patch(id, "{\"label\": 5, \"set\": {\"a\": \"" + "x".repeat(300_000) + "\"}}")
                .invalid("/label");
    }

    @Test
    void afterAllTheseTheSessionIsUntouched() {
        writer.patch(id, "{").is(400);
        writer.patch(id, json("{'colour': 1}")).is(422);

        assertThat(writer.peek(id).is(200).version()).isEqualTo(1);
    }
}
