package dev.sessionstore.client.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.StoredSession;
import dev.sessionstore.http.TestServer;
import dev.sessionstore.testing.PatientClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances of an application with Spring Security, that share their sessions. */
class SpringApplicationTest {
    private static TestServer server;
    private static SessionClient client;
    private static SpringShop shop;
    private static SpringShop other;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
        client = PatientClient.builder(server.uri()).namespace("shop").build();
        shop = new SpringShop(client, -1);
        other = new SpringShop(client, -1);
    }

    @AfterAll
    static void stop() {
        shop.close();
        other.close();
        client.close();
        server.close();
    }

    @AfterEach
    void endAllSessions() {
        client.revokeAll("alice");
        client.revokeAll("bob");
    }

    @Test
    void loginChangesTheIdAndKeepsTheCart() throws Exception {
        browser.get(shop.at("/add?sku=tea"));
        String before = browser.sessionId();
        browser.logIn(shop, "alice", "wonderland");

        assertThat(browser.sessionId()).isNotEqualTo(before);
        assertThat(browser.text(shop.at("/me"))).isEqualTo("alice");
        assertThat(browser.text(shop.at("/cart"))).isEqualTo("[Item[sku=tea, cents=999]]");
        Browser attacker = new Browser();
        attacker.present(shop.at("/"), before);
        assertThat(attacker.text(shop.at("/cart"))).isEqualTo("[]");
    }

    @Test
    void theOtherInstanceKnowsTheSession() throws Exception {
        browser.get(shop.at("/add?sku=tea"));
        browser.get(other.at("/add?sku=cake"));
        browser.logIn(other, "alice", "wonderland");
        assertThat(browser.text(shop.at("/me"))).isEqualTo("alice");
        assertThat(browser.text(shop.at("/cart"))).contains("tea", "cake");
    }

    @Test
    void afterLoginThePageThatWasAskedForComes() throws Exception {
        HttpResponse<String> asked = browser.get(shop.at("/me"));
        assertThat(asked.uri().getPath()).isEqualTo("/login");
        HttpResponse<String> answer = browser.logIn(shop, "alice", "wonderland");
        assertThat(answer.body()).isEqualTo("alice");
    }

    @Test
    void aWrongPasswordIsToldAndKeptNowhere() throws Exception {
        HttpResponse<String> answer = browser.logIn(shop, "alice", "looking-glass");
        assertThat(answer.uri().getQuery()).isEqualTo("error");
        assertThat(answer.body()).contains("Invalid credentials");
        StoredSession stored = client.peek(browser.sessionId()).orElseThrow();
        assertThat(stored.names()).contains("SPRING_SECURITY_LAST_EXCEPTION");
        assertThat(stored.attributes().toString()).doesNotContain("looking-glass");
    }

    @Test
    void logoutEndsTheSession() throws Exception {
        browser.get(shop.at("/add?sku=tea"));
        browser.logIn(shop, "alice", "wonderland");
        String id = browser.sessionId();
        browser.logOut(other);

        assertThat(browser.get(shop.at("/me")).uri().getPath()).isEqualTo("/login");
        assertThat(browser.text(shop.at("/cart"))).isEqualTo("[]");
        browser.present(shop.at("/"), id);
        assertThat(browser.get(shop.at("/me")).uri().getPath()).isEqualTo("/login");
        assertThat(client.sessionsOf("alice")).isEmpty();
    }

    @Test
    void aLogoutRightAfterAnIdChangeEndsTheSession() throws Exception {
        browser.logIn(shop, "alice", "wonderland");
        assertThat(browser.text(shop.at("/change-and-end"))).isEqualTo("ended");
        assertThat(client.sessionsOf("alice")).isEmpty();
    }

    @Test
    void aFlashAttributeOutlivesARedirectOnce() throws Exception {
        browser.logIn(shop, "alice", "wonderland");
        assertThat(browser.text(shop.at("/redirect"))).isEqualTo("bought");
        assertThat(browser.text(other.at("/redirected"))).isEqualTo("null");
    }

    @Test
    void theRegistryEndsTheOthersAndSparesThisOne() throws Exception {
        Browser phone = new Browser();
        phone.logIn(shop, "alice", "wonderland");
        Browser tablet = new Browser();
        tablet.logIn(other, "alice", "wonderland");
        Browser bobs = new Browser();
        bobs.logIn(shop, "bob", "builder");
        browser.logIn(shop, "alice", "wonderland");

        assertThat(browser.text(shop.at("/end-others"))).isEqualTo("ended 2");
        assertThat(browser.text(other.at("/me"))).isEqualTo("alice");
        assertThat(phone.text(other.at("/me"))).contains("session has been expired");
        assertThat(tablet.text(shop.at("/me"))).contains("session has been expired");
        assertThat(bobs.text(shop.at("/me"))).isEqualTo("bob");
    }

    @Test
    void logOutEverywhereIsOneCallOfTheClient() throws Exception {
        browser.logIn(shop, "alice", "wonderland");
        assertThat(client.revokeAll("alice")).isEqualTo(1);
        assertThat(browser.get(other.at("/me")).uri().getPath()).isEqualTo("/login");
    }

    @Test
    void theSecondLoginEndsTheFirstWhereOneSessionIsAllowed() throws Exception {
        try (SpringShop strict = new SpringShop(client, 1)) {
            Browser phone = new Browser();
            phone.logIn(strict, "alice", "wonderland");
            assertThat(phone.text(strict.at("/me"))).isEqualTo("alice");
            browser.logIn(strict, "alice", "wonderland");
            assertThat(browser.text(strict.at("/me"))).isEqualTo("alice");
            assertThat(phone.text(strict.at("/me"))).contains("session has been expired");
        }
    }

    @Test
    void requestsKeepItAliveAndTheServiceEndsIt() throws Exception {
        browser.logIn(shop, "alice", "wonderland");
        for (int i = 0; i < 3; i++) {
            server.clock().advance(Duration.ofMinutes(29));
            assertThat(browser.text(shop.at("/me"))).isEqualTo("alice");
        }
        server.clock().advance(Duration.ofMinutes(30));
        assertThat(browser.get(shop.at("/me")).uri().getPath()).isEqualTo("/login");
    }

    @Test
    void anIdThatSomebodyMadeUpIsNotAdopted() throws Exception {
        String planted = "planted-planted-planted-planted-planted";
        browser.present(shop.at("/"), planted);
        browser.get(shop.at("/add?sku=tea"));
        assertThat(client.peek(planted)).isEmpty();
    }
}
