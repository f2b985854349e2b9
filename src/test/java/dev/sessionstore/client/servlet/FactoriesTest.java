package dev.sessionstore.client.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.client.CookieSessions;
import dev.sessionstore.client.SerializationCodec;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionFactory;
import dev.sessionstore.client.TypedJsonCodec;
import dev.sessionstore.client.servlet.Container.Cart;
import dev.sessionstore.http.TestServer;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Other factories and codecs, and containers that share sessions. */
class FactoriesTest {
    private static TestServer service;

    @BeforeAll
    static void start() {
        service = TestServer.start();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static Container pages(Container container) {
        container.page(
                "/set",
                (request, response) ->
                        request.getSession().setAttribute("cart", new Cart(new ArrayList<>(List.of("one")))));
        container.page(
                "/read",
                (request, response) -> response.getWriter()
                        .print(request.getSession().getAttribute("cart") + " "
                                + request.getSession().isNew()));
        return container;
    }

    @Test
    void serialisedValuesNeedAFilterThatAllowsThem() {
        String allowed = Cart.class.getName() + ";java.util.*;java.lang.*";
        try (Container writer = pages(Container.start(service, client -> serialised(client, allowed)));
                Container reader = pages(Container.start(service, client -> serialised(client, "java.util.*")))) {
            Browser browser = writer.browser();
            browser.get("/set");
            assertThat(browser.text("/read")).isEqualTo("Cart[items=[one]] false");

            Browser elsewhere = browser.at(reader);
            assertThat(elsewhere.text("/read"))
                    .as("a new session, no error page")
                    .isEqualTo("null true");
            assertThat(elsewhere.id()).isNull();
        }
    }

    private static SessionFactory serialised(SessionClient client, String allowed) {
        return SessionFactory.over(client)
                .codec(new SerializationCodec(ObjectInputFilter.Config.createFilter(allowed)))
                .build();
    }

    @Test
    void aFactoryHasItsOwnCodec() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> SessionStoreFilter.builder(SessionFactory.none()).codec(Container.CODEC));
    }

    @Test
    void parallelRequestsChangeDifferentAttributes() throws Exception {
        int requests = 8;
        try (Container container = pages(Container.start(service))) {
            CyclicBarrier together = new CyclicBarrier(requests);
            container.page("/part", (request, response) -> {
                var session = request.getSession();
                session.getAttributeNames();
                together.await(60, TimeUnit.SECONDS);
                session.setAttribute("part" + request.getParameter("n"), 1);
            });
            Browser browser = container.browser();
            browser.get("/set");
            CompletableFuture.allOf(IntStream.range(0, requests)
                            .mapToObj(n -> CompletableFuture.runAsync(
                                    () -> browser.get("/part?n=" + n), task -> new Thread(task).start()))
                            .toArray(CompletableFuture[]::new))
                    .get(60, TimeUnit.SECONDS);

            Set<String> names =
                    container.service().find(browser.id()).orElseThrow().names();
            assertThat(names).hasSize(requests + 1).contains("cart", "part0", "part7");
        }
    }

    @Test
    void twoContainersShareTheirSessions() {
        try (Container one = pages(Container.start(service));
                Container other = pages(Container.start(service))) {
            Browser browser = one.browser();
            browser.get("/set");
            assertThat(browser.at(other).text("/read")).isEqualTo("Cart[items=[one]] false");
            other.page("/logout", (request, response) -> request.getSession().invalidate());
            browser.at(other).get("/logout");
            assertThat(browser.text("/read")).isEqualTo("null true");
        }
    }

    @Test
    void aSessionBoundToItsUserAgentIsNobodyElses() {
        try (Container container = pages(Container.start(
                service,
                client -> SessionFactory.over(client)
                        .codec(Container.CODEC)
                        .bindToUserAgent(true)
                        .build()))) {
            container.page("/login", (request, response) -> request.changeSessionId());
            Browser browser = container.browser();
            browser.get("/set", "User-Agent", "Ünï/1");
            browser.get("/login", "User-Agent", "Ünï/1");
            Browser thief = browser.at(container);
            assertThat(thief.get("/read", "User-Agent", "other/1").body()).isEqualTo("null true");
            assertThat(browser.get("/read", "User-Agent", "Ünï/1").body()).isEqualTo("Cart[items=[one]] false");
        }
    }

    @Test
    void sessionsThatLiveInTheirCookie() {
        SessionFactory sessions = CookieSessions.signedBy(new byte[32])
                .codec(Container.CODEC)
                .cookie(Container.COOKIE)
                .build();
        try (Container container = pages(Container.start(service, client -> sessions))) {
            container.page("/more", (request, response) -> {
                request.getSession().setAttribute("cart", new Cart(List.of("two")));
                response.getWriter().print("words");
                request.getSession().setAttribute("cart", new Cart(List.of("three")));
            });
            container.page("/late", (request, response) -> {
                response.flushBuffer();
                request.getSession().setAttribute("cart", new Cart(List.of("late")));
            });
            Browser browser = container.browser();
            assertThat(Browser.cookies(browser.get("/set"))).hasSize(1);
            assertThat(browser.text("/read")).isEqualTo("Cart[items=[one]] false");
            assertThat(Browser.cookies(browser.get("/more"))).hasSize(1);
            assertThat(browser.text("/read")).isEqualTo("Cart[items=[three]] false");
            assertThatThrownBy(() -> browser.get("/late"))
                    .as("no loss in silence: the answer breaks off")
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aLogoutEndsWhatCannotBeRead() {
        try (Container writer = pages(Container.start(service));
                Container reader = pages(Container.start(
                        service,
                        client -> SessionFactory.over(client)
                                .codec(TypedJsonCodec.builder().build())
                                .build()))) {
            reader.page("/logout", (request, response) -> request.getSession().invalidate());
            Browser browser = writer.browser();
            browser.get("/set");
            browser.at(reader).get("/logout");

            assertThat(browser.text("/read")).isEqualTo("null true");
        }
    }
}
