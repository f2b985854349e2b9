package dev.sessionstore.client.servlet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the session's cookie and follows no redirect by itself. Thread-safe. */
final class Browser {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private final URI server;
    private volatile @Nullable String session;

    Browser(URI server) {
        this.server = server;
    }

    /** The same cookie at another server. */
    Browser at(Container other) {
        Browser copy = new Browser(other.uri());
        copy.session = session;
        return copy;
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(30));
        if (session != null) {
            request.header("Cookie", "other=1; session=" + session);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            cookies(response).forEach(this::keep);
            return response;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    String text(String path) {
        return get(path).body();
    }

    private void keep(String cookie) {
        if (cookie.startsWith("session=")) {
            String value = cookie.substring("session=".length(), cookie.indexOf(';'));
            session = value.isEmpty() ? null : value;
        }
    }

    static List<String> cookies(HttpResponse<?> response) {
        return response.headers().allValues("Set-Cookie");
    }

    /** What the cookie holds; null: there is none. */
    @Nullable String id() {
        return session;
    }

    void present(String id) {
        session = id;
    }
}
