package dev.sessionstore.client.jetty;

import dev.sessionstore.client.Sealing;
import dev.sessionstore.client.SessionClient;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.SessionHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.eclipse.jetty.session.DefaultSessionCache;
import org.eclipse.jetty.session.DefaultSessionCacheFactory;
import org.eclipse.jetty.session.DefaultSessionIdManager;
import org.eclipse.jetty.session.ManagedSession;

/** One of several Jetty servers, with a small shop and a listener to its sessions. */
final class JettyNode implements AutoCloseable {
    /** Long before any of Jetty's grace periods, and not long enough to be an orphan. */
    static final Duration LONG_AGO = Duration.ofHours(5);

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ServletContextHandler shop = new ServletContextHandler("/shop", ServletContextHandler.SESSIONS);
    private final StatisticsHandler requests = new StatisticsHandler();
    /** Of each session whose end was told: its id, and the cart that it had. */
    final List<String> ended = new CopyOnWriteArrayList<>();

    final CountDownLatch waits = new CountDownLatch(1);
    final CountDownLatch goesOn = new CountDownLatch(1);

    /** @param evictionPolicy what becomes of this server's own copies */
    JettyNode(String name, SessionClient client, Sealing sealing, int evictionPolicy) throws Exception {
        this(name, client, sealing, evictionPolicy, 0);
    }

    /** @param savePeriodSeconds how long an access alone may go unsaved */
    JettyNode(String name, SessionClient client, Sealing sealing, int evictionPolicy, int savePeriodSeconds)
            throws Exception {
        server.addConnector(connector);
        DefaultSessionIdManager ids = new DefaultSessionIdManager(server);
        ids.setWorkerName(name);
        server.addBean(ids, true);
        ServiceSessionDataStoreFactory stores = new ServiceSessionDataStoreFactory(client, sealing);
        stores.setSavePeriodSec(savePeriodSeconds);
        server.addBean(stores);
        server.addBean(copies(evictionPolicy));
        shop.addServlet(new Shop(), "/*");
        shop.addEventListener(new Listener());
        sessions().setMaxInactiveInterval(1800);
        requests.setHandler(shop);
        server.setHandler(requests);
        server.start();
    }

    /** Copies that live as long as the policy says, and are saved before an answer leaves. */
    private static DefaultSessionCacheFactory copies(int evictionPolicy) {
        DefaultSessionCacheFactory caches = new DefaultSessionCacheFactory();
        caches.setEvictionPolicy(evictionPolicy);
        caches.setSaveOnCreate(true);
        caches.setFlushOnResponseCommit(true);
        return caches;
    }

    SessionHandler sessions() {
        return shop.getSessionHandler();
    }

    /** This server's own copy; null if it has none. */
    ManagedSession copy(String hostId) {
        return ((DefaultSessionCache) sessions().getSessionCache()).doGet(hostId);
    }

    /** As the copy's timer would at its end. */
    void copyLooksExpired(String hostId) {
        sessions().sessionTimerExpired(copy(hostId), Long.MAX_VALUE);
    }

    static void scavengeAtTheSameInstant(JettyNode... nodes) {
        CyclicBarrier start = new CyclicBarrier(nodes.length);
        CompletableFuture.allOf(Stream.of(nodes)
                        .map(node -> CompletableFuture.runAsync(
                                () -> {
                                    try {
                                        start.await();
                                    } catch (InterruptedException | BrokenBarrierException e) {
                                        throw new AssertionError(e);
                                    }
                                    node.sessions().scavenge();
                                },
                                task -> new Thread(task).start()))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    /** Waits until no request is under way: a session is let go after its answer. */
    void settle() {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (requests.getRequestsActive() > 0) {
            if (System.nanoTime() > giveUp) {
                throw new AssertionError("requests are under way after 60 s");
            }
            Thread.onSpinWait();
        }
    }

    URI uri(String command) {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/shop/" + command);
    }

    @Override
    public void close() {
        goesOn.countDown();
        settle();
        try {
            server.stop();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private final class Listener implements HttpSessionListener {
        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            ended.add(event.getSession().getId() + " had " + event.getSession().getAttribute("cart"));
        }
    }

    private final class Shop extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            HttpSession session = request.getSession();
            String name = request.getParameter("name");
            switch (request.getPathInfo()) {
                case "/set" -> session.setAttribute(name, request.getParameter("value"));
                case "/remove" -> session.removeAttribute(name);
                case "/renew" -> request.changeSessionId();
                case "/end" -> session.invalidate();
                case "/slow" -> {
                    session.setAttribute(name, request.getParameter("value"));
                    waits.countDown();
                    await(goesOn);
                }
                default -> {}
            }
            String value = name == null || request.getPathInfo().equals("/end")
                    ? ""
                    : String.valueOf(session.getAttribute(name));
            response.setContentType("text/plain");
            response.getOutputStream().print(value);
        }
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("nothing happened for 60 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
