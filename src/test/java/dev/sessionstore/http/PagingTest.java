package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cursors: from the first page of a list to its end. */
class PagingTest extends ServerTest {
    private List<String> handles(Answer page) {
        List<String> handles = new ArrayList<>();
        page.is(200)
                .field("sessions")
                .forEach(session -> handles.add(session.path("handle").asText()));
        return handles;
    }

    /** Every page to the end; a page may be short, or empty, before it. */
    private List<String> allPages(String query) {
        return pagesFrom(query, "");
    }

    private List<String> pagesFrom(String query, String from) {
        List<String> all = new ArrayList<>();
        String cursor = from;
        for (int pages = 0; pages < 100; pages++) {
            Answer page = sessions.list(query + cursor);
            all.addAll(handles(page));
            if (page.field("nextCursor").isNull()) {
                return all;
            }
            cursor = "&cursor=" + Sessions.encoded(page.field("nextCursor").asText());
        }
        throw new AssertionError("no end of pages: " + all);
    }

    private String cursor(String query) {
        return Sessions.encoded(sessions.list(query).is(200).field("nextCursor").textValue());
    }

    @Tag("principal-index")
    @Test
    void aPrincipalsSessionsComeNewestFirstThenByHandle() {
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            List<String> sameInstant = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sameInstant.add(sessions.create(json("{'principal': 'p'}")).handle());
            }
            Collections.sort(sameInstant);
            expected.addAll(0, sameInstant);
            sessions.newIdOf("other");
            advanceSeconds(1);
        }

        assertThat(handles(sessions.list("?principal=p"))).containsExactlyElementsOf(expected);
        assertThat(allPages("?principal=p&limit=5")).containsExactlyElementsOf(expected);
        assertThat(allPages("?principal=p&limit=1")).containsExactlyElementsOf(expected);
    }

    @Tag("scan")
    @Test
    void pagingShowsEveryLiveSessionAtLeastOnce() {
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 11; i++) {
            expected.add(sessions.create().handle());
        }

        assertThat(new HashSet<>(allPages("?limit=3"))).isEqualTo(expected);
        assertThat(new HashSet<>(allPages("?limit=1000"))).isEqualTo(expected);
        assertThat(handles(sessions.list("?limit=3"))).hasSizeLessThanOrEqualTo(3);
    }

    @Tag("principal-index")
    @Test
    void aSessionThatLivesThroughoutIsShownThoughOthersGoMeanwhile() {
        List<Answer> created = IntStream.range(0, 9)
                .mapToObj(i -> sessions.create(json("{'principal': 'p'}")))
                .toList();
        Answer first = sessions.list("?principal=p&limit=4").is(200);
        Set<String> seen = new HashSet<>(handles(first));
        Answer last = created.stream()
                .filter(each -> seen.contains(each.handle()))
                .findFirst()
                .orElseThrow();
        sessions.delete(last.id()).is(204);

        seen.addAll(pagesFrom(
                "?principal=p&limit=4",
                "&cursor=" + Sessions.encoded(first.field("nextCursor").asText())));
        assertThat(seen).containsAll(created.stream().map(Answer::handle).toList());
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void aPageHoldsAHundredUnlessToldOtherwise() {
        for (int i = 0; i < 101; i++) {
            sessions.newIdOf("p");
        }

        for (String query : List.of("?principal=p", "")) {
            Answer page = sessions.list(query).is(200);
            assertThat(handles(page)).hasSizeLessThanOrEqualTo(100);
            assertThat(page.field("nextCursor").isTextual()).isTrue();
        }
        assertThat(new HashSet<>(allPages("?principal=p&limit=1000"))).hasSize(101);
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void aCursorOfAnotherListingIs400() {
        for (int i = 0; i < 3; i++) {
            sessions.newIdOf("p");
            sessions.newIdOf("q");
        }
        String ofP = cursor("?principal=p&limit=1");
        String ofAll = cursor("?limit=1");

        sessions.list("?principal=p&limit=1&cursor=" + ofP).is(200);
        sessions.list("?principal=q&limit=1&cursor=" + ofP).problem(400, "malformed-request");
        sessions.list("?limit=1&cursor=" + ofP).problem(400, "malformed-request");
        sessions.list("?principal=p&limit=1&cursor=" + ofAll).problem(400, "malformed-request");
        Sessions others = sessions.in(Sessions.freshNamespace());
        others.list("?principal=p&limit=1&cursor=" + ofP).problem(400, "malformed-request");
        others.list("?limit=1&cursor=" + ofAll).problem(400, "malformed-request");
    }

    @Tag("principal-index")
    @Test
    void cursorsHideThePrincipal() {
        sessions.newIdOf("user-42");
        sessions.newIdOf("user-42");
        String cursor =
                sessions.list("?principal=user-42&limit=1").field("nextCursor").textValue();

        assertThat(cursor).isNotBlank().doesNotContain("user-42");
    }
}
