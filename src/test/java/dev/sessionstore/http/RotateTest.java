package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** POST …/rotate. */
class RotateTest extends ServerTest {
    private static String newIdBody(String newId) {
        return "{\"newId\": \"" + newId + "\"}";
    }

    @Test
    void rotationGivesANewIdAndKeepsTheRest() {
        Answer before = sessions.create(json("{'attributes': {'a': 1.10}, 'principal': 'p', 'label': 'l'}"));
        advanceSeconds(60);

        Answer after = sessions.rotate(before.id()).is(200).repeatsItsClocks();
        assertThat(after.id()).isNotEqualTo(before.id()).matches("[A-Za-z0-9_-]{43}");
        assertThat(after.handle()).isNotEqualTo(before.handle());
        for (String kept : List.of(
                "namespace",
                "attributes",
                "principal",
                "label",
                "permanent",
                "version",
                "createdAt",
                "lastAccessedAt",
                "expiresAt",
                "idleTimeoutSeconds",
                "absoluteTimeoutSeconds",
                "endsAt")) {
            assertThat(after.field(kept)).as(kept).isEqualTo(before.field(kept));
        }
        assertThat(after.etag()).isEqualTo(before.etag());
        assertThat(sessions.document(after.id())).isEqualTo(after.json());
    }

    @Test
    void theOldIdIsGone() {
        String id = sessions.newId();
        sessions.rotate(id, "{}").is(200);

        sessions.read(id).gone("rotated");
        sessions.rotate(id).gone("rotated");
        advance(TOMBSTONE.minusSeconds(1));
        sessions.read(id).gone("rotated");
        advanceSeconds(2);
        sessions.read(id).notFound();
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void everyCallWithTheOldIdIs410(IdCall call) {
        String id = sessions.newId();
        sessions.rotate(id).is(200);

        call.on(sessions, id).gone("rotated");
    }

    @Test
    void theCallerMayBringTheNewId() {
        String newId = Sessions.ownId();

        assertThat(sessions.rotate(sessions.newId(), newIdBody(newId)).is(200).id())
                .isEqualTo(newId);
        sessions.read(newId).is(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"short", "", "invalid id invalid id invalid id invalid id", "1234567890123456789012345678901"})
    void aNewIdOfTheWrongShapeIsMalformed(String newId) {
        String id = sessions.newId();

        sessions.rotate(id, newIdBody(newId)).problem(400, "malformed-id");
        sessions.read(id).is(200);
    }

    @Test
    void aNewIdThatIsLiveExistsAlready() {
        String id = sessions.newId();
        String other = sessions.newId();

        sessions.rotate(id, newIdBody(other)).problem(412, "session-exists");
        sessions.read(id).is(200);
        sessions.read(other).is(200);
    }

    @Test
    void aNewIdThatIsGoneIs410() {
        String id = sessions.newId();
        String gone = sessions.newId();
        sessions.delete(gone).is(204);

        sessions.rotate(id, newIdBody(gone)).problem(410, "session-gone");
        sessions.read(id).is(200);
    }

    @Tag("principal-index")
    @Test
    void changesAreAppliedInTheSameStep() {
        String id = sessions.newId(json("{'attributes': {'a': 1, 'cart': []}}"));
        String before = sessions.etag(id);

        Answer after = sessions.rotate(
                        id,
                        json(
                                "{'changes': {'principal': 'user-42', 'set': {'a': 2}, 'remove': ['cart'], 'label': 'l'}}"))
                .is(200);
        assertThat(after.field("principal").asText()).isEqualTo("user-42");
        assertThat(after.field("attributes")).isEqualTo(Answer.parse(json("{'a': 2}")));
        assertThat(after.version()).isEqualTo(2);
        assertThat(after.etag()).isNotEqualTo(before);
        assertThat(sessions.list("?principal=user-42").field("sessions").size()).isEqualTo(1);
    }

    @Test
    void changesThatChangeNothingKeepVersionAndETag() {
        Answer before = sessions.create(json("{'attributes': {'a': 1}}"));

        Answer after = sessions.rotate(before.id(), json("{'changes': {'set': {'a': 1}}}"))
                .is(200);
        assertThat(after.version()).isEqualTo(1);
        assertThat(after.etag()).isEqualTo(before.etag());
    }

    @Test
    void invalidChangesRotateNothing() {
        String id = sessions.newId();

        sessions.rotate(id, json("{'changes': {'attributes': {}}}")).invalid("/changes/attributes");
        sessions.rotate(id, json("{'changes': {'label': 5}}")).invalid("/changes/label");
        sessions.rotate(id, json("{'changes': {'set': {'a': 1}, 'remove': ['a']}}"))
                .invalid();
        sessions.rotate(id, json("{'changes': []}")).invalid("/changes");
        sessions.read(id).is(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "61", "0.5", "'5'", "true"})
    void graceMustBeAnIntegerFrom0To60(String grace) {
        sessions.rotate(sessions.newId(), json("{'graceSeconds': " + grace + "}"))
                .invalid("/graceSeconds");
    }

    @Test
    void unknownFieldsAreInvalid() {
        sessions.rotate(sessions.newId(), json("{'colour': 1}")).invalid("/colour");
        sessions.rotate(sessions.newId(), json("{'newId': 5}"))
                .isOneOf(400, 422)
                .anyProblem();
    }

    @Tag("principal-index")
    @Test
    void rotationLeavesExactlyOneLiveSession() {
        String id = sessions.newIdOf("p");
        String handle = sessions.peek(id).handle();
        Answer rotated = sessions.rotate(id).is(200);

        JsonNode listed = sessions.list("?principal=p").field("sessions");
        assertThat(listed.size()).isEqualTo(1);
        assertThat(listed.get(0).path("handle").asText()).isEqualTo(rotated.handle());
        sessions.handle(handle).isOneOf(404, 410).anyProblem();
    }
}
