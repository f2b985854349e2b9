package dev.sessionstore.client.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.client.FakeSessionStore;
import dev.sessionstore.client.SessionClient;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** The wiring that README shows, for a container that finds it by itself. */
class WiringTest {
    /** Named in {@code META-INF/services/jakarta.servlet.ServletContainerInitializer}. */
    private static final class Sessions implements ServletContainerInitializer {
        private final SessionClient client;

        Sessions(SessionClient client) {
            this.client = client;
        }

        @Override
        public void onStartup(Set<Class<?>> none, ServletContext context) {
            FilterRegistration.Dynamic sessions = context.addFilter(
                    "sessions",
                    SessionStoreFilter.builder(client).cookie(Container.COOKIE).build());
            sessions.setAsyncSupported(true);
            sessions.addMappingForUrlPatterns(
                    EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR), false, "/*");
        }
    }

    @Test
    void anInitializerAddsTheFilter() throws Exception {
        FakeSessionStore store = new FakeSessionStore();
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        ServletContextHandler context = new ServletContextHandler();
        context.addServletContainerInitializer(new Sessions(store.client()));
        context.addServlet(new ServletHolder(new Counter()), "/visit");
        jetty.addConnector(connector);
        jetty.setHandler(context);
        jetty.start();
        try {
            Browser browser = new Browser(URI.create("http://127.0.0.1:" + connector.getLocalPort()));
            assertThat(browser.text("/visit")).isEqualTo("1");
            assertThat(browser.text("/visit")).isEqualTo("2");
            assertThat(store.size()).isEqualTo(1);
        } finally {
            jetty.stop();
        }
    }

    private static final class Counter extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            HttpSession session = request.getSession();
            Object before = session.getAttribute("visits");
            int visits = before instanceof Integer count ? count + 1 : 1;
            session.setAttribute("visits", visits);
            response.getWriter().print(visits);
        }
    }
}
