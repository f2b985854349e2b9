package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GET /sessions?expiredBefore=TIME: what a host is to scavenge. */
@Tag("scan")
class ExpiredBeforeTest extends ServerTest {
    ExpiredBeforeTest() {
        super(TestServer.start(Map.of(), "expiry: advisory\nnamespaces: {enforced: {expiry: enforced}}\n"));
    }

    private static String query(Instant time) {
        return "?expiredBefore=" + time;
    }

    private List<String> handles(String query) {
        List<String> handles = new ArrayList<>();
        String cursor = "";
        do {
            Answer page = sessions.list(query + cursor).is(200);
            handles.addAll(page.field("sessions").findValuesAsText("handle"));
            cursor = page.field("nextCursor").isNull()
                    ? null
                    : "&cursor=" + Sessions.encoded(page.field("nextCursor").asText());
        } while (cursor != null);
        return handles;
    }

    private String endingIn(int seconds) {
        return sessions.create("{\"idleTimeoutSeconds\": " + seconds + "}").handle();
    }

    @Test
    void itListsWhatEndedAndWhatWillHaveByThen() {
        Instant start = now();
        String first = endingIn(10);
        String second = endingIn(20);
        String third = endingIn(30);
        sessions.create(json("{'idleTimeoutSeconds': null, 'absoluteTimeoutSeconds': null}"));
        sessions.in(Sessions.freshNamespace()).create(json("{'idleTimeoutSeconds': 10}"));
        advanceSeconds(15);

        assertThat(handles(query(start.plusSeconds(10).minusMillis(1)))).isEmpty();
        assertThat(handles(query(start.plusSeconds(10)))).containsExactly(first);
        assertThat(handles(query(start.plusSeconds(20)))).containsExactlyInAnyOrder(first, second);
        assertThat(handles(query(start.plus(Duration.ofDays(365))))).containsExactlyInAnyOrder(first, second, third);
        advance(Duration.ofHours(24).minusSeconds(5));
        assertThat(handles(query(now()))).as("the first is an orphan").containsExactlyInAnyOrder(second, third);
    }

    @Test
    void whereExpiryIsEnforcedItListsLiveSessionsThatWillHaveEnded() {
        Sessions enforced = sessions.in("enforced");
        enforced.create(json("{'idleTimeoutSeconds': 10}"));
        String handle = enforced.create(json("{'idleTimeoutSeconds': 20}")).handle();
        advanceSeconds(15);

        assertThat(enforced.list(query(now())).field("sessions").size()).isZero();
        assertThat(enforced.list(query(now().plusSeconds(60))).field("sessions").findValuesAsText("handle"))
                .containsExactly(handle);
    }

    @Test
    void itHasPages() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            expected.add(endingIn(10));
            endingIn(1000);
        }
        advanceSeconds(10);

        for (int limit : new int[] {1, 3, 1000}) {
            assertThat(handles(query(now()) + "&limit=" + limit)).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void documentsAreThoseOfAnyListAndReadingThemSlidesNothing() {
        Answer created = sessions.create(json("{'attributes': {'a': 1}, 'principal': 'p', 'idleTimeoutSeconds': 10}"));
        advanceSeconds(10);

        Answer bare = sessions.list(query(now())).is(200);
        assertThat(bare.field("sessions").get(0).has("attributes")).isFalse();
        assertThat(bare.field("sessions").get(0).has("id")).isFalse();
        Answer full = sessions.list(query(now()) + "&include=attributes").is(200);
        assertThat(full.field("sessions").get(0).path("attributes").path("a").asInt())
                .isEqualTo(1);
        assertThat(full.field("sessions").get(0).path("expiresAt").asText())
                .isEqualTo(created.field("expiresAt").asText())
                .isEqualTo(sessions.document(created.id()).path("expiresAt").asText());
    }

    @Test
    void anyOffsetNamesTheSameTime() {
        String handle = sessions.create("{\"endsAt\": \"" + now() + "\"}").handle();

        assertThat(handles("?expiredBefore=2030-01-01T00:00:00%2B01:00")).containsExactly(handle);
        assertThat(handles("?expiredBefore=2026-01-01t00:00:00.000z&limit=1")).hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "now",
                "1767225600000",
                "2026-01-01",
                "2026-01-01T00:00:00",
                "2026-01-01T00:00:00+01:00",
                "2026-02-30T00:00:00Z",
                "2026-01-01T00:00:60Z"
            })
    void aBadTimeIs400AndToldWhatWouldBeRight(String time) {
        Answer answer = sessions.list("?expiredBefore=" + time).problem(400, "malformed-request");
        assertThat(answer.field("detail").asText()).contains("expiredBefore", "RFC 3339", "2026-11-21T18:10:02.001Z");
    }

    @Test
    void withAPrincipalItIs400() {
        String query = query(now());
        for (Answer answer :
                List.of(sessions.list(query + "&principal=p"), sessions.list(query, "Session-Principal", "p"))) {
            answer.problem(400, "malformed-request");
            assertThat(answer.field("detail").asText()).contains("expiredBefore", "principal");
        }
        sessions.revoke(query).problem(400, "malformed-request");
    }

    @Test
    void aCursorOfAnotherListingIs400() {
        for (int i = 0; i < 3; i++) {
            sessions.create(json("{'principal': 'p', 'idleTimeoutSeconds': 10}"));
        }
        Instant then = now().plusSeconds(10);
        String one = "&limit=1&cursor=";
        String mine = cursor(query(then) + "&limit=1");
        String ofAll = cursor("?limit=1");
        String ofPrincipal = cursor("?principal=p&limit=1");

        sessions.list(query(then) + one + mine).is(200);
        sessions.list(query(then.plusMillis(1)) + one + mine).problem(400, "malformed-request");
        sessions.list("?limit=1&cursor=" + mine).problem(400, "malformed-request");
        sessions.list("?principal=p" + one + mine).problem(400, "malformed-request");
        sessions.list(query(then) + one + ofAll).problem(400, "malformed-request");
        sessions.list(query(then) + one + ofPrincipal).problem(400, "malformed-request");
        sessions.in(Sessions.freshNamespace()).list(query(then) + one + mine).problem(400, "malformed-request");
    }

    private String cursor(String query) {
        return Sessions.encoded(sessions.list(query).is(200).field("nextCursor").textValue());
    }
}
