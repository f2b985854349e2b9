package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that are nobody's, sent to the letter. */
class PathTest extends ServerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/attributes/..",
                "/attributes/%2e%2e",
                "/attributes/%2E%2E",
                "/attributes/.%2e",
                "/attributes/%2e.",
                "/attributes/.",
                "/attributes/%2e",
                "/attributes/",
                "/",
                "//",
                "/.",
                "/./",
                "/%2e",
                "/attributes/a/..",
                "/attributes/a/../..",
                "/attributes//",
                "/attributes/../",
                "/touch/..",
                "/attributes/..;",
                "/attributes/..;x=1",
                "/.;/",
                "/;/",
                "/attributes/%2e%2e;x"
            })
    void foldedPathsNeverReachTheSession(String suffix) {
        String id = sessions.newId();

        for (String verb : List.of("DELETE", "PUT", "GET", "POST")) {
            String path = "/sessions/" + id + suffix;
            Answer answer = verb.equals("PUT")
                    ? sessions.rawWith(verb, path, json("{'attributes': {}}"))
                    : sessions.raw(verb, path);
            // A name that merely starts with dots is a name like any other; a verb that the route lacks is 405.
            answer.isOneOf(
                    suffix.contains(";") ? new Integer[] {200, 201, 204, 400, 404, 405} : new Integer[] {400, 404});
        }
        assertThat(sessions.peek(id).is(200).field("attributes").path("a").asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sessions/",
                "//sessions",
                "/./sessions",
                "/%2e/sessions",
                "/x/../sessions",
                "/%2e%2e/app/sessions",
                "/sessions/%2e%2e/sessions",
                "/sessions//",
                "/stats/",
                "/stats/.",
                "/stats/../sessions",
                "/handles/"
            })
    @Tag("scan")
    void dotsEmptySegmentsAndTrailingSlashesAreNoRoute(String path) {
        for (String verb : List.of("GET", "POST", "DELETE")) {
            sessions.raw(verb, path).isOneOf(400, 404).anyProblem();
        }
        assertThat(sessions.list("").field("sessions").size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/",
                "//v1/app/sessions",
                "/v1//sessions",
                "/./v1/app/sessions",
                "/../v1/app/sessions",
                "/v1/../v1/app/sessions",
                "/health/live/",
                "/health//live",
                "/health/./live",
                "/%2e%2e/health/live",
                "/health/x/%2e%2e/live"
            })
    void theSameHoldsOutsideANamespace(String path) {
        RawHttp.call(server, "GET", path, null).isOneOf(400, 404).anyProblem();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sessions/%zz",
                "/sessions/%",
                "/sessions/%4",
                "/sessions/x/attributes/%C3",
                "/sessions/x/attributes/%FF",
                "/sessions/x/attributes/%C0%AF",
                "/sessions/x/attributes/%ED%A0%80"
            })
    void brokenEscapesAre400(String path) {
        sessions.raw("GET", path).isOneOf(400, 404).anyProblem();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/nothing",
                "/sessions/x/nothing",
                "/sessions/x/attributes/a/b",
                "/sessions/x/touch/y",
                "/handles",
                "/handles/x/y",
                "/Sessions",
                "/SESSIONS",
                "/stats/x"
            })
    void unknownPathsAreNoRoute(String path) {
        sessions.raw("GET", path).problem(404, "route-not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/v1",
                "/v2/app/sessions",
                "/V1/app/sessions",
                "/health",
                "/health/nothing",
                "/admin",
                "/index.html"
            })
    void unknownPathsOutsideANamespaceAreNoRoute(String path) {
        RawHttp.call(server, "GET", path, null).problem(404, "route-not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Shop", "-shop", "_shop", "sh.op", "sh~op", "sh%20op", "caf%C3%A9", "shop%2Fx", "shop%00"})
    void aNamespaceOfTheWrongShapeIsNone(String namespace) {
        RawHttp.call(server, "POST", "/v1/" + namespace + "/sessions", null)
                .isOneOf(400, 404)
                .anyProblem();
        RawHttp.call(server, "GET", "/v1/" + namespace + "/sessions", null)
                .isOneOf(400, 404)
                .anyProblem();
    }

    @Test
    void namespacesHaveUpTo63Characters() {
        Sessions longest = sessions.in("0" + "a_-9".repeat(15) + "zz");

        longest.read(longest.newId()).is(200);
        sessions.in("a".repeat(64)).create().isOneOf(400, 404).anyProblem();
    }

    @Test
    void adminIsNoNamespace() {
        sessions.in("admin").create().isOneOf(400, 403, 404, 405).anyProblem();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PUT    | /sessions                 | GET, POST, DELETE
            PATCH  | /sessions                 | GET, POST, DELETE
            POST   | /sessions/x               | GET, HEAD, PUT, PATCH, DELETE
            GET    | /sessions/x/touch         | POST
            DELETE | /sessions/x/touch         | POST
            GET    | /sessions/x/expire        | POST
            PUT    | /sessions/x/rotate        | POST
            POST   | /sessions/x/attributes    | GET
            DELETE | /sessions/x/attributes    | GET
            POST   | /sessions/x/attributes/a  | GET, PUT, DELETE
            PATCH  | /sessions/x/attributes/a  | GET, PUT, DELETE
            PUT    | /handles/x                | GET, DELETE
            POST   | /stats                    | GET
            DELETE | /stats                    | GET
            """)
    void aVerbThatTheRouteLacksIs405WithAllow(String verb, String path, String allowed) {
        Answer answer = sessions.raw(verb, path).problem(405, "method-not-allowed");

        List<String> allow = Arrays.asList(answer.header("Allow").split(" *, *"));
        assertThat(allow).containsAll(Arrays.asList(allowed.split(", "))).doesNotContain(verb);
    }

    @Test
    void unknownVerbsAre405() {
        for (String verb : List.of("PURGE", "PROPFIND", "OPTIONS", "TRACE")) {
            assertThat(sessions.raw(verb, "/sessions")
                            .problem(405, "method-not-allowed")
                            .header("Allow"))
                    .contains("GET");
        }
    }

    @Test
    void verbsAreCaseSensitive() {
        String id = sessions.newId();

        sessions.raw("delete", "/sessions/" + id).isOneOf(400, 405, 501).anyProblem();
        sessions.raw("Delete", "/sessions/" + id).isOneOf(400, 405, 501).anyProblem();
        sessions.read(id).is(200);
    }
}
