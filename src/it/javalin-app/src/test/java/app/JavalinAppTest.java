package app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionstore.client.CookieSessions;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionFactory;
import io.javalin.Javalin;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class JavalinAppTest {
    @Test
    void sessionsInTheService() throws Exception {
        try (SessionClient client = SessionClient.builder(URI.create(System.getProperty("service")))
                .namespace("javalin")
                .build()) {
            countsTogether(SessionFactory.over(client).build());
        }
    }

    @Test
    void sessionsInTheirCookies() throws Exception {
        countsTogether(CookieSessions.signedBy(new byte[32]).build());
    }

    private static void countsTogether(SessionFactory sessions) throws Exception {
        HttpClient browser =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        Javalin one = JavalinApp.start(sessions);
        Javalin other = JavalinApp.start(sessions);
        try {
            assertEquals("1", visit(browser, one));
            assertEquals("2", visit(browser, other));
            assertEquals("3", visit(browser, one));
        } finally {
            one.stop();
            other.stop();
        }
    }

    private static String visit(HttpClient browser, Javalin app) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + app.port() + "/visit"))
                .build();
        return browser.send(request, BodyHandlers.ofString()).body();
    }
}
