package dev.sessionstore.client.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.client.Sealing;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionPatch;
import dev.sessionstore.client.TypedJsonCodec;
import dev.sessionstore.testing.MutableClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.session.SessionContext;
import org.eclipse.jetty.session.SessionData;
import org.eclipse.jetty.session.SessionHandler;
import org.eclipse.jetty.session.UnreadableSessionDataException;
import org.eclipse.jetty.session.UnwriteableSessionDataException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stores of two servers, with Jetty's clock in the test's hands. */
class ScavengingTest {
    private static final Duration GRACE = Duration.ofMinutes(10);
    private static final Instant NOW = Instant.now();
    private static final long END = NOW.minus(Duration.ofHours(5)).toEpochMilli();
    private static AdvisoryService service;

    private final MutableClock clock = new MutableClock();
    private final Server server = new Server();
    private final SessionHandler manager = new SessionHandler();
    private final List<ServiceSessionDataStore> stores = new ArrayList<>();
    private ServiceSessionDataStore one;
    private ServiceSessionDataStore two;

    @BeforeAll
    static void startService() {
        service = new AdvisoryService();
    }

    @AfterAll
    static void stopService() {
        service.close();
    }

    @BeforeEach
    void start() throws Exception {
        clock.set(NOW);
        server.setHandler(new ContextHandler(manager, "/shop"));
        server.start();
        one = store(service.client, service.sealing);
        two = store(service.client, service.sealing);
    }

    private ServiceSessionDataStore store(SessionClient client, Sealing sealing) throws Exception {
        ServiceSessionDataStore store = new ServiceSessionDataStore(
                client, sealing, TypedJsonCodec.builder().build(), clock);
        store.setGracePeriodSec((int) GRACE.toSeconds());
        store.initialize(new SessionContext(manager));
        store.start();
        stores.add(store);
        return store;
    }

    @AfterEach
    void stop() throws Exception {
        for (ServiceSessionDataStore store : stores) {
            store.stop();
        }
        server.stop();
        service.all().forEach(session -> service.client.revoke(session.handle()));
    }

    private void storeExpired(String id) throws Exception {
        SessionData data =
                one.newSessionData(id, 100, 101, 100, Duration.ofHours(1).toMillis());
        data.setExpiry(END);
        data.setAttribute("cart", "book");
        one.store(id, data);
    }

    private long graceAgo() {
        return clock.instant().minus(GRACE).toEpochMilli();
    }

    @Test
    void whatOneServerClaimedTheOtherLeavesAlone() throws Exception {
        storeExpired("a");

        assertThat(one.doGetExpired(graceAgo())).containsExactly("a");
        assertThat(two.doGetExpired(graceAgo())).isEmpty();
        assertThat(two.doCheckExpired(Set.of("a"), clock.millis())).isEmpty();
        assertThat(two.load("a")).isNull();
        assertThat(one.load("a").getAttribute("cart")).isEqualTo("book");
    }

    @Test
    void whatAServerClaimedAndDidNotEndAnotherEndsAfterTheGracePeriod() throws Exception {
        storeExpired("b");
        assertThat(one.doGetExpired(graceAgo())).containsExactly("b");

        clock.advance(GRACE.minusMillis(1));
        assertThat(two.doGetExpired(graceAgo())).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(two.doGetExpired(graceAgo())).containsExactly("b");
        assertThat(one.doGetExpired(graceAgo())).isEmpty();
    }

    @Test
    void aSessionThatWasRevivedAndExpiredAgainIsClaimedAgain() throws Exception {
        storeExpired("c");
        assertThat(one.doGetExpired(graceAgo())).containsExactly("c");

        service.setExpiry(id("c"), Instant.ofEpochMilli(END).plusSeconds(1));
        assertThat(two.doGetExpired(graceAgo())).containsExactly("c");
    }

    @Test
    void oneLoadOfAnExpiredSessionMayEndIt() throws Exception {
        storeExpired("d");

        assertThat(one.load("d")).isNotNull();
        assertThat(one.load("d")).isNull();
        assertThat(two.load("d")).isNull();
        assertThat(one.delete("d")).isTrue();
        assertThat(one.delete("d")).isFalse();
    }

    @Test
    void idsThatWereSealedWithAnotherKeyAreNotGuessed() throws Exception {
        storeExpired("e");
        byte[] other = new byte[32];

        assertThat(store(service.client, Sealing.withKeys(other)).doGetExpired(graceAgo()))
                .isEmpty();
    }

