package dev.sessionstore.client.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.client.GoneReason;
import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.WebSession;
import dev.sessionstore.http.TestServer;
import jakarta.servlet.http.HttpSession;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SessionLifeTest {
    private static TestServer service;
    private static Container container;
    private final Browser browser = container.browser();

    @BeforeAll
    static void start() {
        service = TestServer.start();
        container = Container.start(service);
        container.page("/set", (request, response) -> request.getSession().setAttribute("user", "u1"));
        container.page("/user", (request, response) -> {
            HttpSession session = request.getSession(false);
            response.getWriter().print(session == null ? "nobody" : session.getAttribute("user"));
        });
    }

    @AfterAll
    static void stop() {
        container.close();
        service.close();
    }

    private static GoneReason endOf(String id) {
        try {
            container.service().peek(id);
            throw new AssertionError("it lives, or was never there");
        } catch (SessionGoneException e) {
            return e.reason();
        }
    }

    @Test
    void aLoginChangesTheIdAndKeepsTheRest() {
        container.page("/login", (request, response) -> {
            HttpSession session = request.getSession();
            String id = request.changeSessionId();
            response.getWriter().print(id.equals(session.getId()) + " " + session.getAttribute("user"));
        });
        browser.get("/set");
        String before = browser.id();
        HttpResponse<String> login = browser.get("/login");

        assertThat(login.body()).isEqualTo("true u1");
        assertThat(browser.id()).isNotEqualTo(before);
        assertThat(browser.text("/user")).isEqualTo("u1");
        assertThatThrownBy(() -> container.service().setAttribute(before, "planted", 1))
                .isInstanceOf(SessionGoneException.class);
    }

    @Test
    void aSessionThatIsNotStoredYetChangesItsIdToo() {
        container.page("/begin", (request, response) -> {
            request.getSession().setAttribute("user", "u2");
            response.getWriter().print(request.getSession().getId() + " " + request.changeSessionId());
        });
        String[] ids = browser.text("/begin").split(" ");

        assertThat(browser.id()).isEqualTo(ids[1]).isNotEqualTo(ids[0]);
        assertThat(container.service().find(ids[0])).isEmpty();
        assertThat(browser.text("/user")).isEqualTo("u2");
    }

    @Test
    void withoutASessionThereIsNoIdToChange() {
        container.page("/login", (request, response) -> {
            try {
                request.changeSessionId();
            } catch (IllegalStateException e) {
                response.getWriter().print(e.getMessage());
            }
        });

        assertThat(browser.text("/login")).contains("no session");
    }

    @Test
    void theIdleTimeoutIsTheServices() {
        container.page("/minute", (request, response) -> {
            HttpSession session = request.getSession();
            session.setAttribute("user", "u1");
            session.setMaxInactiveInterval(60);
        });
        container.page(
                "/interval",
                (request, response) ->
                        response.getWriter().print(request.getSession(false).getMaxInactiveInterval()));
        browser.get("/minute");
        assertThat(browser.text("/interval")).isEqualTo("60");
        service.clock().advance(Duration.ofSeconds(59));
        assertThat(browser.text("/user")).isEqualTo("u1");
        service.clock().advance(Duration.ofSeconds(59));
        assertThat(browser.text("/user")).as("a read prolongs it").isEqualTo("u1");
        service.clock().advance(Duration.ofSeconds(61));

        assertThat(browser.text("/user")).isEqualTo("nobody");
        assertThat(browser.id()).as("the cookie that leads nowhere").isNull();
    }

    @Test
    void zeroAndLessIsNever() {
        container.page("/never", (request, response) -> {
            HttpSession session = request.getSession();
            session.setAttribute("user", "u1");
            session.setMaxInactiveInterval(Integer.parseInt(request.getParameter("seconds")));
        });
        container.page(
                "/interval",
                (request, response) ->
                        response.getWriter().print(request.getSession(false).getMaxInactiveInterval()));
        for (String seconds : new String[] {"0", "-1"}) {
            browser.get("/never?seconds=" + seconds);
            assertThat(browser.text("/interval")).isEqualTo("0");
            assertThat(container.service().find(browser.id()).orElseThrow().idleTimeout())
                    .isEmpty();
        }
    }

    @Test
    void theTimesAreTheServices() {
        container.page("/times", (request, response) -> {
            HttpSession session = request.getSession(false);
            response.getWriter()
                    .print(session.getCreationTime() + " " + session.getLastAccessedTime() + " " + session.isNew());
        });
        container.page("/begin", (request, response) -> {
            request.getSession().setAttribute("user", "u1");
            response.getWriter().print(request.getSession().isNew());
        });
        Instant begin = service.clock().instant();
        assertThat(browser.text("/begin")).isEqualTo("true");
        service.clock().advance(Duration.ofMinutes(5));
        Instant now = service.clock().instant();

        assertThat(browser.text("/times")).isEqualTo(begin.toEpochMilli() + " " + now.toEpochMilli() + " false");
    }

    @Test
    void aLogoutEndsItEverywhere() {
        container.page("/logout", (request, response) -> {
            HttpSession session = request.getSession();
            session.invalidate();
            for (Runnable use : new Runnable[] {
                session::invalidate, () -> session.getAttribute("user"), () -> session.setAttribute("user", 1),
                session::getAttributeNames, () -> session.removeAttribute("user"), session::isNew,
                session::getCreationTime, session::getLastAccessedTime, () -> session.setMaxInactiveInterval(1),
            }) {
                try {
                    use.run();
                    response.getWriter().print("not refused");
                } catch (IllegalStateException e) {
                    response.getWriter().print(".");
                }
            }
            response.getWriter().print(request.getSession(false));
        });
        browser.get("/set");
        String id = browser.id();
        HttpResponse<String> logout = browser.get("/logout");

        assertThat(logout.body()).isEqualTo(".........null");
        assertThat(Browser.cookies(logout)).singleElement().asString().contains("session=;", "Max-Age=0");
        assertThat(endOf(id)).isEqualTo(GoneReason.DELETED);
    }

    @Test
    void afterALogoutTheSameRequestCanBeginAnother() {
        container.page("/again", (request, response) -> {
            request.getSession().invalidate();
            HttpSession next = request.getSession(true);
            next.setAttribute("user", "u3");
            response.getWriter().print(next.isNew() + " " + next.getId());
        });
        browser.get("/set");
        String id = browser.id();
        HttpResponse<String> again = browser.get("/again");

        assertThat(Browser.cookies(again)).hasSize(1);
        assertThat(again.body()).isEqualTo("true " + browser.id());
        assertThat(browser.id()).isNotEqualTo(id);
        assertThat(endOf(id)).isEqualTo(GoneReason.DELETED);
        assertThat(browser.text("/user")).isEqualTo("u3");
    }

    @Test
    void whatBeganAfterALogoutCanEndToo() {
        container.page("/twice", (request, response) -> {
            request.getSession().invalidate();
            request.getSession().setAttribute("user", "u3");
            request.getSession().invalidate();
        });
        browser.get("/set");
        HttpResponse<String> twice = browser.get("/twice");

        assertThat(Browser.cookies(twice)).singleElement().asString().contains("session=;", "Max-Age=0");
    }

    @Test
    void aLateRequestDoesNotUndoALogout() throws Exception {
        CountDownLatch opened = new CountDownLatch(1);
        CountDownLatch loggedOut = new CountDownLatch(1);
        container.page("/late", (request, response) -> {
            HttpSession session = request.getSession();
            session.setAttribute("user", "undead");
            opened.countDown();
            assertThat(loggedOut.await(60, TimeUnit.SECONDS)).isTrue();
            response.getWriter().print("saved now");
            response.getWriter().print(", read: " + session.getAttribute("user"));
        });
        container.page("/logout", (request, response) -> request.getSession().invalidate());
        browser.get("/set");
        String id = browser.id();
        CompletableFuture<HttpResponse<String>> late =
                CompletableFuture.supplyAsync(() -> browser.at(container).get("/late"));
        assertThat(opened.await(60, TimeUnit.SECONDS)).isTrue();
        browser.get("/logout");
        loggedOut.countDown();

        assertThat(late.get(60, TimeUnit.SECONDS).body()).isEqualTo("saved now, read: null");
        assertThat(endOf(id)).isEqualTo(GoneReason.DELETED);
    }

    @Test
    void whoseSessionItIsGoesByTheSessionBehind() {
        container.page("/login", (request, response) -> {
            WebSession session = SessionStoreFilter.session(request);
            session.setPrincipal("user-42");
            session.setPermanent(true);
            response.sendRedirect("/user");
        });
        HttpResponse<String> login = browser.get("/login");

        assertThat(Browser.cookies(login)).singleElement().asString().contains("Max-Age=");
        assertThat(container.service().revokeAll("user-42")).isEqualTo(1);
        assertThat(browser.text("/user")).isEqualTo("nobody");
    }
}
