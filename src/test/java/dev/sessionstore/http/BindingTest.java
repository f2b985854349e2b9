package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session with a binding answers calls by id only with the same string. */
class BindingTest extends ServerTest {
    private String id;

    @BeforeEach
    void create() {
        id = sessions.newId(json("{'attributes': {'a': 1}, 'principal': 'p', 'binding': 'agent 1.0'}"));
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void everyCallNeedsTheBinding(IdCall call) {
        call.on(sessions, id).problem(403, "binding-mismatch");
        call.on(sessions, id, "Session-Binding", "agent 2.0").problem(403, "binding-mismatch");
        call.on(sessions, id, "Session-Binding", "AGENT 1.0").problem(403, "binding-mismatch");
        call.on(sessions, id, "Session-Binding", "agent 1.0").isOneOf(200, 204);
    }

    @Test
    void theBindingIsInNoAnswer() {
        Answer read = sessions.read(id, "Session-Binding", "agent 1.0").is(200);

        assertThat(read.toString()).doesNotContain("agent 1.0");
        assertThat(read.json().has("binding")).isFalse();
        assertThat(sessions.read(id, "Session-Binding", "sly guess").is(403).text())
                .doesNotContain("agent 1.0")
                .doesNotContain("sly guess");
    }

    @Tag("principal-index")
    @Test
    void handlesAndListsNeedNoBinding() {
        String handle = sessions.read(id, "Session-Binding", "agent 1.0").handle();

        sessions.handle(handle).is(200);
        assertThat(sessions.list("?principal=p").field("sessions").size()).isEqualTo(1);
        sessions.call("DELETE", "/handles/" + handle).is(204);
    }

    @Test
    void goneAndMissingComeBeforeTheBinding() {
        sessions.delete(id, "Session-Binding", "agent 1.0").is(204);

        sessions.read(id).gone("deleted");
        sessions.read(Sessions.ownId(), "Session-Binding", "x").notFound();
    }

    @Test
    void theBindingComesBeforePreconditionsAndFields() {
        sessions.patch(id, "{}", "If-Match", "\"other\"").problem(403, "binding-mismatch");
        sessions.patch(id, json("{'colour': 1}")).problem(403, "binding-mismatch");
        sessions.putNew(id, json("{'attributes': {}}")).problem(403, "binding-mismatch");
        sessions.patch(id, "{").problem(400, "malformed-json");
    }

    @Test
    void aWriteMayChangeTheBinding() {
        Answer changed = sessions.patch(id, json("{'binding': 'agent 2.0'}"), "Session-Binding", "agent 1.0")
                .is(200);

        assertThat(changed.version()).isEqualTo(2);
        sessions.read(id, "Session-Binding", "agent 1.0").problem(403, "binding-mismatch");
        sessions.read(id, "Session-Binding", "agent 2.0").is(200);
    }

    @Test
    void theSameBindingAgainChangesNoVersion() {
        Answer same = sessions.patch(id, json("{'binding': 'agent 1.0'}"), "Session-Binding", "agent 1.0")
                .is(200);

        assertThat(same.version()).isEqualTo(1);
    }

    @Test
    void nullRemovesTheBinding() {
        assertThat(sessions.patch(id, json("{'binding': null}"), "Session-Binding", "agent 1.0")
                        .is(200)
                        .version())
                .isEqualTo(2);
        sessions.read(id).is(200);
        sessions.read(id, "Session-Binding", "anything").is(200);
    }

    @Test
    void aWriteThatNamesNoBindingKeepsIt() {
        sessions.put(id, json("{'attributes': {}}"), "Session-Binding", "agent 1.0")
                .is(200);

        sessions.read(id).problem(403, "binding-mismatch");
    }

    @Test
    void anUnboundSessionIgnoresTheHeader() {
        sessions.read(sessions.newId(), "Session-Binding", "anything").is(200);
    }

    @Test
    void aBindingMayComeWithPutAtCreationAndLater() {
        String created = Sessions.ownId();
        sessions.putNew(created, json("{'attributes': {}, 'binding': 'b'}")).is(201);
        sessions.read(created).problem(403, "binding-mismatch");
        sessions.read(created, "Session-Binding", "b").is(200);

        String later = sessions.newId();
        sessions.put(later, json("{'attributes': {}, 'binding': 'b'}")).is(200);
        sessions.read(later).problem(403, "binding-mismatch");
    }

    @Test
    void theBindingMovesWithARotation() {
        String next = sessions.rotate(id, "{}", "Session-Binding", "agent 1.0")
                .is(200)
                .id();

        sessions.read(next).problem(403, "binding-mismatch");
        sessions.read(next, "Session-Binding", "agent 1.0").is(200);
    }

    @Test
    void aMismatchSlidesNothing() {
        Instant created = now();
        advance(Duration.ofMinutes(10));
        sessions.read(id).is(403);
        sessions.touch(id).is(403);

        assertThat(sessions.peek(id, "Session-Binding", "agent 1.0").time("lastAccessedAt"))
                .isEqualTo(created);
    }
}
