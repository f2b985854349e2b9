package app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionstore.client.SessionClient;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class ServletAppTest {
    @Test
    void twoInstancesCountTogether() throws Exception {
        HttpClient browser =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        try (SessionClient client = SessionClient.builder(URI.create(System.getProperty("service")))
                        .namespace("servlet")
                        .build();
                ServletApp one = new ServletApp(client);
                ServletApp other = new ServletApp(client)) {
            assertEquals("1", visit(browser, one));
            assertEquals("2", visit(browser, other));
            assertEquals("3", visit(browser, one));
        }
    }

    private static String visit(HttpClient browser, ServletApp app) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(app.uri() + "/visit")).build();
        return browser.send(request, BodyHandlers.ofString()).body();
    }
}
