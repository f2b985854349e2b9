package dev.sessionstore.client.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.client.SessionPatch;
import dev.sessionstore.client.StoredSession;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.eclipse.jetty.session.SessionCache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two Jetty servers that keep no copies, so that either may get a session's next request. */
class TwoJettyServersTest {
    private static AdvisoryService service;

    private final JettyNode one =
            new JettyNode("one", service.client, service.sealing, SessionCache.EVICT_ON_SESSION_EXIT);
    private final JettyNode two =
            new JettyNode("two", service.client, service.sealing, SessionCache.EVICT_ON_SESSION_EXIT);
    private final Browser browser = new Browser();

    TwoJettyServersTest() throws Exception {}

    @BeforeAll
    static void startService() {
        service = new AdvisoryService();
    }

    @AfterAll
    static void stopService() {
        service.close();
    }

    @AfterEach
    void stopNodes() {
        one.close();
        two.close();
        service.all().forEach(session -> service.client.revoke(session.handle()));
    }

    private String storedId(String hostId) {
        return service.idOf("_shop", "0.0.0.0", hostId);
    }

    private StoredSession stored() {
        return service.peek(storedId(browser.sessionId())).orElseThrow();
    }

    private void letExpire(String hostId) {
        service.setExpiry(storedId(hostId), Instant.now().minus(JettyNode.LONG_AGO));
    }

    /** Of both servers. */
    private List<String> ended() {
        return Stream.concat(one.ended.stream(), two.ended.stream()).toList();
    }

    @Test
    void madeOnOneAndReadOnTheOther() {
        browser.get(one, "set?name=cart&value=book");

        assertThat(browser.get(two, "get?name=cart")).isEqualTo("book");
        assertThat(stored().get("cart")).isEqualTo("book");
    }

    @Test
    void whatIsRemovedOnOneIsGoneOnTheOther() {
        browser.get(one, "set?name=cart&value=book");
        browser.get(two, "remove?name=cart");

        assertThat(browser.get(one, "get?name=cart")).isEqualTo("null");
        assertThat(stored().contains("cart")).isFalse();
    }

    @Test
    void changesOfDifferentAttributesAtTheSameTimeBothSurvive() {
        browser.get(one, "set?name=cart&value=book");
        CompletableFuture<String> slow = browser.getLater(two, "slow?name=size&value=small");
        JettyNode.await(two.waits);
        browser.get(one, "set?name=cart&value=pen");
        two.goesOn.countDown();
        slow.join();
        two.settle();

        assertThat(stored().get("cart")).isEqualTo("pen");
        assertThat(stored().get("size")).isEqualTo("small");
    }

    @Test
    void anIdChangeKeepsTheData() {
        browser.get(one, "set?name=cart&value=book");
        Browser old = browser.copy();
        browser.get(one, "renew");

        assertThat(browser.get(two, "get?name=cart")).isEqualTo("book");
        assertThat(browser.sessionId()).isNotEqualTo(old.sessionId());
        assertThat(old.get(two, "get?name=cart")).isEqualTo("null");
        assertThat(ended()).isEmpty();
    }

    @Test
    void whatIsInvalidatedOnOneIsNoSessionOnTheOther() {
        browser.get(one, "set?name=cart&value=book");
        Browser other = browser.copy();
        browser.get(one, "end");

        assertThat(other.get(two, "get?name=cart")).isEqualTo("null");
        assertThat(one.ended).containsExactly(browser.sessionId() + " had book");
        assertThat(two.ended).isEmpty();
    }

    @Test
    void aLateStoreDoesNotReviveWhatWasInvalidatedElsewhere() {
        browser.get(one, "set?name=cart&value=book");
        String id = storedId(browser.sessionId());
        CompletableFuture<String> slow = browser.copy().getLater(two, "slow?name=cart&value=pen");
        JettyNode.await(two.waits);
        browser.get(one, "end");
        two.goesOn.countDown();

        assertThat(slow.join()).isEqualTo("pen");
        two.settle();
        assertThat(service.peek(id)).isEmpty();
    }

    @Test
    void anExpiredSessionEndsAtTheNextRequestAndItsListenerSeesItWhole() {
        browser.get(one, "set?name=cart&value=book");
        String id = browser.sessionId();
        letExpire(id);

        assertThat(browser.get(two, "get?name=cart")).isEqualTo("null");
        assertThat(browser.sessionId()).isNotEqualTo(id);
        assertThat(service.peek(storedId(id))).isEmpty();
        JettyNode.scavengeAtTheSameInstant(one, two);
        assertThat(ended()).containsExactly(id + " had book");
    }

    @Test
    void whatBothScavengeAtTheSameInstantEndsOnce() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Browser each = new Browser();
            each.get(one, "set?name=cart&value=book" + i);
            each.get(two, "get?name=cart");
            letExpire(each.sessionId());
            expected.add(each.sessionId() + " had book" + i);
        }
        browser.get(one, "set?name=cart&value=alive");

        JettyNode.scavengeAtTheSameInstant(one, two);

        assertThat(ended()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(service.all()).hasSize(1);
        assertThat(browser.get(two, "get?name=cart")).isEqualTo("alive");
    }

    @Test
    void theServiceEndsASessionWhenJettyDoes() {
        browser.get(one, "set?name=cart&value=book");

        StoredSession stored = stored();
        assertThat(stored.expiresAt())
                .contains(Instant.ofEpochMilli(JettyFields.of(stored).expiry()));
        assertThat(stored.idleTimeout()).isEmpty();
        assertThat(stored.absoluteTimeout()).isEmpty();
    }

    @Test
    void withASavePeriodARequestThatOnlyReadsWritesNothing() throws Exception {
        browser.get(one, "set?name=cart&value=book");
        one.settle();
        long version = stored().version();
        try (JettyNode lazy =
                new JettyNode("lazy", service.client, service.sealing, SessionCache.EVICT_ON_SESSION_EXIT, 3600)) {
            assertThat(browser.get(lazy, "get?name=cart")).isEqualTo("book");
        }
        assertThat(stored().version()).isEqualTo(version);
        assertThat(browser.get(two, "get?name=cart")).isEqualTo("book");
        two.settle();
        assertThat(stored().version()).isGreaterThan(version);
    }

    @Test
    void whatCannotBeReadIsANewSessionNotAnError() {
        browser.get(one, "set?name=cart&value=book");
        String id = browser.sessionId();
        service.client.patch(
                storedId(id),
                SessionPatch.builder()
                        .attributeJson("cart", "[\"no.such.Class\", {}]".getBytes(StandardCharsets.UTF_8))
                        .build());

        assertThat(browser.get(two, "get?name=cart")).isEqualTo("null");
        assertThat(browser.sessionId()).isNotEqualTo(id);
    }

    @Test
    void whatIsStoredDoesNotTellTheId() {
        browser.get(one, "set?name=cart&value=book");

        Map<String, Object> attributes = stored().attributes();
        assertThat(attributes.toString()).doesNotContain(browser.sessionId());
        assertThat(attributes.keySet())
                .containsExactlyInAnyOrder("cart", "dev.sessionstore.jetty.fields", "dev.sessionstore.jetty.id");
    }
}
