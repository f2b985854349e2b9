package dev.sessionstore.client.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.client.servlet.Container.Page;
import dev.sessionstore.http.TestServer;
import jakarta.servlet.http.HttpServletResponse;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The session is stored, and its cookie set, before the first byte of the response leaves. */
class BeforeCommitTest {
    private static TestServer service;
    private static Container container;
    private final Browser browser = container.browser();

    @BeforeAll
    static void start() {
        service = TestServer.start();
        container = Container.start(service);
    }

    @AfterAll
    static void stop() {
        container.close();
        service.close();
    }

    @AfterEach
    void checkNothing() {
        container.calls().beforeWrite(() -> {});
    }

    @TestFactory
    Stream<DynamicTest> itIsStoredBeforeTheResponseCommits() {
        byte[] large = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                commitment("redirect", (request, response) -> response.sendRedirect("/next")),
                commitment("redirect with status", (request, response) -> response.sendRedirect("/next", 303)),
                commitment("flush of the buffer", (request, response) -> response.flushBuffer()),
                commitment(
                        "flush of the stream",
                        (request, response) -> response.getOutputStream().flush()),
                commitment(
                        "flush of the writer",
                        (request, response) -> response.getWriter().flush()),
                commitment(
                        "close of the stream",
                        (request, response) -> response.getOutputStream().close()),
                commitment(
                        "close of the writer",
                        (request, response) -> response.getWriter().close()),
                commitment(
                        "one large write",
                        (request, response) -> response.getOutputStream().write(large)),
                commitment(
                        "one write, large for a container that commits at a quarter of its buffer",
                        (request, response) ->
                                response.getOutputStream().write(large, 0, response.getBufferSize() / 3)),
                commitment("many small writes", (request, response) -> {
                    for (byte one : large) {
                        response.getOutputStream().write(one);
                    }
                }),
                commitment("many characters", (request, response) -> {
                    for (int i = 0; i < 10_000; i++) {
                        response.getWriter().print("ünï €");
                    }
                }),
                commitment("exact length", (request, response) -> {
                    response.setContentLength(4);
                    response.getOutputStream().print("full");
                }),
                commitment("length by its header", (request, response) -> {
                    response.setHeader("Content-Length", "4");
                    response.getOutputStream().print("full");
                }),
                commitment("length after the body", (request, response) -> {
                    response.getWriter().print("full");
                    response.setContentLengthLong(4);
                }),
                commitment("error without a page", (request, response) -> response.sendError(404)),
                commitment("error with a message", (request, response) -> response.sendError(410, "over")),
                commitment("error with a page", (request, response) -> response.sendError(503)),
                commitment("nothing at all", (request, response) -> {}));
    }

    private DynamicTest commitment(String name, Page commits) {
        return DynamicTest.dynamicTest(name, () -> {
            AtomicReference<HttpServletResponse> current = new AtomicReference<>();
            AtomicInteger tooLate = new AtomicInteger();
            container.calls().beforeWrite(() -> {
                if (current.get().isCommitted()) {
                    tooLate.incrementAndGet();
                }
            });
            container.page("/commit", (request, response) -> {
                current.set(response);
                request.getSession().setAttribute("step", 1);
                commits.serve(request, response);
            });
            Browser fresh = container.browser();
            HttpResponse<String> answer = fresh.get("/commit");

            assertThat(Browser.cookies(answer)).hasSize(1);
            if (answer.statusCode() < 400) {
                // This container throws an error's other headers away.
                assertThat(answer.headers().allValues("Vary")).containsExactly("Cookie");
            }
            assertThat(tooLate).hasValue(0);
            assertThat(container.service().find(fresh.id()).orElseThrow().get("step", Integer.class))
                    .isEqualTo(1);
        });
    }

    @Test
    void whoeverFollowsARedirectIsNeverTooEarly() {
        AtomicInteger count = new AtomicInteger();
        container.page("/step", (request, response) -> {
            response.getWriter().print("thrown away");
            request.getSession().setAttribute("step", count.incrementAndGet());
            response.sendRedirect("/next");
        });
        container.page(
                "/next",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("step")));
        List<String> read = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            assertThat(browser.get("/step").statusCode()).isEqualTo(302);
            read.add(browser.at(container).text("/next"));
        }

        assertThat(read)
                .containsExactlyElementsOf(Stream.iterate(1, i -> i + 1)
                        .limit(300)
                        .map(String::valueOf)
                        .toList());
    }

    @Test
    void aSessionThatBeginsAfterTheFirstWordsStillGetsItsCookie() {
        container.page("/late", (request, response) -> {
            response.getWriter().print("x".repeat(response.getBufferSize() / 2));
            request.getSession().setAttribute("step", 1);
        });
        browser.get("/late");

        assertThat(container.service().find(browser.id())).isPresent();
    }

    @Test
    void changesAfterTheCommitAreStoredAtTheEnd() {
        container.page("/first", (request, response) -> request.getSession().setAttribute("step", 1));
        container.page("/after", (request, response) -> {
            request.getSession().setAttribute("step", 2);
            response.flushBuffer();
            request.getSession().setAttribute("step", 3);
        });
        browser.get("/first");
        browser.get("/after");

        assertThat(container.service().find(browser.id()).orElseThrow().get("step", Integer.class))
                .isEqualTo(3);
    }

    @Test
    void aNewSessionAfterTheCommitIsRefused() {
        container.page("/after", (request, response) -> {
            response.flushBuffer();
            response.getWriter().print(refusal(request::getSession));
        });
        container.page("/empty", (request, response) -> {
            var session = request.getSession();
            response.flushBuffer();
            response.getWriter().print(refusal(() -> session.setAttribute("step", 1)));
        });
        container.page("/set", (request, response) -> request.getSession().setAttribute("step", 1));
        container.page("/rename", (request, response) -> {
            response.flushBuffer();
            response.getWriter().print(refusal(request::changeSessionId));
        });

        assertThat(browser.text("/after")).contains("committed");
        assertThat(browser.text("/empty")).contains("committed");
        browser.get("/set");
        assertThat(browser.text("/rename")).contains("committed");
        assertThat(container.service().find(browser.id())).isPresent();
    }

    private static String refusal(Runnable refused) {
        try {
            refused.run();
            return "not refused";
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    @Test
    void aResetTakesTheCookieBackAndItIsSetAgain() {
        container.page("/reset", (request, response) -> {
            request.getSession().setAttribute("step", 1);
            response.addHeader("Set-Cookie", "own=1");
            response.getOutputStream().print("thrown away");
            response.reset();
            response.addHeader("Set-Cookie", "own=2");
            response.getWriter().print("x".repeat(100_000));
        });
        HttpResponse<String> answer = browser.get("/reset");

        assertThat(answer.body()).hasSize(100_000);
        assertThat(Browser.cookies(answer))
                .hasSize(2)
                .contains("own=2", "session=" + browser.id() + "; Path=/; HttpOnly; SameSite=Lax");
    }

    @Test
    void aLaterCookieTakesThePlaceOfAnEarlierOne() {
        container.page("/twice", (request, response) -> {
            request.getSession().setAttribute("step", 1);
            response.getWriter().print("words");
            response.addHeader("Set-Cookie", "own=1");
            request.changeSessionId();
            response.getWriter().print("more words");
        });
        HttpResponse<String> answer = browser.get("/twice");

        assertThat(Browser.cookies(answer)).hasSize(2).contains("own=1");
        assertThat(container.service().find(browser.id())).isPresent();
    }

    @Test
    void aFailureOfThePageStoresWhatWasSetBeforeAndStaysTheFailure() {
        List<Object> told = new ArrayList<>();
        container.page("/fail", (request, response) -> {
            request.getSession().setAttribute("step", 1);
            throw new UnsupportedOperationException("the page's own");
        });
        container.page(
                "/error", (request, response) -> told.add(request.getAttribute("jakarta.servlet.error.exception")));
        HttpResponse<String> answer = browser.get("/fail");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(told).singleElement().isInstanceOf(UnsupportedOperationException.class);
        assertThat(container.service().find(browser.id()).orElseThrow().get("step", Integer.class))
                .isEqualTo(1);
    }
}
