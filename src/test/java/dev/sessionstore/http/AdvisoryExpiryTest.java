package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A namespace whose host scavenges by itself: sessions are held after their end. */
class AdvisoryExpiryTest extends ServerTest {
    static final Duration HELD = Duration.ofHours(1);
    private static final String YAML = """
            expiry: advisory
            orphan-after: 1h
            namespaces:
              enforced: {expiry: enforced}
            """;

    private static int number;
    private String principal;

    AdvisoryExpiryTest() {
        super(TestServer.start(Map.of(), YAML));
    }

    @BeforeEach
    void useFreshPrincipal() {
        principal = "user-" + ++number;
    }

    private static Answer expired(Answer answer) {
        assertThat(answer.header("Session-Expired")).as(answer::toString).isEqualTo("true");
        return answer;
    }

    private static Answer live(Answer answer) {
        assertThat(answer.header("Session-Expired")).as(answer::toString).isNull();
        return answer;
    }

    private String expiredId() {
        return expiredId(sessions, json("{'attributes': {'a': 1}}"));
    }

    private String expiredId(Sessions in, String body) {
        String id = in.newId(body);
        advance(IDLE);
        return id;
    }

    private String ofPrincipal() {
        return "{\"principal\": \"" + principal + "\"}";
    }

    // --- reads

    @Test
    void aSessionIsReadAfterItsEndAndItsExpiresAtSaysWhenThatWas() {
        Answer created = live(sessions.create(json("{'attributes': {'a': 1}}")).is(201));
        Instant end = now().plus(IDLE);
        advance(IDLE.minusMillis(1));
        live(sessions.peek(created.id()).is(200));
        advance(Duration.ofMillis(1));

        Answer read = expired(sessions.read(created.id()).is(200)).repeatsItsClocks();
        assertThat(read.time("expiresAt")).isEqualTo(end);
        assertThat(read.field("attributes").path("a").asInt()).isEqualTo(1);
        assertThat(read.etag()).isEqualTo(created.etag());
    }

