package dev.sessionstore.client.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.session.SessionCache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two Jetty servers that keep copies, as behind a balancer with sticky sessions that had to move one. */
class JettyServersWithCopiesTest {
    private static AdvisoryService service;

    private final JettyNode one = new JettyNode("one", service.client, service.sealing, SessionCache.NEVER_EVICT);
    private final JettyNode two = new JettyNode("two", service.client, service.sealing, SessionCache.NEVER_EVICT);
    private final Browser browser = new Browser();
    private String hostId;

    JettyServersWithCopiesTest() throws Exception {}

    @BeforeAll
    static void startService() {
        // Servers scavenge less often than the service forgets.
        service = new AdvisoryService("0s");
    }

    @AfterAll
    static void stopService() {
        service.close();
    }

    @BeforeEach
    void begin() {
        hostId = bothHaveACopy(browser);
    }

    private String bothHaveACopy(Browser user) {
        user.get(one, "set?name=cart&value=book");
        user.get(two, "get?name=cart");
        Stream.of(one, two).forEach(node -> {
            assertThat(node.copy(user.sessionId())).isNotNull();
            node.copyLooksExpired(user.sessionId());
        });
        return user.sessionId();
    }

    @AfterEach
    void stopNodes() {
        one.close();
        two.close();
        service.all().forEach(session -> service.client.revoke(session.handle()));
    }

    private String storedId() {
        return storedId(hostId);
    }

    private static String storedId(String id) {
        return service.idOf("_shop", "0.0.0.0", id);
    }

    @Test
    void oneServerEndsItAndTheOtherForgetsItsCopy() {
        service.setExpiry(storedId(), Instant.now().minusMillis(1));

        one.sessions().scavenge();
        two.sessions().scavenge();

        assertThat(one.ended).containsExactly(hostId + " had book");
        assertThat(two.ended).isEmpty();
        assertThat(one.copy(hostId)).isNull();
        assertThat(two.copy(hostId)).isNull();
        assertThat(service.peek(storedId())).isEmpty();
    }

    @Test
    void whatBothScavengeAtTheSameInstantEndsOnce() {
        List<String> ids =
                Stream.generate(Browser::new).limit(20).map(this::bothHaveACopy).toList();
        ids.forEach(id -> service.setExpiry(storedId(id), Instant.now().minusMillis(1)));

        JettyNode.scavengeAtTheSameInstant(one, two);

        assertThat(Stream.concat(one.ended.stream(), two.ended.stream()))
                .containsExactlyInAnyOrderElementsOf(
                        ids.stream().map(id -> id + " had book").toList());
        assertThat(ids).allMatch(id -> one.copy(id) == null && two.copy(id) == null);
    }

    @Test
    void aServerWhoseCopyFellBehindForgetsItAndTheSessionLives() {
        browser.get(two, "set?name=cart&value=pen");

        one.sessions().scavenge();

        assertThat(one.ended).isEmpty();
        assertThat(one.copy(hostId)).isNull();
        assertThat(browser.get(one, "get?name=cart")).isEqualTo("pen");
    }

    @Test
    void aCopyOfWhatWasInvalidatedElsewhereGoesAtTheLatestWithTheNextRequest() {
        Browser other = browser.copy();
        browser.get(one, "end");

        other.get(two, "set?name=cart&value=pen");

        assertThat(two.copy(hostId)).isNull();
        assertThat(service.peek(storedId())).isEmpty();
        assertThat(other.get(two, "get?name=cart")).isEqualTo("null");
        assertThat(two.ended).isEmpty();
    }

    @Test
    void aChangeOfIdDoesNotReviveWhatWasInvalidatedElsewhere() {
        Browser other = browser.copy();
        browser.get(one, "end");

        other.get(two, "renew");
        two.settle();

        assertThat(service.all()).isEmpty();
        assertThat(other.get(two, "get?name=cart")).isEqualTo("null");
        assertThat(two.ended).isEmpty();
    }

    @Test
    void aCopyOfWhatWasEndedElsewhereGoesWithoutAWord() {
        service.client.delete(storedId());

        one.sessions().scavenge();

        assertThat(one.ended).isEmpty();
        assertThat(one.copy(hostId)).isNull();
    }
}
