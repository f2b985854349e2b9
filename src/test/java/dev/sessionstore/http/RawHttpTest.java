package dev.sessionstore.http;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Jetty refuses before any route: problem documents all the same. */
class RawHttpTest extends ServerTest {
    private Answer send(String... lines) {
        return RawHttp.lines(server, lines);
    }

    private static void refused(Answer answer, int status, String code) {
        answer.problem(status, code).keepsTheHouseRules();
    }

    private String target() {
        return "/v1/" + sessions.namespace() + "/sessions";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "GET",
                "GET /health/live",
                "GET /health/live HTTP/x",
                "GET health HTTP/1.1",
                "G@T /health/live HTTP/1.1",
                "GET /health/live\u0001 HTTP/1.1"
            })
    void aBrokenRequestLine(String line) {
        Answer answer = send(line, "HOST", "Connection: close");

        answer.isOneOf(400, 404, 405, 501, 505).anyProblem();
        answer.keepsTheHouseRules();
    }

    @Test
    void aMissingHost() {
        refused(send("GET /health/live HTTP/1.1", "Connection: close"), 400, "malformed-request");
    }

    @Test
    void twoHosts() {
        refused(
                send("GET /health/live HTTP/1.1", "HOST", "Host: other", "Connection: close"),
                400,
                "malformed-request");
    }

    @Test
    void aBrokenHost() {
        send("GET " + target() + " HTTP/1.1", "Host: a b", "Connection: close")
                .isOneOf(400, 403)
                .anyProblem();
    }

    @Test
    void contentLengthBesideTransferEncoding() {
        refused(
                send(
                        "POST " + target() + " HTTP/1.1",
                        "HOST",
                        "Content-Type: application/json",
                        "Content-Length: 2",
                        "Transfer-Encoding: chunked",
                        "Connection: close"),
                400,
                "malformed-request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-1", "1e3", "99999999999999999999999", "0x2", "2, 3"})
    void aBrokenContentLength(String length) {
        send(
                        "POST " + target() + " HTTP/1.1",
                        "HOST",
                        "Content-Type: application/json",
                        "Content-Length: " + length,
                        "Connection: close")
                .isOneOf(400, 413)
                .anyProblem();
    }

    @Test
    void twoContentLengths() {
        refused(
                send(
                        "POST " + target() + " HTTP/1.1",
                        "HOST",
                        "Content-Type: application/json",
                        "Content-Length: 2",
                        "Content-Length: 3",
                        "Connection: close"),
                400,
                "malformed-request");
    }

    @Test
    void anUnknownTransferEncoding() {
        send(
                        "POST " + target() + " HTTP/1.1",
                        "HOST",
                        "Content-Type: application/json",
                        "Transfer-Encoding: nonsense",
                        "Connection: close")
                .isOneOf(400, 415, 501)
                .anyProblem();
    }

    @ParameterizedTest
    @ValueSource(strings = {"No colon here", "Space before : x", ": no name", "Na(me: x", "X-Null: a\u0000b"})
    void aBrokenHeader(String header) {
        refused(send("GET /health/live HTTP/1.1", "HOST", header, "Connection: close"), 400, "malformed-request");
    }

    @Test
    void headersThatAreTooLarge() {
        refused(
                send("GET " + target() + " HTTP/1.1", "HOST", "X-Large: " + "x".repeat(10_000), "Connection: close"),
                431,
                "headers-too-large");
        String[] many = new String[502];
        Arrays.setAll(many, i -> "X-Header-" + i + ": " + "x".repeat(10));
        many[0] = "GET " + target() + " HTTP/1.1";
        many[1] = "HOST";
        refused(send(many), 431, "headers-too-large");
    }

    @Tag("scan")
    @Test
    void headersWithinTheLimit() {
        send("GET " + target() + " HTTP/1.1", "HOST", "X-Large: " + "x".repeat(7_000), "Connection: close")
                .is(200);
    }

    @Test
    void aUriThatIsTooLong() {
        refused(
                send("GET " + target() + "/" + "x".repeat(10_000) + " HTTP/1.1", "HOST", "Connection: close"),
                414,
                "uri-too-long");
        refused(
                send("GET " + target() + "?principal=" + "x".repeat(10_000) + " HTTP/1.1", "HOST", "Connection: close"),
                414,
                "uri-too-long");
    }

    @Test
    void aVersionNobodySpeaks() {
        refused(send("GET " + target() + " HTTP/3.0", "HOST", "Connection: close"), 505, "http-version-not-supported");
    }

    @Test
    void aVerbInLowerCase() {
        send("get " + target() + " HTTP/1.1", "HOST", "Connection: close")
                .isOneOf(400, 405, 501)
                .anyProblem();
    }

    @Test
    void optionsOfTheWholeServer() {
        Answer answer = send("OPTIONS * HTTP/1.1", "HOST", "Connection: close").isOneOf(400, 404, 405);

        answer.anyProblem();
        answer.keepsTheHouseRules();
    }

    @Test
    void aTargetWithSchemeAndHost() {
        send("GET " + server.uri() + "/health/live HTTP/1.1", "HOST", "Connection: close")
                .isOneOf(200, 400)
                .keepsTheHouseRules();
    }
}
