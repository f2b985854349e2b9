package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call what. */
class KeysAndRolesTest extends ServerTest {
    private Sessions nobody;
    private Sessions reader;
    private Sessions writer;
    private Sessions admin;
    private String id;

    KeysAndRolesTest() {
        super(TestServer.startWithKeys(Map.of()));
    }

    @BeforeEach
    void makeKeys() {
        nobody = sessions;
        reader = sessions.as(server.newKey("read", sessions.namespace()));
        writer = sessions.as(server.newKey("write", sessions.namespace()));
        admin = sessions.as(server.newKey("admin", sessions.namespace()));
        id = writer.newId(json("{'attributes': {'a': 1}, 'principal': 'p'}"));
    }

    private static void unauthenticated(Answer answer) {
        answer.problem(401, "unauthenticated");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void withoutAKeyEverythingIs401() {
        unauthenticated(nobody.read(id));
        unauthenticated(nobody.create());
        unauthenticated(nobody.list(""));
        unauthenticated(nobody.call("GET", "/stats"));
        unauthenticated(nobody.raw("GET", "/nothing"));
        unauthenticated(nobody.raw("PUT", "/sessions"));
        unauthenticated(nobody.in("admin").raw("GET", "/anything"));
        unauthenticated(nobody.patch(id, "{"));
        unauthenticated(nobody.call("GET", "/sessions/" + id + "?unknown=1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "Bearer nonsense", "Basic dXNlcjpwYXNz", "nonsense", "Bearer a b"})
    void anUnknownKeyIs401(String authorization) {
        unauthenticated(nobody.raw("GET", "/sessions/" + id, "Authorization", authorization));
    }

    @Test
    void theSchemeIsNotCaseSensitiveAndTheKeyIs() {
        String key = server.newKey("read", sessions.namespace());

        nobody.raw("GET", "/sessions/" + id, "Authorization", "bearer " + key).is(200);
        nobody.raw("GET", "/sessions/" + id, "Authorization", "Bearer " + key + "x")
                .is(401);
        nobody.raw("GET", "/sessions/" + id, "Authorization", "Bearer " + key.substring(1))
                .is(401);
    }

    @ParameterizedTest
    @MethodSource("dev.sessionstore.http.IdCall#readings")
    void aReadKeyReads(IdCall call) {
        call.on(reader, id).is(200);
    }

    @ParameterizedTest
    @MethodSource("dev.sessionstore.http.IdCall#writes")
    void aReadKeyWritesNothing(IdCall call) {
        call.on(reader, id).problem(403, "forbidden");
        call.on(reader, Sessions.ownId()).problem(403, "forbidden");
        assertThat(writer.peek(id).is(200).version()).isEqualTo(1);
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void aReadKeyListsWithoutAttributes() {
        String handle = writer.peek(id).handle();

        reader.list("").is(200);
        reader.list("?principal=p").is(200);
        reader.handle(handle).is(200);
        reader.call("GET", "/stats").is(200);
        reader.list("?include=attributes").problem(403, "forbidden");
        reader.list("?principal=p&include=attributes").problem(403, "forbidden");
        reader.handle(handle + "?include=attributes").problem(403, "forbidden");
        writer.list("?include=attributes").is(200);
        writer.handle(handle + "?include=attributes").is(200);
    }

    @Test
    void aReadKeyCreatesAndRevokesNothing() {
        reader.create().problem(403, "forbidden");
        reader.putNew(Sessions.ownId(), json("{'attributes': {}}")).problem(403, "forbidden");
        reader.revoke("?principal=p").problem(403, "forbidden");
        reader.call("DELETE", "/handles/" + writer.peek(id).handle()).problem(403, "forbidden");
        writer.read(id).is(200);
    }

    @Test
    void aReadKeyNeverSlides() {
        Instant created = now();
        String etag = writer.peek(id).etag();
        advance(Duration.ofMinutes(10));
        reader.read(id).is(200);
        reader.call("GET", "/sessions/" + id + "?touch=true").isOneOf(200, 403);
        reader.read(id, "If-None-Match", etag).is(304);
        reader.attributes(id).is(200);
        reader.attribute(id, "a").is(200);

        assertThat(writer.peek(id).time("lastAccessedAt")).isEqualTo(created);
        writer.read(id).is(200);
        assertThat(writer.peek(id).time("lastAccessedAt")).isEqualTo(now());
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void writeAndAdminKeysCallEverythingOnASession(IdCall call) {
        call.on(admin, writer.newId()).isOneOf(200, 204);
        call.on(writer, id).isOneOf(200, 204);
    }

    @Tag("scan")
    @Test
    void onlyAnAdminKeyRevokesANamespace() {
        String all = "?confirm=" + sessions.namespace();

        reader.revoke(all).problem(403, "forbidden");
        writer.revoke(all).problem(403, "forbidden");
        writer.read(id).is(200);
        assertThat(admin.revoke(all).is(200).field("revoked").asInt()).isEqualTo(1);
    }

    @Test
    void aNamespaceThatAKeyDoesNotCoverIs403WhetherOrNotItExists() {
        String used = Sessions.freshNamespace();
        Sessions other = sessions.in(used).as(server.newKey("write", used));
        String otherId = other.newId();

        for (Sessions stranger : List.of(writer.in(used), admin.in(used), writer.in(Sessions.freshNamespace()))) {
            stranger.read(otherId).problem(403, "forbidden");
            stranger.create().problem(403, "forbidden");
            stranger.list("").problem(403, "forbidden");
        }
    }

    @Test
    void aKeyMayCoverSeveralNamespacesOrAll() {
        String first = Sessions.freshNamespace();
        String second = Sessions.freshNamespace();
        Sessions both = sessions.as(server.newKey("write", first, second));
        Sessions all = sessions.as(server.newKey("write", "*"));

        both.in(first).create().is(201);
        both.in(second).create().is(201);
        both.create().problem(403, "forbidden");
        all.in(first).create().is(201);
        all.read(id).is(200);
    }

    @Test
    void twoKeysMayServeOnePurpose() {
        Sessions second = sessions.as(server.newKey("write", sessions.namespace()));

        second.read(id).is(200);
        writer.read(id).is(200);
    }

    @Test
    void healthTheSpecificationAndTheDocsNeedNoKey() {
        for (String path : List.of("/health/live", "/health/ready", "/openapi.yaml", "/docs")) {
            nobody.send("GET", path, null).is(200);
        }
    }

    @Test
    void metricsNeedAReadKeyForAllNamespaces() {
        unauthenticated(nobody.send("GET", "/metrics", null));
        admin.send("GET", "/metrics", null).problem(403, "forbidden");
        sessions.as(server.newKey("read", "*")).send("GET", "/metrics", null).is(200);
    }

    @Test
    void adminRoutesNeedAnAdminKeyForAllNamespaces() {
        sessions.as(server.newKey("write", "*"))
                .in("admin")
                .raw("GET", "/anything")
                .isOneOf(403, 404)
                .anyProblem();
        admin.in("admin").raw("GET", "/anything").isOneOf(403, 404).anyProblem();
    }

    @Test
    void noAnswerRepeatsAKey() {
        String unknown = "not-a-key-that-anybody-has-0123456789";

        assertThat(sessions.as(unknown).read(id).is(401).toString()).doesNotContain(unknown);
        String key = server.newKey("read", sessions.namespace());
        assertThat(sessions.as(key).create().is(403).toString()).doesNotContain(key);
    }

    @Test
    void oneKeyMayComeFromTheSettings() {
        String key = "a-key-of-decent-length-0123456789-abcdefghij";
        try (TestServer simple = TestServer.start(Map.of("api-key", key))) {
            Sessions without = Sessions.in(simple);
            unauthenticated(without.create());
            String created = without.as(key).newId();
            without.as(key).read(created).is(200);
        }
    }
}
