package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sessionstore.client.FaultServer.Fault;
import dev.sessionstore.client.FaultServer.Request;
import dev.sessionstore.http.TestServer;
import dev.sessionstore.testing.PatientClient;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is repeated and what is not, counted where it arrives. */
class FaultsTest {
    private static final Map<String, Fault> OUTCOME_UNKNOWN = new LinkedHashMap<>();
    private static final Map<String, Fault> NOTHING_DONE = new LinkedHashMap<>();

    static {
        OUTCOME_UNKNOWN.put("reset before it is read", Faults.DROP_UNREAD);
        OUTCOME_UNKNOWN.put("reset after it is read", Faults.DROP);
        OUTCOME_UNKNOWN.put("half a head", Faults.HALF_HEAD);
        OUTCOME_UNKNOWN.put("half a body", Faults.HALF_BODY);
        OUTCOME_UNKNOWN.put("half a chunk", Faults.HALF_CHUNK);
        OUTCOME_UNKNOWN.put("junk", Faults.JUNK);
        OUTCOME_UNKNOWN.put("chunked junk", Faults.CHUNKED_JUNK);
        OUTCOME_UNKNOWN.put("a huge length", Faults.HUGE_LENGTH);
        OUTCOME_UNKNOWN.put("an absurd length", Faults.ABSURD_LENGTH);
        OUTCOME_UNKNOWN.put("HTML", Faults.HTML);
        OUTCOME_UNKNOWN.put("JSON of another kind", Faults.OTHER_JSON);
        OUTCOME_UNKNOWN.put("nothing with 200", Faults.EMPTY_200);
        OUTCOME_UNKNOWN.put("502 of a proxy", Faults.BAD_GATEWAY);
        OUTCOME_UNKNOWN.put("404 of somebody else", Faults.NOT_FOUND_BY_SOMEBODY_ELSE);
        OUTCOME_UNKNOWN.put("a redirection", Faults.REDIRECT);
        OUTCOME_UNKNOWN.put("503 of a proxy", Faults.of(503, "text/html", "<h1>503</h1>"));
        OUTCOME_UNKNOWN.put("503 store-unavailable", Faults.problem(503, "store-unavailable", "Retry-After: 0"));
        NOTHING_DONE.put("503 overloaded", Faults.problem(503, "overloaded", "Retry-After: 0"));
        NOTHING_DONE.put("503 not-ready", Faults.problem(503, "not-ready"));
    }

    private static TestServer service;
    private static SessionClient direct;

    private FaultServer server;
    private SessionClient client;
    private StoredSession session;

    @BeforeAll
    static void start() {
        service = TestServer.start();
        direct = PatientClient.builder(service.uri()).build();
    }

    @AfterAll
    static void stop() {
        direct.close();
        service.close();
    }

    @BeforeEach
    void connect() {
        server = new FaultServer(Faults.pass(service.uri()));
        client = PatientClient.builder(server.uri()).build();
        session = direct.create(
                NewSession.builder().principal("owner").attribute("a", 1).build());
    }

    @AfterEach
    void disconnect() {
        client.close();
        server.close();
        direct.revokeAll("owner");
    }

    private static Stream<Arguments> every(Map<String, Fault> faults) {
        return faults.keySet().stream()
                .flatMap(fault -> Stream.of(CallKind.values()).map(kind -> Arguments.of(fault, kind)));
    }

    static Stream<Arguments> outcomeUnknown() {
        // To an attribute's question, any JSON is an answer.
        return every(OUTCOME_UNKNOWN)
                .filter(each -> !(each.get()[0].equals("JSON of another kind")
                        && (each.get()[1] == CallKind.ATTRIBUTE || each.get()[1] == CallKind.SET_ATTRIBUTE)));
    }

