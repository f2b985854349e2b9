package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without any key: no call from a browser that was led astray. */
class AnonymousTest extends ServerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8080",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "192.168.0.1",
                "127.0.0.2",
                "0.0.0.0",
                "notlocalhost",
                "[::2]",
                "[::]:80"
            })
    @Tag("scan")
    void aForeignHostIs403(String host) {
        sessions.raw("GET", "/sessions", "Host", host).problem(403, "forbidden");
        sessions.raw("POST", "/sessions", "Host", host).problem(403, "forbidden");
        assertThat(sessions.list("").field("sessions").size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "localhost:8080", "LocalHost", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8080"})
    @Tag("scan")
    void theOwnHostIsServed(String host) {
        sessions.raw("GET", "/sessions", "Host", host).is(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "https://evil.example:8443",
                "http://localhost.evil.example",
                "http://127.0.0.1.evil.example"
            })
    @Tag("scan")
    void aForeignOriginIs403(String origin) {
        sessions.raw("GET", "/sessions", "Origin", origin)
                .problem(403, "forbidden")
                .keepsTheHouseRules();
        sessions.raw("POST", "/sessions", "Origin", origin).problem(403, "forbidden");
        assertThat(sessions.list("").field("sessions").size()).isZero();
    }

    @Tag("scan")
    @Test
    void theOwnOriginIsServedWithoutCors() {
        sessions.raw("GET", "/sessions", "Origin", server.uri().toString())
                .is(200)
                .keepsTheHouseRules();
    }

    @Tag("scan")
    @Test
    void withKeysNeitherMatters() {
        try (TestServer guarded = TestServer.startWithKeys(Map.of())) {
            Sessions all = Sessions.in(guarded);
            String key = "Bearer " + guarded.newKey("write", "*");
            all.raw("GET", "/sessions", "Host", "sessions.internal.example", "Authorization", key)
                    .is(200);
        }
    }
}