    @Test
    void afterOrphanAfterItIsGoneAndThenAsIfNeverSeen() {
        String id = expiredId();
        advance(HELD.minusMillis(1));
        expired(sessions.read(id).is(200));
        advance(Duration.ofMillis(1));

        live(sessions.read(id).gone("expired"));
        advance(TOMBSTONE.minusMillis(1));
        sessions.read(id).gone("expired");
        advance(Duration.ofMillis(1));
        sessions.read(id).notFound();
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void noCallFindsAnOrphan(IdCall call) {
        String id = expiredId();
        advance(HELD);

        call.on(sessions, id).gone("expired");
    }

    @ParameterizedTest
    @MethodSource("dev.sessionstore.http.IdCall#readings")
    void everyReadingSaysSoAndSlidesNothing(IdCall call) {
        String id = expiredId();
        Instant end = now();
        advanceSeconds(60);

        expired(call.on(sessions, id).is(200)).clocks(end.minus(IDLE), end);
        expired(sessions.peek(id).is(200)).clocks(end.minus(IDLE), end);
        advance(HELD.minusSeconds(60));
        sessions.read(id).gone("expired");
    }

    @Test
    void notModifiedSaysSoAndSlidesNothing() {
        String id = sessions.newId();
        String etag = sessions.etag(id);
        advance(IDLE);
        Instant end = now();
        advanceSeconds(60);

        expired(sessions.read(id, "If-None-Match", etag).is(304)).clocks(end.minus(IDLE), end);
        expired(sessions.attributes(id, "If-None-Match", etag).is(304)).clocks(end.minus(IDLE), end);
    }

    @Test
    void byHandleItIsFoundAndRevoked() {
        Answer created = sessions.create();
        advance(IDLE);

        expired(sessions.handle(created.handle()).is(200));
        expired(sessions.handle(created.handle(), "If-None-Match", created.etag())
                .is(304));
        sessions.call("DELETE", "/handles/" + created.handle()).is(204);
        sessions.read(created.id()).gone("revoked");
    }

    // --- writes

    @ParameterizedTest
    @EnumSource(
            value = IdCall.class,
            names = {"PUT", "PATCH", "MERGE", "TOUCH", "PUT_ATTRIBUTE", "DELETE_ATTRIBUTE"})
    void aWriteThatSlidesRevives(IdCall call) {
        String id = expiredId();
        advanceSeconds(60);

        live(call.on(sessions, id).isOneOf(200, 204)).clocks(now(), now().plus(IDLE));
        advance(IDLE.minusMillis(1));
        live(sessions.peek(id).is(200));
        advance(Duration.ofMillis(1));
        expired(sessions.peek(id).is(200));
        advance(HELD);
        sessions.peek(id).gone("expired");
    }

    @Test
    void aWriteOfWhatIsThereRevivesToo() {
        String id = expiredId();

        assertThat(live(sessions.put(id, json("{'attributes': {'a': 1}}")).is(200))
                        .version())
                .isEqualTo(1);
        live(sessions.peek(id).is(200));
    }

    @Test
    void aWriteThatLeavesTheEndWhereItWasSaysThatItIsExpired() {
        String id = sessions.newId(json("{'attributes': {'a': 1}, 'absoluteTimeoutSeconds': 60}"));
        advanceSeconds(60);
        Instant end = now();
        advanceSeconds(60);

        expired(sessions.put(id, json("{'attributes': {'b': 1}}")).is(200)).clocks(now(), end);
        expired(sessions.patch(id, json("{'set': {'c': 1}}")).is(200));
        expired(sessions.putAttribute(id, "d", "1").is(201));
        expired(sessions.deleteAttribute(id, "d").is(204));
        expired(sessions.touch(id).is(204)).clocks(now(), end);
        assertThat(sessions.attributesText(id)).isEqualTo(json("{'b':1,'c':1}"));
        expired(sessions.patch(id, "{}", "If-Match", "\"other\"").problem(412, "version-mismatch"));
        expired(sessions.putNew(id, json("{'attributes': {}}")).problem(412, "session-exists"));
        live(sessions.patch(id, json("{'absoluteTimeoutSeconds': 3600}")).is(200));
    }

    @Test
    void rotationKeepsItAsItIs() {
        String id = expiredId();
        Instant end = now();
        advanceSeconds(1);

        Answer rotated =
                expired(sessions.rotate(id, json("{'graceSeconds': 10}")).is(200));
        assertThat(rotated.time("expiresAt")).isEqualTo(end);
        expired(sessions.peek(rotated.id()).is(200));
        expired(sessions.read(id).is(200));
        advanceSeconds(10);
        sessions.read(id).gone("rotated");
        live(sessions.rotate(
                        rotated.id(),
                        "{\"changes\": {\"idleTimeoutSeconds\": null, \"endsAt\": \"" + now().plusSeconds(5) + "\"}}")
                .is(200));
    }

    @Test
    void expireNowLeavesItHeld() {
        String id = sessions.newId();
        advanceSeconds(60);
        Instant end = now();

        expired(sessions.expireNow(id).is(204)).clocks(end.minusSeconds(60), end);
        advanceSeconds(60);
        expired(sessions.expireNow(id).is(204)).clocks(end.minusSeconds(60), end);
        Answer read = expired(sessions.read(id).is(200));
        assertThat(read.time("endsAt")).isEqualTo(end);
        assertThat(read.version()).isEqualTo(2);
        sessions.call("POST", "/sessions/" + id + "/expire", "If-Match", "\"other\"")
                .problem(412, "version-mismatch");
        advance(HELD.minusSeconds(60));
        sessions.read(id).gone("expired");
    }

    @Test
    void anEndInThePastLeavesItHeldAndALaterOneRevivesIt() {
        String past = json("'endsAt': '" + now().minusSeconds(60) + "'");
        String created = expired(sessions.create("{" + past + "}").is(201)).id();
        expired(sessions.peek(created).is(200));
        String id = sessions.newId();

        expired(sessions.patch(id, "{" + past + "}").is(200));
        expired(sessions.peek(id).is(200));
        expired(sessions.expire(id, json("{'inSeconds': 0}")).is(204));
        Instant later = now().plusSeconds(60);
        live(sessions.expire(id, "{\"at\": \"" + later + "\"}").is(204)).clocks(now(), later);
        live(sessions.read(id).is(200));
    }

    @Test
    void anEndLongerAgoThanOrphanAfterIsTheEnd() {
        String past = json("{'endsAt': '" + now().minus(HELD) + "'}");
        String id = sessions.newId();

        live(sessions.patch(id, past).is(200));
        sessions.read(id).gone("expired");
        sessions.read(live(sessions.create(past).is(201)).id()).gone("expired");
    }

    @Test
    void deleteEndsItForGood() {
        String id = expiredId();

        sessions.delete(id).is(204);
        sessions.read(id).gone("deleted");
        sessions.touch(id).gone("deleted");
    }

    // --- many

    @Tag("principal-index")
    @Tag("scan")
    @Tag("count")
    @Test
    void listsAndFiguresKnowLiveSessionsOnly() {
        sessions.newId(ofPrincipal());
        advance(IDLE);
        String handle = sessions.create(ofPrincipal()).handle();
        advanceSeconds(2);

        for (String query : List.of("", "?principal=" + principal)) {
            Answer list = sessions.list(query).is(200);
            assertThat(list.field("sessions").findValuesAsText("handle")).containsExactly(handle);
        }
        assertThat(sessions.call("GET", "/stats").field("sessions").asInt()).isEqualTo(1);
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void revokingTakesWhatExpiredAway() {
        String ofPrincipal = sessions.newId(ofPrincipal());
        String other = sessions.newId();
        advance(IDLE);

        assertThat(sessions.revoke("?principal=" + principal).field("revoked").asInt())
                .isEqualTo(1);
        sessions.read(ofPrincipal).gone("revoked");
        assertThat(sessions.revoke("?confirm=" + sessions.namespace())
                        .field("revoked")
                        .asInt())
                .isEqualTo(1);
        sessions.read(other).gone("revoked");
    }

    // --- the rest of the house

    @Test
    void anEnforcedNamespaceIsAsEver() {
        Sessions enforced = sessions.in("enforced");
        String id = expiredId(enforced, "{}");
        live(enforced.read(id).gone("expired"));
        String past = json("{'endsAt': '" + now().minusSeconds(60) + "'}");
        String ended = enforced.newId();
        live(enforced.patch(ended, past).is(200));
        enforced.read(ended).gone("expired");
        String expired = enforced.newId();
        assertThat(live(enforced.expireNow(expired).is(204)).header("Session-Expires-At"))
                .isNull();
        enforced.read(expired).gone("expired");
    }

    @Tag(RestContract.MEMORY)
    @Test
    void itSurvivesARestartAndIsOverAtOnceWhereThePolicyChanged(@TempDir Path directory) {
        Map<String, String> onDisk = Map.of("data-dir", directory.toString());
        String held;
        String revived;
        try (TestServer first = TestServer.start(onDisk, YAML)) {
            Sessions before = Sessions.in(first).in("host");
            held = before.newId();
            revived = before.newId();
            first.clock().advance(IDLE);
            before.touch(revived).is(204);
        }
        try (TestServer second = TestServer.start(onDisk, YAML)) {
            second.clock().advance(IDLE);
            Sessions after = Sessions.in(second).in("host");
            expired(after.read(held).is(200));
            live(after.peek(revived).is(200));
            assertThat(after.list("?expiredBefore=" + second.clock().instant())
                            .field("sessions")
                            .size())
                    .isEqualTo(1);
            second.clock().advance(IDLE);
            expired(after.peek(revived).is(200));
        }
        try (TestServer third = TestServer.start(onDisk, "expiry: enforced\n")) {
            third.clock().advance(IDLE.multipliedBy(2));
            Sessions after = Sessions.in(third).in("host");
            after.read(revived).gone("expired");
            after.read(held).notFound();
        }
    }
}
