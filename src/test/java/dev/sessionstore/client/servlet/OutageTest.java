package dev.sessionstore.client.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.client.NullSession;
import dev.sessionstore.client.ServiceUnavailableException;
import dev.sessionstore.client.SessionFactory;
import dev.sessionstore.client.SessionHooks;
import dev.sessionstore.client.WebSession;
import dev.sessionstore.http.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What pages are like while the service is away. */
class OutageTest {
    private final TestServer service = TestServer.start();

    private static void pages(Container container) {
        container.page("/set", (request, response) -> request.getSession().setAttribute("step", 1));
        container.page(
                "/read",
                (request, response) -> response.getWriter()
                        .print("step " + request.getSession().getAttribute("step") + " "
                                + request.isRequestedSessionIdValid()));
        container.page("/plain", (request, response) -> response.getWriter().print("plain"));
    }

    @Test
    void aPageThatAsksForItsSessionFailsAndNoOther() {
        try (Container container = Container.start(service)) {
            pages(container);
            Browser browser = container.browser();
            browser.get("/set");
            String id = browser.id();
            AtomicReference<Object> told = new AtomicReference<>();
            container.page("/error", (request, response) -> {
                told.set(request.getAttribute("jakarta.servlet.error.exception"));
                response.getWriter().print("sorry");
            });
            service.close();

            HttpResponse<String> read = browser.get("/read");
            assertThat(read.statusCode()).isEqualTo(500);
            assertThat(read.body()).isEqualTo("sorry");
            assertThat(told.get()).isInstanceOf(ServiceUnavailableException.class);
            assertThat(browser.text("/plain")).isEqualTo("plain");
            assertThat(browser.id()).as("the cookie is left alone").isEqualTo(id);
        }
    }

    @Test
    void aSaveThatFailsIsAnErrorPageAndNoRedirect() {
        try (Container container = Container.start(service)) {
            pages(container);
            Browser browser = container.browser();
            container.page(
                    "/error",
                    (request, response) -> response.getWriter()
                            .print("sorry " + request.getSession().getAttribute("step")));
            container.page("/step", (request, response) -> {
                request.getSession().setAttribute("step", 2);
                service.close();
                response.sendRedirect("/next");
            });
            HttpResponse<String> answer = browser.get("/step");

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.headers().map()).doesNotContainKeys("location", "set-cookie");
            assertThat(answer.body()).isEqualTo("sorry 2");
        }
    }

    @Test
    void aLoginThatCannotBeSavedLeavesTheCookieAlone() {
        try (Container container = Container.start(service)) {
            pages(container);
            Browser browser = container.browser();
            browser.get("/set");
            String id = browser.id();
            container.page("/login", (request, response) -> {
                request.changeSessionId();
                service.close();
            });

            assertThat(browser.get("/login").statusCode()).isEqualTo(500);
            assertThat(browser.id()).isEqualTo(id);
        }
    }

    @Test
    void withANullSessionPagesThatReadGoOn() {
        SessionHooks hooks = new SessionHooks() {
            @Override
            public WebSession nullSession(ServiceUnavailableException cause) {
                return NullSession.INSTANCE;
            }
        };
        try (Container container = new Container(
                service,
                client -> SessionStoreFilter.builder(SessionFactory.over(client)
                                .codec(Container.CODEC)
                                .hooks(hooks)
                                .build())
                        .cookie(Container.COOKIE)
                        .idleTimeout(Duration.ofMinutes(5))
                        .build())) {
            pages(container);
            Browser browser = container.browser();
            browser.get("/set");
            String id = browser.id();
            assertThat(container.service().find(id).orElseThrow().idleTimeout()).contains(Duration.ofMinutes(5));
            assertThat(browser.text("/read")).isEqualTo("step 1 true");
            service.close();

            assertThat(browser.text("/read")).isEqualTo("step null false");
            assertThat(browser.id()).as("the cookie is left alone").isEqualTo(id);
            container.page(
                    "/remove", (request, response) -> request.getSession().removeAttribute("step"));
            assertThat(browser.get("/remove").statusCode()).as("there is none").isEqualTo(200);
            assertThat(browser.get("/set").statusCode()).isEqualTo(500);
        }
    }
}