    static Stream<Arguments> nothingDone() {
        return every(NOTHING_DONE);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("outcomeUnknown")
    void whatIsSafeIsRepeatedAndNothingElse(String fault, CallKind kind) {
        server.script(OUTCOME_UNKNOWN.get(fault));
        if (kind.isConditional()) {
            ServiceUnavailableException unavailable =
                    catchThrowableOfType(ServiceUnavailableException.class, () -> kind.on(client, session));
            assertThat(unavailable.isOutcomeUnknown()).isTrue();
            assertThat(server.arrivals()).isEqualTo(1);
        } else {
            assertIsFine(kind.on(client, session));
            assertThat(server.arrivals()).isEqualTo(2);
            assertRepeatsAreTheSame();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("nothingDone")
    void whatWasNotDoneIsRepeatedWhateverItIs(String fault, CallKind kind) {
        server.script(NOTHING_DONE.get(fault), NOTHING_DONE.get(fault));
        assertIsFine(kind.on(client, session));
        assertThat(server.arrivals()).isEqualTo(3);
        assertRepeatsAreTheSame();
    }

    @ParameterizedTest
    @EnumSource(CallKind.class)
    void aHangUpNobodyAnnouncedAndHintsBeforeTheAnswerAreNoFaults(CallKind kind) {
        server.script(Faults.passAfterHints(service.uri()), Faults.passAndHangUp(service.uri()));
        assertThat(client.stats().store()).isEqualTo("memory");
        assertIsFine(kind.on(client, session));
        assertThat(server.arrivals()).isEqualTo(2);
        assertThat(client.stats().store()).isEqualTo("memory");
    }

    private static void assertIsFine(Object answer) {
        if (answer instanceof Boolean done) {
            assertThat(done).isTrue();
        }
    }

    /** The same id, new id, body and preconditions: that is what makes it safe. */
    private void assertRepeatsAreTheSame() {
        List<Request> requests = server.requests();
        for (Request each : requests) {
            assertThat(each).usingRecursiveComparison().isEqualTo(requests.get(0));
        }
    }

    @Test
    void aCreationWhoseAnswerWasLostHappenedOnce() {
        server.script(Faults.lose(service.uri()));
        StoredSession created = client.create(NewSession.builder()
                .principal("owner")
                .binding("agent")
                .attribute("cart", "full")
                .build());
        assertThat(created.get("cart")).isEqualTo("full");
        assertThat(created.version()).isEqualTo(1);
        assertThat(direct.sessionsOf("owner")).hasSize(2);
        List<Request> requests = server.requests();
        assertThat(requests).extracting(Request::verb).containsExactly("PUT", "PUT", "GET");
        assertThat(requests.get(0)).usingRecursiveComparison().isEqualTo(requests.get(1));
        assertThat(requests.get(1).header("If-None-Match")).isEqualTo("*");
        assertThat(requests.get(1).header("Session-Id")).isEqualTo(created.id());
    }

    @Test
    void anIdThatIsTakenIsNotAdoptedAfterALostAttempt() {
        server.script(Faults.DROP);
        assertThatExceptionOfType(VersionConflictException.class)
                .isThrownBy(() -> client.create(NewSession.builder()
                        .id(session.id())
                        .attribute("cart", "another")
                        .build()))
                .matches(conflict -> conflict.current().isPresent());
        assertThat(server.arrivals()).isEqualTo(3);
    }

    @Test
    void aCreationUnderAGivenIdWhoseAnswerWasLostHappenedOnce() {
        server.script(Faults.lose(service.uri()));
        String id = "given-" + SessionIds.random();
        NewSession wished = NewSession.builder()
                .id(id)
                .attribute("cart", List.of(1, 2))
                .attributeJson("raw", "{ \"a\" : 1 }".getBytes(StandardCharsets.UTF_8))
                .build();
        assertThat(client.create(wished).id()).isEqualTo(id);
    }

    @Test
    void anIdThatIsTakenIsAConflictAtTheFirstAttempt() {
        assertThatExceptionOfType(VersionConflictException.class)
                .isThrownBy(() ->
                        client.create(NewSession.builder().id(session.id()).build()))
                .matches(conflict -> conflict.code().orElseThrow().equals("session-exists"));
        assertThat(server.arrivals()).isEqualTo(1);
    }

    @Test
    void aRotationWhoseAnswerWasLostHappenedOnce() {
        server.script(Faults.lose(service.uri()), Faults.lose(service.uri()));
        StoredSession rotated = client.rotate(
                        session.id(),
                        Rotation.builder()
                                .changes(SessionPatch.builder()
                                        .attribute("in", true)
                                        .build())
                                .build())
                .orElseThrow();
        assertThat(rotated.version()).isEqualTo(2);
        assertThat(rotated.get("in")).isEqualTo(true);
        assertThat(direct.find(rotated.id())).isPresent();
        assertThat(server.arrivals()).isEqualTo(3);
        assertRepeatsAreTheSame();
        assertThat(new String(server.requests().get(0).body(), StandardCharsets.UTF_8))
                .contains("\"newId\":\"" + rotated.id() + "\"");
    }

    @Test
    void whatBindsASessionIsRepeatedWithThatBinding() {
        server.script(Faults.lose(service.uri()));
        SessionPatch binds = SessionPatch.builder().binding("agent").build();
        assertThat(client.patch(session.id(), binds).orElseThrow().version()).isEqualTo(2);

        StoredSession other = direct.create(NewSession.EMPTY);
        server.script(Faults.lose(service.uri()));
        StoredSession rotated = client.rotate(
                        other.id(), Rotation.builder().changes(binds).build())
                .orElseThrow();
        assertThat(direct.bound("agent").find(rotated.id())).isPresent();
    }

    @ParameterizedTest
    @EnumSource(
            value = CallKind.class,
            names = {"DELETE", "EXPIRE", "REVOKE", "SET_ATTRIBUTE", "TOUCH", "EXPIRE_AT"})
    void anEndWhoseAnswerWasLostIsStillTheCallers(CallKind kind) {
        server.script(Faults.lose(service.uri()));
        assertThat(kind.on(client, session)).isEqualTo(true);
        assertThat(server.arrivals()).isEqualTo(2);
    }

    @Test
    void anEndThatWasSomebodyElsesIsNot() {
        direct.delete(session.id());
        server.script(Faults.lose(service.uri()));
        assertThat(client.expire(session.id())).isFalse();
        assertThat(client.delete(session.id())).isFalse();
        assertThat(client.revoke(session.handle())).isFalse();
    }

    @Test
    void aConditionalWriteWhoseAnswerWasLostIsNotRepeatedAndSaysSo() {
        server.script(Faults.lose(service.uri()));
        assertThatExceptionOfType(ServiceUnavailableException.class)
                .isThrownBy(() -> client.save(session.id(), Map.of("a", 2), session.etag()))
                .matches(ServiceUnavailableException::isOutcomeUnknown);
        assertThat(server.arrivals()).isEqualTo(1);
        assertThat(direct.find(session.id()).orElseThrow().version()).isEqualTo(2);
    }
}
