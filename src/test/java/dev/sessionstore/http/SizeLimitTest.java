package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bodies of 1 MiB, attributes of 256 KiB, to the byte. */
class SizeLimitTest extends ServerTest {
    private static final int ATTRIBUTES = 256 * 1024;
    private static final int BODY = 1024 * 1024;

    /** An object of exactly this many bytes. */
    private static String object(int bytes) {
        return "{\"a\":\"" + "x".repeat(bytes - 8) + "\"}";
    }

    private static String padded(String body, int bytes) {
        return body + " ".repeat(bytes - body.length());
    }

    @Test
    void attributesMayFillTheLimitAndNotOneByteMore() {
        sessions.create("{\"attributes\": " + object(ATTRIBUTES) + "}").is(201);

        Answer refused = sessions.create("{\"attributes\": " + object(ATTRIBUTES + 1) + "}")
                .problem(413, "session-too-large");
        assertThat(refused.field("detail").asText()).contains("262145").contains("262144");
    }

    @Test
    void whiteSpaceDoesNotCount() {
        sessions.create("{\"attributes\":" + " ".repeat(ATTRIBUTES) + object(ATTRIBUTES) + "}")
                .is(201);
    }

    @Test
    void escapesAndMultibyteCharactersCountAsStored() {
        String escapes = "{\"a\":\"" + "\\u00e9".repeat((ATTRIBUTES - 8) / 6) + "\"}";
        sessions.create("{\"attributes\": " + escapes + "}").is(201);
        String more = "{\"a\":\"" + "\\u00e9".repeat(ATTRIBUTES / 6) + "xxxx\"}";
        sessions.create("{\"attributes\": " + more + "}").problem(413, "session-too-large");
        String letters = "{\"a\":\"" + "é".repeat(ATTRIBUTES / 2) + "\"}";
        sessions.create("{\"attributes\": " + letters + "}").problem(413, "session-too-large");
    }

    @Test
    void everyWriteKeepsTheLimitAndChangesNothingBeyondIt() {
        String id = sessions.newId("{\"attributes\": " + object(ATTRIBUTES - 100) + "}");
        String text = "\"" + "y".repeat(200) + "\"";

        sessions.put(id, "{\"attributes\": " + object(ATTRIBUTES + 1) + "}").problem(413, "session-too-large");
        sessions.putNew(Sessions.ownId(), "{\"attributes\": " + object(ATTRIBUTES + 1) + "}")
                .problem(413, "session-too-large");
        sessions.patch(id, "{\"set\": {\"b\": " + text + "}}").problem(413, "session-too-large");
        sessions.merge(id, "{\"attributes\": {\"b\": " + text + "}}").problem(413, "session-too-large");
        sessions.putAttribute(id, "b", text).problem(413, "session-too-large");
        sessions.rotate(id, "{\"changes\": {\"set\": {\"b\": " + text + "}}}").problem(413, "session-too-large");
        assertThat(sessions.peek(id).is(200).version()).isEqualTo(1);
        sessions.patch(id, "{\"set\": {\"b\": " + text + "}, \"remove\": [\"a\"]}")
                .is(200);
    }

    @Test
    void fieldsComeBeforeTheSizeOfTheSession() {
        sessions.create("{\"label\": 5, \"attributes\": " + object(ATTRIBUTES + 1) + "}")
                .invalid("/label");
        sessions.patch(sessions.newId(), "{\"label\": 5, \"set\": " + object(ATTRIBUTES + 1) + "}")
                .invalid("/label");
    }

    @Test
    void theSessionComesBeforeItsSize() {
        String id = sessions.newId();
        String body = "{\"attributes\": " + object(ATTRIBUTES + 1) + "}";

        sessions.put(Sessions.ownId(), body).notFound();
        sessions.put(id, body, "If-Match", "\"other\"").problem(412, "version-mismatch");
        sessions.delete(id).is(204);
        sessions.put(id, body).gone("deleted");
    }

    @Test
    void aBodyMayFillItsLimitAndNotOneByteMore() {
        sessions.rawWith("POST", "/sessions", padded("{}", BODY)).is(201);
        sessions.rawWith("POST", "/sessions", padded("{}", BODY + 1)).problem(413, "body-too-large");
    }

    @Test
    void aBodyIsMeasuredBeforeItIsReadOrItsSessionFound() {
        String gone = sessions.newId();
        sessions.delete(gone).is(204);

        sessions.rawWith("PUT", "/sessions/" + gone, padded("{", BODY + 1)).problem(413, "body-too-large");
        sessions.rawWith("PUT", "/sessions/-", padded("{", BODY + 1)).problem(413, "body-too-large");
    }

    @Test
    void theLimitOfASessionIsASetting() {
        try (TestServer small = TestServer.start(Map.of("max-session-bytes", "1KiB"))) {
            Sessions few = Sessions.in(small);
            few.create("{\"attributes\": " + object(1024) + "}").is(201);
            few.create("{\"attributes\": " + object(1025) + "}").problem(413, "session-too-large");
        }
    }
}
