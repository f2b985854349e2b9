package dev.sessionstore.client.jetty;

import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/** With one jar of cookies, which goes to any port of a host. */
final class Browser {
    private final CookieManager cookies = new CookieManager();
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(cookies).build();

    /** The answer's text; anything but 200 fails. */
    String get(JettyNode node, String command) {
        String text = getLater(node, command).join();
        node.settle();
        return text;
    }

    CompletableFuture<String> getLater(JettyNode node, String command) {
        return http.sendAsync(HttpRequest.newBuilder(node.uri(command)).build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(Browser::text);
    }

    private static String text(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /** The session's id, without the name of the server that wrote the cookie. */
    String sessionId() {
        String value = cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("JSESSIONID"))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElseThrow();
        return value.substring(0, value.lastIndexOf('.'));
    }

    /** Another one with the same cookie. */
    Browser copy() {
        Browser copy = new Browser();
        cookies.getCookieStore()
                .getURIs()
                .forEach(uri -> cookies.getCookieStore()
                        .get(uri)
                        .forEach(cookie -> copy.cookies.getCookieStore().add(uri, cookie)));
        return copy;
    }
}
