package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.Needs;
import dev.sessionstore.testing.engines.TestMemcached;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store without capabilities answers, and that the rest goes on. */
@Tag(RestContract.MEMORY)
@Needs(value = "memcached", remedy = "apt-get install memcached")
class NotSupportedTest extends ServerTest {
    NotSupportedTest() {
        super(TestServer.start(TestMemcached.shared().newRoom()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?principal=p", "?limit=1", "?expiredBefore=2026-01-01T00:00:00Z"})
    void listsAre501(String query) {
        sessions.list(query).problem(501, "not-supported");
    }

    @Test
    void revocationsAre501AndRevokeNothing() {
        String id = sessions.newIdOf("p");
        sessions.revoke("?principal=p").problem(501, "not-supported");
        sessions.revoke("?confirm=" + sessions.namespace()).problem(501, "not-supported");
        sessions.read(id).is(200);
    }

    @Test
    void faultsOfTheRequestComeFirst() {
        sessions.list("?limit=0").problem(400, "malformed-request");
        sessions.revoke("").problem(400, "malformed-request");
    }

    @Test
    void statsNameTheStoreAndNoCapability() {
        sessions.newId();
        Answer stats = sessions.call("GET", "/stats").is(200);
        assertThat(stats.json())
                .isEqualTo(Answer.parse(
                        json("{'sessions': null, 'bytes': null, 'store': 'memcached', 'capabilities': []}")));
    }

    @Test
    void aSessionIsFoundAndRevokedByItsHandle() {
        Answer created = sessions.create(json("{'principal': 'p'}"));
        String handle = created.handle();
        sessions.call("GET", "/handles/" + handle).is(200);
        sessions.call("DELETE", "/handles/" + handle).is(204);
        sessions.read(created.id()).problem(410, "session-gone");
    }
}