    @Test
    void anIdThatAnotherSessionClaimsToHaveEndsNeither() throws Exception {
        storeExpired("f");
        storeExpired("g");
        service.client.patch(
                id("g"),
                SessionPatch.builder()
                        .attributeJson(
                                Reserved.ID,
                                service.client.peek(id("f")).orElseThrow().json(Reserved.ID))
                        .build());

        assertThat(one.doGetExpired(graceAgo())).containsExactly("f");
    }

    @Test
    void aNamespaceThatEnforcesExpiryIsRefusedAtTheStart() {
        try (SessionClient enforced = service.client("enforced")) {
            assertThatThrownBy(() -> store(enforced, service.sealing))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expiry: advisory");
        }
    }

    @Test
    void aServiceThatIsAwayIsNoUnreadableSessionWhichJettyWouldEnd() throws Exception {
        try (SessionClient away = SessionClient.builder(URI.create("http://127.0.0.1:1"))
                .retries(0)
                .build()) {
            ServiceSessionDataStore store = store(away, service.sealing);
            SessionData data = store.newSessionData("h", 100, 101, 100, 1000);

            assertThatThrownBy(() -> store.load("h")).isNotInstanceOf(UnreadableSessionDataException.class);
            assertThatThrownBy(() -> store.store("h", data))
                    .isInstanceOf(UnwriteableSessionDataException.class)
                    .hasMessageNotContaining("session h");
            assertThat(store.doGetExpired(graceAgo())).isEmpty();
            assertThat(store.doCheckExpired(Set.of("h"), clock.millis())).isEmpty();
            store.doCleanOrphans(graceAgo());
        }
    }

    @Test
    void anAttributeOfAClassThatIsNotAllowedIsNotStored() {
        SessionData data = one.newSessionData("i", 100, 101, 100, -1);
        data.setAttribute("cart", new Server());

        assertThatThrownBy(() -> one.store("i", data))
                .isInstanceOf(UnwriteableSessionDataException.class)
                .hasRootCauseMessage("attribute \"cart\" holds a org.eclipse.jetty.server.Server, which is not allowed;"
                        + " allow(…) it, or its package, when the codec is built");
    }

    @Test
    void onlyWhatChangedIsSentAlsoWhatChangedInPlace() throws Exception {
        SessionData data = one.newSessionData("j", 100, 101, 100, -1);
        ArrayList<String> cart = new ArrayList<>(List.of("book"));
        data.setAttribute("cart", cart);
        data.setAttribute("size", "small");
        one.store("j", data);
        SessionData copy = two.load("j");
        copy.setAttribute("size", "large");
        two.store("j", copy);

        cart.add("pen");
        data.setDirty(true);
        one.store("j", data);

        assertThat(two.load("j").getAllAttributes())
                .containsEntry("cart", List.of("book", "pen"))
                .containsEntry("size", "large");
    }

    @Test
    void afterAStoreThatFailedAllIsSent() throws Exception {
        SessionData data = one.newSessionData("k", 100, 101, 100, -1);
        data.setAttribute("cart", "book");
        data.setAttribute("size", "small");
        one.store("k", data);
        ((TrackedSessionData) data).unsure();

        data.setAttribute("size", null);
        one.store("k", data);

        assertThat(two.load("k").getAllAttributes()).containsOnlyKeys("cart");
    }

    @Test
    void aNewSessionDoesNotReplaceAnotherOfTheSameId() throws Exception {
        SessionData old = one.newSessionData("l", 100, 101, 100, -1);
        old.setAttribute("cart", "book");
        one.store("l", old);

        SessionData fresh = two.newSessionData("l", 200, 201, 200, -1);
        assertThatThrownBy(() -> two.store("l", fresh)).isInstanceOf(UnwriteableSessionDataException.class);
        assertThat(one.load("l").getAttribute("cart")).isEqualTo("book");

        old.setLastSaved(0); // as if the answer had been lost
        old.setAttribute("cart", "pen");
        one.store("l", old);
        assertThat(two.load("l").getAttribute("cart")).isEqualTo("pen");
    }

    @Test
    void aChangeOfIdEndsTheOldOneThoughItsDeletionFailed() throws Exception {
        SessionData data = one.newSessionData("m", 100, 101, 100, -1);
        data.setAttribute("cart", "book");
        one.store("m", data);

        data.setId("n");
        data.setLastSaved(0); // as Jetty does
        one.store("n", data);

        assertThat(two.load("m")).isNull();
        assertThat(two.load("n").getAttribute("cart")).isEqualTo("book");
    }

    private String id(String hostId) {
        return service.idOf("_shop", "0.0.0.0", hostId);
    }
}
