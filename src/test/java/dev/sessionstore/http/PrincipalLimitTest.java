package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many sessions a principal may have, where a namespace says so. */
@Tag("principal-index")
class PrincipalLimitTest extends ServerTest {
    private static final String YAML =
            "namespaces: {limited: {max-sessions-per-principal: 2, when-exceeded: reject}}\n";
    private static int number;

    private Sessions limited;
    private String principal;

    PrincipalLimitTest() {
        super(TestServer.start(Map.of(), YAML));
    }

    @BeforeEach
    void useFreshPrincipal() {
        limited = sessions.in("limited");
        principal = "user-" + ++number;
    }

    @Test
    void oneSessionTooManyIs409() {
        String first = limited.newIdOf(principal);
        String second = limited.newIdOf(principal);

        limited.create("{\"principal\": \"" + principal + "\"}").problem(409, "session-limit");
        limited.putNew(Sessions.ownId(), "{\"attributes\": {}, \"principal\": \"" + principal + "\"}")
                .problem(409, "session-limit");
        limited.read(first).is(200);
        limited.read(second).is(200);
        assertThat(limited.list("?principal=" + principal).field("sessions").size())
                .isEqualTo(2);
    }

    @Test
    void otherPrincipalsAndNoneAreNotTouched() {
        limited.newIdOf(principal);
        limited.newIdOf(principal);

        limited.newIdOf(principal + "-other");
        IntStream.range(0, 4).forEach(i -> limited.newId());
    }

    @Test
    void endedSessionsDoNotCount() {
        String deleted = limited.newIdOf(principal);
        limited.newId("{\"principal\": \"" + principal + "\", \"idleTimeoutSeconds\": 10}");
        limited.delete(deleted).is(204);
        advanceSeconds(10);

        limited.newIdOf(principal);
        limited.newIdOf(principal);
        limited.create("{\"principal\": \"" + principal + "\"}").problem(409, "session-limit");
    }

    @Test
    void rotationAtTheLimitIsNoNewSession() {
        limited.newIdOf(principal);
        String second = limited.newIdOf(principal);

        String next = limited.rotate(second).is(200).id();
        limited.read(next).is(200);
        limited.create("{\"principal\": \"" + principal + "\"}").problem(409, "session-limit");
    }

    @Test
    void writesOfSessionsThatAreThereGoOn() {
        String first = limited.newIdOf(principal);
        limited.newIdOf(principal);

        limited.put(first, "{\"attributes\": {\"a\": 1}, \"principal\": \"" + principal + "\"}")
                .is(200);
        limited.patch(first, json("{'set': {'a': 2}}")).is(200);
    }

    @Test
    void otherNamespacesHaveNoSuchLimit() {
        IntStream.range(0, 5).forEach(i -> sessions.newIdOf(principal));
    }
}
