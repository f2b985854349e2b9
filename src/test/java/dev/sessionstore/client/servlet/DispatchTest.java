package dev.sessionstore.client.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.client.servlet.Container.Cart;
import dev.sessionstore.http.TestServer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One request, several dispatches and threads. */
class DispatchTest {
    private static TestServer service;
    private static Container container;
    private final Browser browser = container.browser();

    @BeforeAll
    static void start() {
        service = TestServer.start();
        container = Container.start(service);
        container.page(
                "/read",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("step")));
    }

    @AfterAll
    static void stop() {
        container.close();
        service.close();
    }

    private static void inAnotherThread(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void anotherThreadCompletesIt() {
        container.page("/async", (request, response) -> {
            AsyncContext async = request.startAsync();
            inAnotherThread(() -> {
                session(async).setAttribute("step", "async");
                async.complete();
            });
        });
        for (int i = 0; i < 50; i++) {
            Browser fresh = container.browser();
            assertThat(Browser.cookies(fresh.get("/async"))).hasSize(1);
            assertThat(fresh.text("/read")).isEqualTo("async");
        }
    }

    private static HttpSession session(AsyncContext async) {
        return ((HttpServletRequest) async.getRequest()).getSession();
    }

    @Test
    void aLargeAnswerOfAnotherThreadHasItsCookie() {
        container.page("/async", (request, response) -> {
            AsyncContext async = request.startAsync(request, response);
            async.start(() -> {
                try {
                    session(async).setAttribute("step", "large");
                    async.getResponse().getWriter().print("x".repeat(100_000));
                    session(async).setAttribute("step", "after");
                    async.complete();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        });
        HttpResponse<String> answer = browser.get("/async");

        assertThat(answer.body()).hasSize(100_000);
        assertThat(Browser.cookies(answer)).hasSize(1);
        assertThat(browser.text("/read")).isEqualTo("after");
    }

    @Test
    void itIsDispatchedAgain() {
        AtomicReference<Object> first = new AtomicReference<>();
        for (boolean withItsOwn : new boolean[] {true, false}) {
            container.page("/async", (request, response) -> {
                if (request.getDispatcherType() == DispatcherType.ASYNC) {
                    Object step = request.getSession().getAttribute("step");
                    boolean isSame = request.getSession() == first.get();
                    request.getSession().setAttribute("step", "dispatched");
                    response.getWriter().print(step + " " + isSame);
                    return;
                }
                first.set(request.getSession());
                AsyncContext async = withItsOwn ? request.startAsync() : request.startAsync(request, response);
                inAnotherThread(() -> {
                    session(async).setAttribute("step", "thread");
                    async.dispatch();
                });
            });
            Browser fresh = container.browser();
            HttpResponse<String> answer = fresh.get("/async");

            assertThat(answer.body()).isEqualTo("thread true");
            assertThat(Browser.cookies(answer)).hasSize(1);
            assertThat(fresh.text("/read")).isEqualTo("dispatched");
        }
    }

    @Test
    void itIsDispatchedManyTimesAndThenCompleted() {
        container.page("/async", (request, response) -> {
            HttpSession session = request.getSession();
            Integer step = (Integer) session.getAttribute("step");
            session.setAttribute("step", step == null ? 1 : step + 1);
            AsyncContext async = request.startAsync();
            if (step != null && step == 20) {
                request.getAsyncContext().complete();
            } else {
                async.dispatch();
            }
        });
        assertThat(Browser.cookies(browser.get("/async"))).hasSize(1);
        assertThat(browser.text("/read")).isEqualTo("21");
    }

    @Test
    void itTimesOutAndAListenerAnswers() {
        container.page("/async", (request, response) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(1);
            async.addListener(new Silent() {
                @Override
                public void onTimeout(AsyncEvent event) {
                    session(async).setAttribute("step", "timeout");
                    event.getAsyncContext().complete();
                }
            });
        });
        HttpResponse<String> answer = browser.get("/async");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Browser.cookies(answer)).hasSize(1);
        assertThat(browser.text("/read")).isEqualTo("timeout");
    }

    @Test
    void itTimesOutAndNobodyAnswers() {
        container.page("/async", (request, response) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(1);
            request.getSession().setAttribute("step", "waited");
        });
        HttpResponse<String> answer = browser.get("/async");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(browser.text("/read")).isEqualTo("waited");
    }

    @Test
    void whatCannotBeSavedIsAnErrorInAnotherThreadToo() {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        container.page("/async", (request, response) -> {
            AsyncContext async = request.startAsync();
            inAnotherThread(() -> {
                session(async).setAttribute("bad", new StringBuilder());
                try {
                    async.complete();
                } catch (RuntimeException e) {
                    told.complete(e);
                }
            });
        });

        assertThat(browser.get("/async").statusCode()).isEqualTo(500);
        assertThat(told.orTimeout(60, TimeUnit.SECONDS).join()).hasMessageContaining("java.lang.StringBuilder");
    }

    @Test
    void anErrorPageReadsAndWritesTheSession() {
        container.page("/fail", (request, response) -> {
            request.getSession().setAttribute("step", "before");
            response.sendError(503);
        });
        container.page("/error", (request, response) -> {
            response.getWriter().print(request.getSession().getAttribute("step"));
            request.getSession().setAttribute("step", "seen");
        });
        HttpResponse<String> answer = browser.get("/fail");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("before");
        assertThat(Browser.cookies(answer)).hasSize(1);
        assertThat(browser.text("/read")).isEqualTo("seen");
    }

    @Test
    void anErrorPageCanBeginTheSession() {
        container.page("/fail", (request, response) -> {
            throw new UnsupportedOperationException("before there was one");
        });
        container.page("/error", (request, response) -> {
            request.getSession().setAttribute("step", "begun");
            response.getWriter().print("x".repeat(100_000));
        });
        assertThat(Browser.cookies(browser.get("/fail"))).hasSize(1);
        assertThat(browser.text("/read")).isEqualTo("begun");
    }

    @Test
    void forwardsAndIncludesShareTheSession() {
        checkForwardsAndIncludes(container);
    }

    @Test
    void soTheyDoWhereTheyComeThroughTheFilter() {
        try (Container all = everywhere()) {
            checkForwardsAndIncludes(all);
        }
    }

    @Test
    void aForwardToAPageWithoutABodyHasItsCookie() {
        try (Container all = everywhere()) {
            all.page("/nothing", (request, response) -> {
                request.getSession().setAttribute("step", 1);
                response.setStatus(204);
            });
            all.page(
                    "/forward",
                    (request, response) ->
                            request.getRequestDispatcher("/nothing").forward(request, response));

            assertThat(Browser.cookies(all.browser().get("/forward"))).hasSize(1);
        }
    }

    /** As some containers do, which put a wrapper of theirs beneath all others. */
    @Test
    void anIncludeThatIgnoresHeadersDoesNotLoseTheCookie() {
        container.page("/include", (request, response) -> {
            request.getSession().setAttribute("step", 1);
            ServletResponseWrapper outermost = (ServletResponseWrapper) response;
            HttpServletResponse beneath = (HttpServletResponse) outermost.getResponse();
            outermost.setResponse(new HttpServletResponseWrapper(beneath) {
                @Override
                public void addHeader(String name, String value) {}

                @Override
                public void setHeader(String name, String value) {}
            });
            response.getWriter().print("x".repeat(100_000));
            outermost.setResponse(beneath);
        });

        assertThat(Browser.cookies(browser.get("/include"))).hasSize(1);
    }

    /** With the filter before every dispatch. */
    private static Container everywhere() {
        return new Container(
                service,
                client -> SessionStoreFilter.builder(client)
                        .codec(Container.CODEC)
                        .cookie(Container.COOKIE)
                        .build(),
                EnumSet.allOf(DispatcherType.class));
    }

    private static void checkForwardsAndIncludes(Container pages) {
        List<HttpSession> seen = new ArrayList<>();
        pages.page("/included", (request, response) -> {
            seen.add(request.getSession());
            ((Cart) request.getSession().getAttribute("step")).items().add("included");
            response.getWriter().print("included ");
        });
        pages.page("/forwarded", (request, response) -> {
            seen.add(request.getSession());
            request.getRequestDispatcher("/included").include(request, response);
            ((Cart) request.getSession().getAttribute("step")).items().add("forwarded");
            response.getWriter().print("forwarded");
        });
        pages.page("/forward", (request, response) -> {
            seen.add(request.getSession());
            request.getSession().setAttribute("step", new Cart(new ArrayList<>()));
            request.getRequestDispatcher("/forwarded").forward(request, response);
        });
        pages.page(
                "/read",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("step")));
        Browser visitor = pages.browser();
        HttpResponse<String> answer = visitor.get("/forward");

        assertThat(answer.body()).isEqualTo("included forwarded");
        assertThat(Browser.cookies(answer)).hasSize(1);
        assertThat(seen).hasSize(3).allMatch(session -> session == seen.get(0));
        assertThat(visitor.text("/read")).isEqualTo("Cart[items=[included, forwarded]]");
    }

    @Test
    void anAnswerWithoutBlocking() {
        byte[] part = "x".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        container.page("/async", (request, response) -> {
            AsyncContext async = request.startAsync();
            request.getSession().setAttribute("step", "unblocked");
            ServletOutputStream out = response.getOutputStream();
            AtomicInteger parts = new AtomicInteger();
            out.setWriteListener(new WriteListener() {
                @Override
                public void onWritePossible() throws IOException {
                    while (out.isReady()) {
                        if (parts.incrementAndGet() > 100) {
                            async.complete();
                            return;
                        }
                        out.write(part);
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    async.complete();
                }
            });
        });
        HttpResponse<String> answer = browser.get("/async");

        assertThat(answer.body()).hasSize(100_000);
        assertThat(Browser.cookies(answer)).hasSize(1);
        assertThat(browser.text("/read")).isEqualTo("unblocked");
    }

    /** Hears nothing. */
    private abstract static class Silent implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
