package app;

import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionCookie;
import dev.sessionstore.client.TypedJsonCodec;
import dev.sessionstore.client.servlet.SessionStoreFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A servlet that counts visits in {@code HttpSession}, as one does. */
public final class ServletApp implements AutoCloseable {
    /** A value of the application's own. */
    public record Visits(int count) {}

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    public ServletApp(SessionClient client) throws Exception {
        SessionStoreFilter filter = SessionStoreFilter.builder(client)
                .codec(TypedJsonCodec.builder().allow(Visits.class).build())
                .cookie(SessionCookie.builder().name("session").secure(false).build())
                .build();
        ServletContextHandler context = new ServletContextHandler();
        context.addFilter(
                new FilterHolder(filter),
                "/*",
                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        context.addServlet(new ServletHolder(new Counter()), "/visit");
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
    }

    public String uri() {
        return "http://localhost:" + connector.getLocalPort();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }

    private static final class Counter extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            HttpSession session = request.getSession();
            Visits before = (Visits) session.getAttribute("visits");
            Visits now = new Visits(before == null ? 1 : before.count() + 1);
            session.setAttribute("visits", now);
            response.getWriter().print(now.count());
        }
    }
}
