package dev.sessionstore.examples;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sessionstore.client.ServiceUnavailableException;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionCookie;
import dev.sessionstore.client.SessionFactory;
import dev.sessionstore.client.WebSession;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.UnauthorizedResponse;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A shop on Javalin whose sessions the service keeps: any number of instances, none of which remembers anything. Arguments:
 * a port, 0 for any, and where the service is. Visitors who put nothing into their cart leave no session behind.
 */
public final class Shop {
    private static final TypeReference<ArrayList<String>> CART = new TypeReference<>() {};

    private final SessionClient client;

    private Shop(SessionClient client) {
        this.client = client;
    }

    public static void main(String[] args) {
        SessionClient client = SessionClient.builder(URI.create(args[1]))
                .namespace("shop")
                .timeout(Duration.ofSeconds(5))
                .build();
        Javalin shop = new Shop(client).open();
        shop.start("127.0.0.1", Integer.parseInt(args[0]));
        System.out.println("the shop is open at http://127.0.0.1:" + shop.port());
    }

    // begin: every request
    Javalin open() {
        SessionFactory sessions = SessionFactory.over(client).build();
        SessionCookie cookie = SessionCookie.builder()
                .name("session")
                .secure(false)
                .build(); // over HTTPS: __Host-session, the default
        return Javalin.create(config -> {
            config.routes.before(request -> {
                String id = cookie.read(request.header("Cookie")).orElse(null);
                request.attribute("session", sessions.open(id));
            });
            config.routes.after(request -> {
                WebSession session = session(request);
                if (session != null) { // it is null where it could not be opened
                    session.save();
                    cookie.write(session).forEach((name, value) -> request.res().addHeader(name, value));
                }
            });
            config.routes.exception(
                    ServiceUnavailableException.class,
                    (e, request) -> request.status(503).result("Please try again in a moment."));
            config.routes.get("/cart", this::showCart);
            config.routes.post("/cart/{item}", this::putIntoCart);
            config.routes.post("/login", this::logIn);
            config.routes.post("/logout", request -> session(request).invalidate());
            config.routes.get("/devices", this::showDevices);
            config.routes.post("/logout-everywhere", this::logOutEverywhere);
        });
    }

    private static WebSession session(Context request) {
        return request.attribute("session");
    }
    // end: every request

    // begin: handlers
    private void showCart(Context request) {
        List<String> cart = session(request).get("cart", CART);
        request.json(cart == null ? List.of() : cart);
    }

    private void putIntoCart(Context request) {
        WebSession session = session(request);
        if (!session.contains("cart")) {
            session.set("cart", new ArrayList<String>());
        }
        session.get("cart", CART).add(request.pathParam("item")); // noticed when the session is saved
    }

    private void logIn(Context request) {
        WebSession session = session(request);
        session.setPrincipal(request.queryParam("user")); // who proved it, with a password or otherwise
        session.setLabel(request.userAgent());
        session.rotate(); // an id from before the login opens nothing after it
    }

    private void showDevices(Context request) {
        String user = session(request).principal().orElseThrow(UnauthorizedResponse::new);
        request.json(client.sessionsOf(user)
                .map(device -> device.label().orElse("?"))
                .toList());
    }

    private void logOutEverywhere(Context request) {
        String user = session(request).principal().orElseThrow(UnauthorizedResponse::new);
        request.result(client.revokeAll(user) + " devices are logged out");
        session(request).invalidate();
    }
    // end: handlers
}
