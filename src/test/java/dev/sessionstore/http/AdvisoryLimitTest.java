package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many sessions a principal has where expired ones are held. */
@Tag("principal-index")
class AdvisoryLimitTest extends ServerTest {
    private static final String YAML = """
            expiry: advisory
            orphan-after: 1h
            namespaces:
              limited: {max-sessions-per-principal: 1, when-exceeded: reject}
              trimmed: {max-sessions-per-principal: 1}
            """;
    private static final String OF_PRINCIPAL = json("{'principal': 'user-42'}");

    AdvisoryLimitTest() {
        super(TestServer.start(Map.of(), YAML));
    }

    private static void isLive(Answer answer) {
        assertThat(answer.header("Session-Expired")).as(answer::toString).isNull();
    }

    private String expiredId(Sessions in, String body) {
        String id = in.newId(body);
        advance(IDLE);
        return id;
    }

    @Test
    void whatExpiredCountsAgainstNoMaximumUntilItIsRevived() {
        Sessions limited = sessions.in("limited");
        String first = expiredId(limited, OF_PRINCIPAL);
        String second = limited.newId(OF_PRINCIPAL);

        limited.touch(first).problem(409, "session-limit");
        limited.patch(first, json("{'set': {'a': 1}}")).problem(409, "session-limit");
        assertThat(limited.peek(first).is(200).header("Session-Expired")).isEqualTo("true");
        limited.delete(second).is(204);
        isLive(limited.touch(first).is(204));
        limited.create(OF_PRINCIPAL).problem(409, "session-limit");
    }

    @Test
    void reviveMayRevokeTheOldest() {
        Sessions trimmed = sessions.in("trimmed");
        String first = expiredId(trimmed, OF_PRINCIPAL);
        String second = trimmed.newId(OF_PRINCIPAL);

        isLive(trimmed.putAttribute(first, "a", "1").is(201));
        trimmed.read(second).gone("revoked");
        isLive(trimmed.read(first).is(200));
    }
}
