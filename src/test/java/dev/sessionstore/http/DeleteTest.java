package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DELETE of a session, and what a gone id answers. */
class DeleteTest extends ServerTest {
    @Test
    void deleteAnswersNothingAndTheIdIsGone() {
        String id = sessions.newId();

        assertThat(sessions.delete(id).is(204).body()).isEmpty();
        sessions.read(id).gone("deleted");
        sessions.delete(id).gone("deleted");
    }

    @Test
    void deleteOfAnIdNeverSeenFindsNothing() {
        sessions.delete(Sessions.ownId()).notFound();
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void aGoneIdAnswers410ToEveryCall(IdCall call) {
        String id = sessions.newId();
        sessions.delete(id).is(204);

        call.on(sessions, id).gone("deleted");
        sessions.read(id).gone("deleted");
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void anIdNeverSeenAnswers404ToEveryCall(IdCall call) {
        call.on(sessions, Sessions.ownId()).notFound();
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void afterItsTombstoneAGoneIdIsAsIfNeverSeen(IdCall call) {
        String id = sessions.newId();
        sessions.delete(id).is(204);

        advance(TOMBSTONE.minusSeconds(1));
        call.on(sessions, id).gone("deleted");
        advanceSeconds(2);
        call.on(sessions, id).notFound();
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void aDeletedSessionLeavesListsAndHandles() {
        Answer created = sessions.create(json("{'principal': 'p'}"));
        sessions.delete(created.id()).is(204);

        assertThat(sessions.list("").field("sessions").size()).isZero();
        assertThat(sessions.list("?principal=p").field("sessions").size()).isZero();
        sessions.handle(created.handle()).isOneOf(404, 410).anyProblem();
    }

    @Test
    void deleteLeavesOthersAlone() {
        String id = sessions.newId();
        String other = sessions.newId();
        sessions.delete(id).is(204);

        sessions.read(other).is(200);
    }

    @Test
    void deleteTakesNoBody() {
        String id = sessions.newId();

        sessions.callWith("DELETE", "/sessions/" + id, "{}").problem(400, "malformed-request");
        sessions.peek(id).is(200);
    }
}
