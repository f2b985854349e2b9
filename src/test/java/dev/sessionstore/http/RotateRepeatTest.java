package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A rotation sent again, or sent twice at once, because an answer may be lost. */
class RotateRepeatTest extends ServerTest {
    private static String newIdBody(String newId) {
        return "{\"newId\": \"" + newId + "\"}";
    }

    @Tag("scan")
    @Test
    void repeatedWithTheSameNewIdItAnswersTheSuccessorsPresentDocument() {
        String id = sessions.newId();
        String newId = Sessions.ownId();
        sessions.rotate(id, newIdBody(newId)).is(200);
        sessions.patch(newId, json("{'set': {'later': true}}")).is(200);

        Answer again = sessions.rotate(id, newIdBody(newId)).is(200).repeatsItsClocks();
        assertThat(again.json()).isEqualTo(sessions.document(newId));
        assertThat(again.etag()).isEqualTo(sessions.etag(newId));
        assertThat(sessions.list("").field("sessions").size()).isEqualTo(1);
    }

    @Test
    void theRepeatAppliesNoChangesAndLooksAtNoPreconditions() {
        String id = sessions.newId();
        String newId = Sessions.ownId();
        String body = json("{'newId': '" + newId + "', 'changes': {'set': {'n': 1}}}");
        assertThat(sessions.rotate(id, body).is(200).version()).isEqualTo(2);
        sessions.patch(newId, json("{'set': {'n': 2}}")).is(200);

        Answer again = sessions.rotate(id, body, "If-Match", "\"other\"").is(200);
        assertThat(again.version()).isEqualTo(3);
        assertThat(again.field("attributes").path("n").asInt()).isEqualTo(2);
    }

    @Test
    void repeatedWithAnotherNewIdOrNoneItIs410() {
        String id = sessions.newId();
        sessions.rotate(id, newIdBody(Sessions.ownId())).is(200);

        sessions.rotate(id, newIdBody(Sessions.ownId())).gone("rotated");
        sessions.rotate(id).gone("rotated");
    }

    @Test
    void repeatedAfterTheSuccessorsEndItIs410() {
        String deleted = Sessions.ownId();
        String first = sessions.newId();
        sessions.rotate(first, newIdBody(deleted)).is(200);
        sessions.delete(deleted).is(204);
        String rotated = Sessions.ownId();
        String second = sessions.newId();
        sessions.rotate(second, newIdBody(rotated)).is(200);
        sessions.rotate(rotated).is(200);

        sessions.rotate(first, newIdBody(deleted)).gone("rotated");
        sessions.rotate(second, newIdBody(rotated)).gone("rotated");
    }

    @Test
    void rotationBackToTheOldIdIs410() {
        String id = sessions.newId();
        String next = sessions.rotate(id).is(200).id();

        sessions.rotate(next, newIdBody(id)).gone("rotated");
        sessions.read(next).is(200);
    }

    @Tag("scan")
    @Test
    void parallelRotationsLeaveOneWinner() throws Exception {
        String id = sessions.newId();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Answer>> calls = Collections.nCopies(8, () -> sessions.rotate(id));
            int winners = 0;
            for (Future<Answer> call : threads.invokeAll(calls)) {
                winners += call.get().isOneOf(200, 410).status() == 200 ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        assertThat(sessions.list("").field("sessions").size()).isEqualTo(1);
    }

    @Test
    void aRotatedSessionCanBeRotatedAgain() {
        String first = sessions.newId();
        String second = sessions.rotate(first).is(200).id();
        String third = sessions.rotate(second).is(200).id();

        sessions.read(second).gone("rotated");
        assertThat(sessions.read(third).is(200).version()).isEqualTo(1);
    }
}
