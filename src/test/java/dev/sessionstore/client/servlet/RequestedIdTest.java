package dev.sessionstore.client.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.http.TestServer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RequestedIdTest {
    private static final String FORGED = "forged-forged-forged-forged-forged-forged-f";

    private static TestServer service;
    private static Container container;
    private final Browser browser = container.browser();

    @BeforeAll
    static void start() {
        service = TestServer.start();
        container = Container.start(service);
        container.page("/set", (request, response) -> request.getSession().setAttribute("user", "u1"));
        container.page("/id", (request, response) -> response.getWriter().print(told(request)));
        container.page("/begin", (request, response) -> {
            request.getSession().setAttribute("user", "u2");
            response.getWriter().print(told(request));
        });
        container.page("/login", (request, response) -> {
            request.changeSessionId();
            response.getWriter().print(told(request));
        });
        container.page("/logout", (request, response) -> {
            request.getSession().invalidate();
            response.getWriter().print(told(request));
        });
    }

    @AfterAll
    static void stop() {
        container.close();
        service.close();
    }

    /** The requested id; whether it is valid, from a cookie, from the URL. */
    private static String told(HttpServletRequest request) {
        return request.getRequestedSessionId() + " " + request.isRequestedSessionIdValid() + " "
                + request.isRequestedSessionIdFromCookie() + " " + request.isRequestedSessionIdFromURL();
    }

    @Test
    void none() {
        container.calls().calls();
        assertThat(browser.text("/id")).isEqualTo("null false false false");
        assertThat(browser.text("/id;jsessionid=" + FORGED)).isEqualTo("null false false false");
        assertThat(container.calls().calls()).isEmpty();
        assertThat(browser.text("/begin")).isEqualTo("null false false false");
    }

    @Test
    void ofASessionThatLives() {
        browser.get("/set");
        assertThat(browser.text("/id")).isEqualTo(browser.id() + " true true false");
    }

    @Test
    void oneThatWasMadeUpIsNeverAdopted() {
        for (String id : List.of(FORGED, "short", "%22;DROP")) {
            browser.present(id);
            String requested = id.split(";")[0];
            assertThat(browser.text("/begin")).isEqualTo(requested + " false true false");
            assertThat(browser.id()).isNotEqualTo(id).hasSize(43);
            assertThat(browser.text("/id")).isEqualTo(browser.id() + " true true false");
        }
        assertThat(container.service().find(FORGED)).isEmpty();
    }

    @Test
    void oneThatWasMadeUpIsDeletedWhereItIsAskedFor() {
        browser.present(FORGED);
        assertThat(browser.text("/id")).isEqualTo(FORGED + " false true false");
        assertThat(browser.id()).isNull();
    }

    @Test
    void ofASessionThatIsGone() {
        browser.get("/set");
        String id = browser.id();
        container.service().delete(id);
        assertThat(browser.text("/id")).isEqualTo(id + " false true false");
        assertThat(browser.id()).isNull();
    }

    @Test
    void afterALoginAndALogoutItIsOver() {
        browser.get("/set");
        String id = browser.id();
        assertThat(browser.text("/login")).isEqualTo(id + " false true false");
        String next = browser.id();
        assertThat(browser.text("/id")).isEqualTo(next + " true true false");
        assertThat(browser.text("/logout")).isEqualTo(next + " false true false");
    }

    @Test
    void urlsCarryNoIds() {
        container.page("/urls", (request, response) -> {
            request.getSession().setAttribute("user", "u1");
            response.getWriter().print(response.encodeURL("/a") + " " + response.encodeRedirectURL("/b"));
        });
        assertThat(browser.text("/urls")).isEqualTo("/a /b");
    }
}
