package dev.sessionstore.client.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.client.servlet.Container.Cart;
import dev.sessionstore.http.TestServer;
import jakarta.servlet.http.HttpSession;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoredAttributesTest {
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

    @BeforeEach
    void forgetCalls() {
        container.calls().calls();
    }

    @Test
    void theNextRequestReadsWhatThisOneSetAsTheSameClass() {
        Map<String, Object> values = new TreeMap<>(Map.of(
                "cart",
                new Cart(List.of("sku-1")),
                "long",
                1L,
                "int",
                1,
                "text",
                "Ünï",
                "list",
                new ArrayList<>(List.of(1, "two", 3L)),
                "flag",
                true));
        container.page("/set", (request, response) -> values.forEach(request.getSession()::setAttribute));
        Map<String, Object> read = new TreeMap<>();
        container.page("/read", (request, response) -> {
            HttpSession session = request.getSession(false);
            Collections.list(session.getAttributeNames()).forEach(name -> read.put(name, session.getAttribute(name)));
            read.put("absent", String.valueOf(session.getAttribute("absent")));
        });

        assertThat(Browser.cookies(browser.get("/set")))
                .singleElement()
                .asString()
                .matches("session=[\\w-]{43}; Path=/; HttpOnly; SameSite=Lax");
        assertThat(browser.get("/read").headers().map()).doesNotContainKey("set-cookie");
        values.put("absent", "null");
        assertThat(read).isEqualTo(values);
        assertThat(read.get("long")).isInstanceOf(Long.class);
    }

    @Test
    void aChangeWithinAValueIsStoredWithoutBeingSet() {
        container.page(
                "/set",
                (request, response) ->
                        request.getSession().setAttribute("cart", new Cart(new ArrayList<>(List.of("one")))));
        container.page("/add", (request, response) -> {
            Cart cart = (Cart) request.getSession().getAttribute("cart");
            cart.items().add("two");
            response.getWriter().print(cart.items());
            cart.items().add("three, after the first word of the answer");
        });
        container.page(
                "/read",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("cart")));
        browser.get("/set");
        browser.get("/add");

        assertThat(browser.text("/read"))
                .isEqualTo("Cart[items=[one, two, three, after the first word of the answer]]");
    }

    @Test
    void onlyChangesAreSent() {
        container.page("/many", (request, response) -> {
            for (int i = 0; i < 10; i++) {
                request.getSession().setAttribute("a" + i, new ArrayList<>(List.of(i)));
            }
        });
        container.page("/two", (request, response) -> {
            request.getSession().getAttribute("a0");
            request.getSession().setAttribute("a1", "new");
            request.getSession().setAttribute("a2", List.of("new"));
            request.getSession().removeAttribute("a3");
            request.getSession().setAttribute("a4", null);
        });
        browser.get("/many");
        assertThat(container.calls().calls()).containsExactly("create");
        browser.get("/two");
        assertThat(container.calls().calls()).containsExactly("find", "patch SessionPatch[2 set, 2 removed]");
    }

    @Test
    void aRequestThatOnlyReadsWritesNothing() {
        container.page(
                "/set", (request, response) -> request.getSession().setAttribute("cart", new Cart(List.of("one"))));
        container.page("/read", (request, response) -> {
            request.getSession().getAttribute("cart");
            response.getWriter().print("read");
            response.flushBuffer();
            request.getSession().getAttributeNames();
        });
        container.page("/none", (request, response) -> response.getWriter().print("none"));
        browser.get("/set");
        container.calls().calls();
        HttpResponse<String> read = browser.get("/read");

        assertThat(container.calls().calls()).containsExactly("find");
        assertThat(read.headers().allValues("Vary")).containsExactly("Cookie");
        assertThat(browser.get("/none").headers().map()).doesNotContainKeys("vary", "set-cookie");
        assertThat(container.calls().calls())
                .as("a request that asks for no session")
                .isEmpty();
    }

    @Test
    void aNewAndEmptySessionIsNotStoredAndGetsNoCookie() {
        container.page("/robot", (request, response) -> {
            HttpSession session = request.getSession();
            session.setMaxInactiveInterval(5);
            session.setAttribute("gone", 1);
            session.removeAttribute("gone");
            response.getWriter().print(session.isNew());
        });
        HttpResponse<String> answer = browser.get("/robot");

        assertThat(answer.body()).isEqualTo("true");
        assertThat(Browser.cookies(answer)).isEmpty();
        assertThat(container.calls().calls()).isEmpty();
    }

    @Test
    void aClassThatIsNotAllowedFailsAndSaysWhatToDo() {
        container.page("/bad", (request, response) -> {
            request.getSession().setAttribute("bad", new StringBuilder("secret"));
            response.getWriter().print("never seen");
        });
        StringBuilder told = new StringBuilder();
        container.page("/error", (request, response) -> {
            told.append(request.getAttribute("jakarta.servlet.error.exception"));
            response.getWriter().print(request.getSession().isNew() ? "sorry" : "");
        });
        HttpResponse<String> answer = browser.get("/bad");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).as("the error page, not again an error").isEqualTo("sorry");
        assertThat(told.toString())
                .contains("\"bad\"", "java.lang.StringBuilder", "allow")
                .doesNotContain("secret");
        assertThat(Browser.cookies(answer)).isEmpty();
    }

    @Test
    void anEmptiedSessionIsDeletedWithItsCookieAndThePageGoesOn() {
        container.page("/set", (request, response) -> request.getSession().setAttribute("flash", "done"));
        container.page("/empty", (request, response) -> {
            HttpSession session = request.getSession();
            session.removeAttribute("flash");
            response.getWriter().print("flash");
            response.getWriter().print(session.getAttribute("flash"));
        });
        container.page("/refill", (request, response) -> {
            HttpSession session = request.getSession();
            session.removeAttribute("flash");
            response.getWriter().print("between");
            session.setAttribute("flash", "again");
        });
        container.page("/flushed", (request, response) -> {
            HttpSession session = request.getSession();
            session.removeAttribute("flash");
            response.flushBuffer();
            response.getWriter().print(session.getAttribute("flash") + " " + request.getSession(false));
        });
        browser.get("/set");
        String id = browser.id();
        browser.get("/refill");
        assertThat(container.service().find(id).orElseThrow().get("flash", String.class))
                .isEqualTo("again");

        assertThat(browser.text("/flushed")).isEqualTo("null null");
        assertThat(browser.id()).isNull();
        browser.get("/set");
        HttpResponse<String> emptied = browser.get("/empty");
        assertThat(emptied.body()).isEqualTo("flashnull");
        assertThat(Browser.cookies(emptied)).singleElement().asString().contains("session=;", "Max-Age=0");
    }
}
