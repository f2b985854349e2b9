package dev.sessionstore.client.servlet;

import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionCookie;
import dev.sessionstore.client.SessionFactory;
import dev.sessionstore.client.TypedJsonCodec;
import dev.sessionstore.http.TestServer;
import dev.sessionstore.testing.PatientClient;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.jetty.ee11.servlet.AsyncContextEvent;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** A servlet container without sessions of its own, with the filter before pages that the tests write as they need them. */
final class Container implements AutoCloseable {
    /** One page. */
    interface Page {
        void serve(HttpServletRequest request, HttpServletResponse response) throws Exception;
    }

    /** A value of an application's own. */
    record Cart(List<String> items) implements Serializable {}

    static final SessionCookie COOKIE =
            SessionCookie.builder().name("session").secure(false).build();

    static final TypedJsonCodec CODEC =
            TypedJsonCodec.builder().allow(Cart.class).build();

    private final Server jetty = new Server(null, new Timeouts(), null);
    private final ServerConnector connector = new ServerConnector(jetty);
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final SessionClient real;
    private final RecordedClient recorded;

    /** @param filter of a client of that service */
    Container(TestServer service, Function<SessionClient, SessionStoreFilter> filter) {
        this(service, filter, EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
    }

    Container(
            TestServer service,
            Function<SessionClient, SessionStoreFilter> filter,
            EnumSet<DispatcherType> dispatches) {
        real = PatientClient.builder(service.uri()).retries(0).build();
        recorded = new RecordedClient(real);
        ServletContextHandler context = new ServletContextHandler();
        FilterHolder holder = new FilterHolder(filter.apply(recorded.client()));
        holder.setAsyncSupported(true);
        context.addFilter(holder, "/*", dispatches);
        ServletHolder servlet = new ServletHolder(new Pages());
        servlet.setAsyncSupported(true);
        context.addServlet(servlet, "/*");
        ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
        errors.addErrorPage(500, 599, "/error");
        context.setErrorHandler(errors);
        page("/error", (request, response) -> response.getWriter().print("error page"));
        jetty.addConnector(connector);
        jetty.setHandler(context);
        try {
            jetty.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** With {@link #CODEC} and {@link #COOKIE}. */
    static Container start(TestServer service) {
        return new Container(
                service,
                client -> SessionStoreFilter.builder(client)
                        .codec(CODEC)
                        .cookie(COOKIE)
                        .build());
    }

    /** With {@link #COOKIE}. */
    static Container start(TestServer service, Function<SessionClient, SessionFactory> sessions) {
        return new Container(
                service,
                client -> SessionStoreFilter.builder(sessions.apply(client))
                        .cookie(COOKIE)
                        .build());
    }

    void page(String path, Page page) {
        pages.put(path, page);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    Browser browser() {
        return new Browser(uri());
    }

    /** What the application's client was called with. */
    RecordedClient calls() {
        return recorded;
    }

    /** To look into the service with, unrecorded. */
    SessionClient service() {
        return real;
    }

    @Override
    public void close() {
        try {
            jetty.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        real.close();
    }

    /**
     * Loses no asynchronous timeout. Jetty ignores one that fires before it has stored the task that it got for it, which a
     * short one does if the thread is held up in between, and the request then waits for ever. It stores it with the
     * request's state locked: whoever reads the state first fires after that.
     */
    private static final class Timeouts extends ScheduledExecutorScheduler {
        @Override
        public Task schedule(Runnable task, long delay, TimeUnit unit) {
            if (!(task instanceof AsyncContextEvent event)) {
                return super.schedule(task, delay, unit);
            }
            Runnable afterItIsStored = () -> {
                event.getServletRequestState().getState();
                event.run();
            };
            return super.schedule(afterItIsStored, delay, unit);
        }
    }

    private final class Pages extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            Object included = request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO);
            Page page = pages.get(included == null ? request.getPathInfo() : included);
            if (page == null) {
                response.sendError(HttpServletResponse.SC_NOT_FOUND);
                return;
            }
            try {
                page.serve(request, response);
            } catch (IOException | ServletException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new ServletException(e);
            }
        }
    }
}
