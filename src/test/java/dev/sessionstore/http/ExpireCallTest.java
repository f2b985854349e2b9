package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** POST …/expire. */
class ExpireCallTest extends ServerTest {
    @Test
    void withoutBodyItEndsTheSessionNow() {
        String id = sessions.newId();

        assertThat(sessions.expireNow(id).is(204).body()).isEmpty();
        sessions.read(id).gone("expired");
        sessions.expireNow(id).gone("expired");
        advance(TOMBSTONE.minusSeconds(1));
        sessions.read(id).gone("expired");
        advanceSeconds(2);
        sessions.read(id).notFound();
    }

    @Test
    void atSetsTheEnd() {
        String id = sessions.newId();
        String before = sessions.etag(id);
        Instant end = now().plusSeconds(90);

        sessions.expire(id, "{\"at\": \"" + end + "\"}").is(204).clocks(now(), end);
        Answer read = sessions.peek(id);
        assertThat(read.time("endsAt")).isEqualTo(end);
        assertThat(read.time("expiresAt")).isEqualTo(end);
        assertThat(read.version()).isEqualTo(2);
        assertThat(read.etag()).isNotEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"60, 60000", "0.5, 500", "1.25, 1250", "12.0, 12000"})
    void inSecondsSetsTheEndDecimalsAllowed(String seconds, long millis) {
        String id = sessions.newId();

        sessions.expire(id, "{\"inSeconds\": " + seconds + "}").is(204).clocks(now(), now().plusMillis(millis));
        assertThat(sessions.peek(id).time("endsAt")).isEqualTo(now().plusMillis(millis));
        advance(Duration.ofMillis(millis));
        sessions.read(id).gone("expired");
    }

    @Test
    void inZeroSecondsIsNow() {
        String id = sessions.newId();

        sessions.expire(id, json("{'inSeconds': 0}")).is(204);
        sessions.read(id).gone("expired");
    }

    @Test
    void theEndMovesEarlierAndLater() {
        String id = sessions.newId();
        sessions.expire(id, json("{'inSeconds': 60}")).is(204);
        sessions.expire(id, json("{'inSeconds': 30}")).is(204).clocks(now(), now().plusSeconds(30));
        sessions.expire(id, json("{'inSeconds': 90}")).is(204).clocks(now(), now().plusSeconds(90));

        assertThat(sessions.peek(id).version()).isEqualTo(4);
    }

    @Test
    void theSameEndAgainChangesNoVersion() {
        String id = sessions.newId();
        sessions.expire(id, json("{'inSeconds': 60}")).is(204);
        sessions.expire(id, json("{'inSeconds': 60}")).is(204);

        assertThat(sessions.peek(id).version()).isEqualTo(2);
    }

    @Test
    void theEndIsNeverPastTheAbsoluteTimeout() {
        String id = sessions.newId();
        sessions.expire(id, "{\"at\": \"" + now().plus(ABSOLUTE).plusSeconds(5) + "\"}")
                .is(204);

        assertThat(sessions.peek(id).time("endsAt")).isEqualTo(now().plus(ABSOLUTE));
    }

    @Test
    void anEndInThePastEndsTheSessionAndTheTombstoneRunsFromTheCall() {
        String id = sessions.newId();

        sessions.expire(id, "{\"at\": \"" + now().minus(Duration.ofDays(1)) + "\"}")
                .is(204);
        sessions.read(id).gone("expired");
        advance(TOMBSTONE.minusSeconds(1));
        sessions.read(id).gone("expired");
        advanceSeconds(2);
        sessions.read(id).notFound();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'at': '2099-01-01T00:00:00Z', 'inSeconds': 5}"})
    void neitherOrBothFieldsAreInvalid(String body) {
        String id = sessions.newId();

        sessions.expire(id, json(body)).invalid();
        assertThat(sessions.peek(id).version()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-0.001", "'5'", "true", "[]", "{}"})
    void inSecondsMustBeANumberFromZero(String value) {
        sessions.expire(sessions.newId(), json("{'inSeconds': " + value + "}")).invalid("/inSeconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'soon'", "5", "true", "{}"})
    void atMustBeATime(String value) {
        sessions.expire(sessions.newId(), json("{'at': " + value + "}")).invalid("/at");
    }

    @Test
    void unknownFieldsAreInvalid() {
        sessions.expire(sessions.newId(), json("{'inSeconds': 5, 'colour': 1}")).invalid("/colour");
    }

    @Test
    void hugeNumbersAreNoServerError() {
        for (String number : List.of("1e300", "1e999999999", "9".repeat(400), "0.000000000001", "1e-999999999")) {
            assertThat(sessions.expire(sessions.newId(), "{\"inSeconds\": " + number + "}")
                            .status())
                    .as(number)
                    .isIn(204, 400, 422);
        }
    }

    @Test
    void expireOfWhatIsMissingFindsNothing() {
        sessions.expireNow(Sessions.ownId()).notFound();
    }
}
