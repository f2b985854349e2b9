package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GET /sessions: a namespace's live sessions, or a principal's. */
class ListTest extends ServerTest {
    private List<String> handles(Answer page) {
        List<String> handles = new ArrayList<>();
        page.is(200)
                .field("sessions")
                .forEach(session -> handles.add(session.path("handle").asText()));
        return handles;
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void anUnusedNamespaceHasAnEmptyList() {
        assertThat(sessions.list("").is(200).json())
                .isEqualTo(Answer.parse(json("{'sessions': [], 'nextCursor': null}")));
        assertThat(sessions.list("?principal=nobody").is(200).json())
                .isEqualTo(Answer.parse(json("{'sessions': [], 'nextCursor': null}")));
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void sessionsAreListedWithoutIdsAndAttributes() {
        Answer created = sessions.create(json("{'attributes': {'a': 1}, 'principal': 'p', 'label': 'l'}"));

        ObjectNode expected = created.json().deepCopy();
        expected.remove(List.of("id", "attributes"));
        for (String query : List.of("", "?principal=p")) {
            Answer page = sessions.list(query).is(200);
            assertThat(page.field("sessions").get(0)).isEqualTo(expected);
            assertThat(page.text()).doesNotContain(created.id());
        }
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void attributesAreListedOnRequest() {
        sessions.newId(json("{'attributes': {'a': 1}, 'principal': 'p'}"));

        for (String query : List.of("?include=attributes", "?principal=p&include=attributes")) {
            JsonNode session = sessions.list(query).is(200).field("sessions").get(0);
            assertThat(session.path("attributes")).isEqualTo(Answer.parse(json("{'a': 1}")));
            assertThat(session.has("id")).isFalse();
        }
    }

    @Tag("scan")
    @Test
    void onlyTheNamespacesOwnLiveSessionsAreListed() {
        sessions.in(Sessions.freshNamespace()).newId();
        String deleted = sessions.newId();
        sessions.delete(deleted).is(204);
        sessions.newId("{\"endsAt\": \"" + now().minusSeconds(1) + "\"}");
        Answer live = sessions.create();

        assertThat(handles(sessions.list(""))).containsExactly(live.handle());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=-1",
                "limit=x",
                "limit=1.5",
                "limit=99999999999",
                "include=ids",
                "cursor=nonsense"
            })
    void badParametersAre400(String query) {
        sessions.newId();

        sessions.list("?" + query).problem(400, "malformed-request");
        sessions.list("?principal=p&" + query).problem(400, "malformed-request");
    }

    @Tag("principal-index")
    @Test
    void thePrincipalMayStandInAHeader() {
        Answer created = sessions.create(json("{'principal': 'user-42'}"));
        sessions.newIdOf("other");

        assertThat(handles(sessions.list("", "Session-Principal", "user-42"))).containsExactly(created.handle());
        sessions.list("?principal=user-42", "Session-Principal", "user-42").problem(400, "malformed-request");
    }

    @Tag("principal-index")
    @Test
    void principalsAreComparedByteByByte() {
        Answer composed = sessions.create("{\"principal\": \"caf\\u00e9\"}").is(201);
        Answer decomposed = sessions.create("{\"principal\": \"cafe\\u0301\"}").is(201);
        Answer upper = sessions.create("{\"principal\": \"CAFE\"}").is(201);

        assertThat(handles(sessions.raw("GET", "/sessions?principal=caf%C3%A9")))
                .containsExactly(composed.handle());
        assertThat(handles(sessions.raw("GET", "/sessions?principal=cafe%CC%81")))
                .containsExactly(decomposed.handle());
        assertThat(handles(sessions.raw("GET", "/sessions?principal=CAFE"))).containsExactly(upper.handle());
        assertThat(handles(sessions.raw("GET", "/sessions?principal=cafe"))).isEmpty();
    }

    @Tag("principal-index")
    @Test
    void principalsMayNeedPercentEncoding() {
        Answer created = sessions.create(json("{'principal': 'a b&c=d/e?f%'}")).is(201);

        assertThat(handles(sessions.raw("GET", "/sessions?principal=a%20b%26c%3Dd%2Fe%3Ff%25")))
                .containsExactly(created.handle());
    }
}
