package dev.sessionstore.client.spring;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A cookie jar, and somebody who fills in forms. Ports share cookies, as they do in browsers. */
final class Browser {
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"");

    private final CookieManager jar = new CookieManager();
    private final HttpClient http = HttpClient.newBuilder()
            .cookieHandler(jar)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    String text(URI uri) throws IOException, InterruptedException {
        return get(uri).body();
    }

    HttpResponse<String> logIn(SpringShop shop, String user, String password) throws IOException, InterruptedException {
        return submit(shop.at("/login"), Map.of("username", user, "password", password));
    }

    HttpResponse<String> logOut(SpringShop shop) throws IOException, InterruptedException {
        return submit(shop.at("/logout"), Map.of());
    }

    /** Asks for the form, and sends it back filled in. */
    private HttpResponse<String> submit(URI form, Map<String, String> fields) throws IOException, InterruptedException {
        Matcher token = CSRF.matcher(text(form));
        if (!token.find()) {
            throw new IllegalStateException("no form at " + form);
        }
        String body = fields.entrySet().stream()
                        .map(field -> field.getKey() + "=" + encoded(field.getValue()) + "&")
                        .collect(Collectors.joining())
                + "_csrf=" + encoded(token.group(1));
        HttpRequest post = HttpRequest.newBuilder(form)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.send(post, BodyHandlers.ofString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** What the cookie names. */
    String sessionId() {
        String value = jar.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("SESSION"))
                .findFirst()
                .map(HttpCookie::getValue)
                .orElseThrow();
        return new String(Base64.getDecoder().decode(value), StandardCharsets.US_ASCII);
    }

    /** A cookie that somebody planted. */
    void present(URI uri, String sessionId) {
        HttpCookie cookie = new HttpCookie(
                "SESSION", Base64.getEncoder().encodeToString(sessionId.getBytes(StandardCharsets.US_ASCII)));
        cookie.setPath("/");
        cookie.setVersion(0);
        jar.getCookieStore().add(uri, cookie);
    }
}
