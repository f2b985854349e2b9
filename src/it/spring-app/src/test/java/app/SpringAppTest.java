package app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionstore.client.SessionClient;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SpringAppTest {
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"");

    @Test
    void twoInstancesShareLoginAndVisits() throws Exception {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        try (SessionClient client = SessionClient.builder(URI.create(System.getProperty("service")))
                        .namespace("spring")
                        .build();
                SpringApp one = new SpringApp(client, key);
                SpringApp other = new SpringApp(client, key)) {
            HttpClient phone = browser();
            HttpClient laptop = browser();
            assertEquals("1", get(phone, one, "/visit"));
            logIn(phone, other);
            assertEquals("alice", get(phone, one, "/me"));
            assertEquals("2", get(phone, other, "/visit"));

            logIn(laptop, one);
            assertTrue(get(phone, other, "/me").contains("expired"));
            assertEquals("alice", get(laptop, other, "/me"));
        }
    }

    private static HttpClient browser() {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    private static String get(HttpClient browser, SpringApp app, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(app.uri() + path)).build();
        return browser.send(request, BodyHandlers.ofString()).body();
    }

    private static void logIn(HttpClient browser, SpringApp app) throws Exception {
        Matcher token = CSRF.matcher(get(browser, app, "/login"));
        assertTrue(token.find());
        String form = "username=alice&password=wonderland&_csrf="
                + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create(app.uri() + "/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        browser.send(request, BodyHandlers.ofString());
    }
}
