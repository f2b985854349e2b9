package dev.sessionstore.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.http.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances of the shop, each a process, behind the cookies of a browser. */
class ShopTest {
    private static TestServer service;
    private static Instance one;
    private static Instance other;

    private record Instance(Process process, URI uri) {
        static Instance start() throws IOException {
            return start(service.uri());
        }

        static Instance start(URI service) throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Shop.class.getName(),
                            "0",
                            service.toString())
                    .redirectErrorStream(true)
                    .start();
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            List<String> said = new ArrayList<>();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                said.add(line);
                if (line.startsWith("the shop is open at ")) {
                    Thread drain = new Thread(() -> output.lines().forEach(ignored -> {}), "shop-output");
                    drain.setDaemon(true);
                    drain.start();
                    return new Instance(process, URI.create(line.substring("the shop is open at ".length())));
                }
            }
            throw new IOException("the shop did not open: " + said);
        }
    }

    /** One cookie jar; ports are nothing to cookies. */
    private static final class Browser {
        private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
        private final HttpClient http =
                HttpClient.newBuilder().cookieHandler(cookies).build();
        private final String name;

        Browser(String name) {
            this.name = name;
        }

        String get(Instance shop, String path) throws Exception {
            return send(shop, "GET", path);
        }

        String post(Instance shop, String path) throws Exception {
            return send(shop, "POST", path);
        }

        private String send(Instance shop, String verb, String path) throws Exception {
            HttpRequest request = HttpRequest.newBuilder(shop.uri().resolve(path))
                    .header("User-Agent", name)
                    .method(verb, HttpRequest.BodyPublishers.noBody())
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? response.body() : "status " + response.statusCode();
        }

        /** As if an answer had set it. */
        void present(Instance shop, String cookie) throws IOException {
            cookies.put(shop.uri(), Map.of("Set-Cookie", List.of(cookie + "; Path=/")));
        }

        String cookie() {
            return cookies.getCookieStore().getCookies().stream()
                    .map(Object::toString)
                    .findFirst()
                    .orElse("none");
        }
    }

    @BeforeAll
    static void open() throws IOException {
        service = TestServer.start();
        one = Instance.start();
        other = Instance.start();
    }

    @AfterAll
    static void close() {
        for (Instance each : new Instance[] {one, other}) {
            if (each != null) {
                each.process.destroyForcibly();
            }
        }
        service.close();
    }

    @Test
    void theCartOutlivesTheInstanceThatFilledIt() throws Exception {
        Instance dying = Instance.start();
        Browser browser = new Browser("Firefox on Linux");
        browser.get(dying, "/cart");
        assertThat(browser.cookie()).isEqualTo("none");
        browser.post(dying, "/cart/apples");
        browser.post(one, "/cart/pears");
        String before = browser.cookie();
        browser.post(dying, "/login?user=ann");
        assertThat(browser.cookie()).isNotEqualTo(before).isNotEqualTo("none");

        dying.process.destroyForcibly().waitFor();

        assertThat(browser.get(one, "/cart")).isEqualTo("[\"apples\",\"pears\"]");
        browser.post(other, "/cart/plums");
        assertThat(browser.get(one, "/cart")).isEqualTo("[\"apples\",\"pears\",\"plums\"]");
        assertThat(browser.get(other, "/devices")).isEqualTo("[\"Firefox on Linux\"]");
    }

    @Test
    void logOutEverywhereMissesNoDevice() throws Exception {
        Browser phone = new Browser("phone");
        Browser desk = new Browser("desk");
        phone.post(one, "/login?user=ben");
        desk.post(other, "/login?user=ben");
        assertThat(phone.get(other, "/devices")).contains("phone", "desk");

        assertThat(desk.post(one, "/logout-everywhere")).isEqualTo("2 devices are logged out");

        assertThat(phone.get(one, "/devices")).isEqualTo("status 401");
        assertThat(desk.get(other, "/devices")).isEqualTo("status 401");
        assertThat(desk.cookie()).isEqualTo("none");
    }

    @Test
    void aLogoutEndsThatSessionAlone() throws Exception {
        Browser phone = new Browser("phone");
        Browser desk = new Browser("desk");
        phone.post(one, "/login?user=eve");
        desk.post(other, "/login?user=eve");
        phone.post(other, "/logout");
        assertThat(phone.cookie()).isEqualTo("none");
        assertThat(phone.get(one, "/devices")).isEqualTo("status 401");
        assertThat(desk.get(one, "/devices")).isEqualTo("[\"desk\"]");
    }

    @Test
    void whileTheServiceIsAwayTheShopSaysSo() throws Exception {
        Instance alone = Instance.start(URI.create("http://127.0.0.1:1"));
        try {
            Browser browser = new Browser("phone");
            assertThat(browser.get(alone, "/cart")).isEqualTo("[]");
            assertThat(browser.post(alone, "/cart/apples")).isEqualTo("status 503");
            browser.present(alone, "session=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
            assertThat(browser.get(alone, "/cart")).isEqualTo("status 503");
        } finally {
            alone.process.destroyForcibly();
        }
    }
}
