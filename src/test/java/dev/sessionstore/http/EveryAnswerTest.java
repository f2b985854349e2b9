package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that every answer carries, and those that none does. */
class EveryAnswerTest extends ServerTest {
    @ParameterizedTest
    @EnumSource(IdCall.class)
    void everyCallKeepsTheHouseRulesWhetherItSucceedsOrNot(IdCall call) {
        String gone = sessions.newId();
        call.on(sessions, sessions.newId()).isOneOf(200, 204).keepsTheHouseRules();
        sessions.delete(gone).is(204);

        call.on(sessions, gone).is(410).keepsTheHouseRules();
        call.on(sessions, Sessions.ownId()).is(404).keepsTheHouseRules();
        call.on(sessions, "-").is(400).keepsTheHouseRules();
    }

    @Tag("principal-index")
    @Tag("scan")
    @Test
    void soDoTheOtherRoutes() {
        Answer created = sessions.create().is(201).keepsTheHouseRules();
        sessions.list("").is(200).keepsTheHouseRules();
        sessions.handle(created.handle()).is(200).keepsTheHouseRules();
        sessions.read(created.id(), "If-None-Match", "*").is(304).keepsTheHouseRules();
        sessions.call("GET", "/stats").is(200).keepsTheHouseRules();
        sessions.call("DELETE", "/handles/" + created.handle()).is(204).keepsTheHouseRules();
        sessions.revoke("?principal=p").is(200).keepsTheHouseRules();
        sessions.raw("GET", "/nothing").is(404).keepsTheHouseRules();
        sessions.raw("PUT", "/sessions").is(405).keepsTheHouseRules();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/metrics", "/openapi.yaml", "/docs", "/nothing"})
    void soDoTheRoutesBesideThem(String path) {
        RawHttp.call(server, "GET", path, null).keepsTheHouseRules();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "trace-4711", "0af7651916cd43dd8448eb211c80319c", "a1B2_c3.d4-e5"})
    void theCallersOwnRequestIdIsRepeated(String requestId) {
        assertThat(sessions.create("{}", "X-Request-Id", requestId).is(201).header("X-Request-Id"))
                .isEqualTo(requestId);
    }

    @Test
    void aRequestIdThatIsNotSaneIsReplaced() {
        for (String requestId : List.of("x".repeat(2000), "<script>alert(1)</script>", "a b\tc", "{\"a\":1}")) {
            Answer answer = sessions.raw("GET", "/stats", "X-Request-Id", requestId)
                    .is(200)
                    .keepsTheHouseRules();
            assertThat(answer.header("X-Request-Id")).isNotEqualTo(requestId);
        }
    }

    @Test
    void everyAnswerHasARequestIdOfItsOwn() {
        assertThat(sessions.create().header("X-Request-Id"))
                .isNotEqualTo(sessions.create().header("X-Request-Id"));
    }

    @Test
    void noHeaderComesTwice() {
        Answer answer = sessions.raw("GET", "/sessions/" + sessions.newId()).is(200);

        assertThat(answer.headers().asList())
                .extracting(header -> header.getName().toLowerCase(Locale.ROOT))
                .doesNotHaveDuplicates();
    }

    @Test
    void thereIsNoCorsPreflight() {
        sessions.raw("OPTIONS", "/sessions", "Origin", server.uri().toString(), "Access-Control-Request-Method", "POST")
                .is(405)
                .keepsTheHouseRules();
    }
}
