package dev.sessionstore.client.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.TypedJsonCodec;
import dev.sessionstore.http.TestServer;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private static final List<String> TOLD = new CopyOnWriteArrayList<>();

    /** Hears all that a listener of sessions can. */
    private record Ear(String name)
            implements HttpSessionListener, HttpSessionAttributeListener, HttpSessionIdListener {
        @Override
        public void sessionCreated(HttpSessionEvent event) {
            TOLD.add(name + " created");
        }

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            HttpSession session = event.getSession();
            TOLD.add(name + " destroyed, holding " + session.getAttribute("value"));
            // Told of it, it does the same.
            session.invalidate();
        }

        @Override
        public void sessionIdChanged(HttpSessionEvent event, String oldId) {
            TOLD.add(name + " renamed " + !event.getSession().getId().equals(oldId) + " " + oldId.length());
        }

        @Override
        public void attributeAdded(HttpSessionBindingEvent event) {
            TOLD.add(name + " added " + event.getName() + "=" + event.getValue());
        }

        @Override
        public void attributeReplaced(HttpSessionBindingEvent event) {
            TOLD.add(name + " replaced " + event.getName() + "=" + event.getValue() + " by "
                    + event.getSession().getAttribute(event.getName()));
        }

        @Override
        public void attributeRemoved(HttpSessionBindingEvent event) {
            TOLD.add(name + " removed " + event.getName() + "=" + event.getValue());
        }
    }

    /** A value that hears what happens to it. */
    record Guest(String name) implements HttpSessionBindingListener, HttpSessionActivationListener {
        @Override
        public void valueBound(HttpSessionBindingEvent event) {
            TOLD.add(name + " bound, there: " + this.equals(event.getSession().getAttribute(event.getName())));
        }

        @Override
        public void valueUnbound(HttpSessionBindingEvent event) {
            TOLD.add(name + " unbound");
        }

        @Override
        public void sessionWillPassivate(HttpSessionEvent event) {
            event.getSession().getAttribute("another");
            TOLD.add(name + " passive");
        }

        @Override
        public void sessionDidActivate(HttpSessionEvent event) {
            TOLD.add(name + " active");
        }
    }

    private static TestServer service;
    private static Container container;
    private final Browser browser = container.browser();

    @BeforeAll
    static void start() {
        service = TestServer.start();
        container = new Container(
                service,
                client -> SessionStoreFilter.builder(client)
                        .codec(TypedJsonCodec.builder().allow(Guest.class).build())
                        .cookie(Container.COOKIE)
                        .listener(new Ear("first"))
                        .listener(new Ear("second"))
                        .build());
    }

    @AfterAll
    static void stop() {
        container.close();
        service.close();
    }

    @BeforeEach
    void forget() {
        TOLD.clear();
    }

    private List<String> told(Container.Page page) {
        container.page("/page", page);
        TOLD.clear();
        assertThat(browser.get("/page").statusCode()).isEqualTo(200);
        return List.copyOf(TOLD);
    }

    @Test
    void listenersAreToldInTheirOrderAndOfAnEndInReverse() {
        assertThat(told((request, response) -> request.getSession().setAttribute("value", 1)))
                .containsExactly("first created", "second created", "first added value=1", "second added value=1");
        assertThat(told((request, response) -> request.getSession().setAttribute("value", 2)))
                .containsExactly("first replaced value=1 by 2", "second replaced value=1 by 2");
        assertThat(told((request, response) -> request.changeSessionId()))
                .containsExactly("first renamed true 43", "second renamed true 43");
        assertThat(told((request, response) -> request.getSession().invalidate()))
                .containsExactly(
                        "second destroyed, holding 2",
                        "first destroyed, holding 2",
                        "first removed value=2",
                        "second removed value=2");
    }

    @Test
    void whatIsRemovedIsTold() {
        told((request, response) -> {
            request.getSession().setAttribute("value", "v");
            request.getSession().setAttribute("stays", "s");
        });
        assertThat(told((request, response) -> {
                    request.getSession().removeAttribute("absent");
                    request.getSession().setAttribute("value", null);
                    request.getSession().removeAttribute("value");
                }))
                .containsExactly("first removed value=v", "second removed value=v");
    }

    @Test
    void aValueHearsOfItself() {
        assertThat(told((request, response) -> {
                            HttpSession session = request.getSession();
                            Guest one = new Guest("one");
                            session.setAttribute("guest", one);
                            session.setAttribute("guest", one);
                            session.setAttribute("guest", new Guest("two"));
                            session.setAttribute("another", 1);
                        })
                        .stream()
                        .filter(line -> !line.startsWith("first") && !line.startsWith("second")))
                .containsExactly("one bound, there: false", "two bound, there: false", "one unbound", "two passive");
        assertThat(told((request, response) -> {
                    request.getSession().getAttribute("guest");
                    request.getSession().getAttribute("guest");
                }))
                .containsExactly("two active", "two passive");
        assertThat(told((request, response) -> request.getSession().removeAttribute("guest")).stream()
                        .filter(line -> line.startsWith("two")))
                .containsExactly("two active", "two unbound");
        told((request, response) -> request.getSession().setAttribute("guest", new Guest("three")));
        assertThat(told((request, response) -> request.getSession().invalidate()).stream()
                        .filter(line -> line.startsWith("three")))
                .containsExactly("three active", "three unbound");
    }

    @Test
    void whoLogsOutIsLoggedOutWhateverAListenerThrows() {
        HttpSessionListener faulty = new HttpSessionListener() {
            @Override
            public void sessionDestroyed(HttpSessionEvent event) {
                throw new UnsupportedOperationException("a listener's own");
            }
        };
        try (Container other = new Container(
                service,
                client -> SessionStoreFilter.builder(client)
                        .cookie(Container.COOKIE)
                        .listener(faulty)
                        .build())) {
            other.page("/set", (request, response) -> request.getSession().setAttribute("value", 1));
            other.page("/logout", (request, response) -> request.getSession().invalidate());
            Browser visitor = other.browser();
            visitor.get("/set");
            String id = visitor.id();

            assertThat(visitor.get("/logout").statusCode()).isEqualTo(500);
            assertThat(visitor.id()).isNull();
            assertThatThrownBy(() -> other.service().find(id)).isInstanceOf(SessionGoneException.class);
        }
    }

    @Test
    void aListenerOfSomethingElseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SessionStoreFilter.builder(container.service()).listener(new ServletContextListener() {}))
                .withMessageContaining("HttpSessionListener");
    }
}
