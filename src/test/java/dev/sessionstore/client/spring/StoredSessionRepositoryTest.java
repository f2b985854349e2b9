package dev.sessionstore.client.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.ServiceUnavailableException;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionPatch;
import dev.sessionstore.http.TestServer;
import dev.sessionstore.testing.PatientClient;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.session.UuidSessionIdGenerator;

/** What Spring asks of a repository, against a real server. */
class StoredSessionRepositoryTest {
    private static TestServer server;
    private static SessionClient client;
    private static StoredSessionRepository repository;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        client = PatientClient.builder(server.uri()).build();
        repository = StoredSessionRepository.builder(client).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static SpringSession stored() {
        SpringSession session = repository.createSession();
        session.setAttribute("cart", "sku-1");
        repository.save(session);
        return repository.findById(session.getId());
    }

    private static void assertInvalidated(SpringSession session) {
        assertThatIllegalStateException()
                .isThrownBy(() -> repository.save(session))
                .withMessage("Session was invalidated");
    }

    @Test
    void aSavedSessionIsFoundAsItWas() {
        SpringSession session = repository.createSession();
        session.setAttribute("text", "sku-1");
        session.setAttribute("number", 5L);
        session.setAttribute("time", Instant.parse("2026-01-01T00:00:00.123456789Z"));
        session.setAttribute("list", List.of(1, 2L, "three"));
        session.setAttribute("locale", Locale.CANADA_FRENCH);
        repository.save(session);

        SpringSession found = repository.findById(session.getId());
        assertThat(found.getId()).isEqualTo(session.getId());
        assertThat(found.getAttributeNames()).containsExactlyInAnyOrder("text", "number", "time", "list", "locale");
        for (String name : session.getAttributeNames()) {
            assertThat(found.<Object>getAttribute(name)).isEqualTo(session.getAttribute(name));
        }
        assertThat(found.getMaxInactiveInterval()).isEqualTo(Duration.ofMinutes(30));
        assertThat(found.getCreationTime()).isEqualTo(server.clock().instant());
        assertThat(found.getLastAccessedTime()).isEqualTo(server.clock().instant());
        assertThat(found.isExpired()).isFalse();
    }

    @Test
    void aNewSessionIsStoredOnlyBySave() {
        SpringSession session = repository.createSession();
        assertThat(session.getId()).hasSize(43);
        assertThat(repository.findById(session.getId())).isNull();
        repository.save(session);
        assertThat(repository.findById(session.getId())).isNotNull();
    }

    @Test
    void springsOwnIdsWillDo() {
        StoredSessionRepository withUuids = StoredSessionRepository.builder(client)
                .sessionIdGenerator(UuidSessionIdGenerator.getInstance())
                .build();
        SpringSession session = withUuids.createSession();
        withUuids.save(session);
        assertThat(session.getId()).hasSize(36);
        assertThat(withUuids.findById(session.getId())).isNotNull();
    }

    @Test
    void whatACookieMayHoldBesidesIdsIsAbsent() {
        for (String id : List.of("", "short", "new\r\nline: 0123456789012345678901234567890", "ü".repeat(40))) {
            assertThat(repository.findById(id)).isNull();
            repository.deleteById(id);
        }
    }

    @Test
    void parallelChangesOfDifferentAttributesSurvive() {
        SpringSession one = stored();
        SpringSession two = repository.findById(one.getId());
        one.setAttribute("one", 1);
        two.setAttribute("two", 2);
        two.removeAttribute("cart");
        repository.save(one);
        repository.save(two);
        assertThat(repository.findById(one.getId()).getAttributeNames()).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void nullRemoves() {
        SpringSession session = stored();
        session.setAttribute("cart", null);
        repository.save(session);
        assertThat(repository.findById(session.getId()).getAttributeNames()).isEmpty();
    }

    @Test
    void aDeletedSessionIsNotSavedAndNotBroughtBack() {
        SpringSession unchanged = stored();
        SpringSession changed = repository.findById(unchanged.getId());
        changed.setAttribute("cart", "sku-2");
        SpringSession renamed = repository.findById(unchanged.getId());
        String newId = renamed.changeSessionId();

        repository.deleteById(unchanged.getId());
        repository.deleteById(unchanged.getId());

        assertInvalidated(unchanged);
        assertInvalidated(changed);
        assertInvalidated(renamed);
        assertThat(repository.findById(unchanged.getId())).isNull();
        assertThat(repository.findById(newId)).isNull();
    }

    @Test
    void aSessionThatWasNeverStoredIsDeletedWithoutError() {
        repository.deleteById(repository.createSession().getId());
    }

    @Test
    void anIdChangeKeepsTheDataAndTakesTheChangesAlong() {
        SpringSession session = stored();
        String old = session.getId();
        session.setAttribute("user", "alice");
        session.changeSessionId();
        String last = session.changeSessionId();
        repository.save(session);
        repository.save(session);

        SpringSession found = repository.findById(last);
        assertThat(found.<String>getAttribute("cart")).isEqualTo("sku-1");
        assertThat(found.<String>getAttribute("user")).isEqualTo("alice");
        assertThat(repository.findById(old)).isNull();
    }

    @Test
    void anIdChangeOfANewSessionIsNoRotation() {
        SpringSession session = repository.createSession();
        String old = session.getId();
        session.changeSessionId();
        repository.save(session);
        assertThat(repository.findById(session.getId())).isNotNull();
        assertThat(repository.findById(old)).isNull();
    }

    @Test
    void whatIsDeletedUnderAnIdThatWasNotSavedYetIsGoneUnderTheOldOneToo() {
        SpringSession session = stored();
        String old = session.getId();
        session.changeSessionId();
        session.changeSessionId();
        repository.deleteById(session.getId());
        assertThat(repository.findById(old)).isNull();
        assertInvalidated(session);

        SpringSession saved = stored();
        saved.changeSessionId();
        repository.save(saved);
        repository.deleteById(saved.getId());
        assertThat(repository.findById(saved.getId())).isNull();
    }

    @Test
    void ofTwoIdChangesTheFirstCounts() {
        SpringSession first = stored();
        SpringSession second = repository.findById(first.getId());
        first.changeSessionId();
        second.changeSessionId();
        repository.save(first);
        assertInvalidated(second);
        assertThat(repository.findById(first.getId())).isNotNull();
        assertThat(repository.findById(second.getId())).isNull();
    }

    @Test
    void aRequestUnderWayAtAnIdChangeMayReadButNotWrite() {
        SpringSession reader = stored();
        SpringSession writer = repository.findById(reader.getId());
        SpringSession login = repository.findById(reader.getId());
        login.changeSessionId();
        repository.save(login);
        repository.save(reader);
        writer.setAttribute("cart", "sku-2");
        assertInvalidated(writer);
        assertThat(repository.findById(login.getId()).<String>getAttribute("cart"))
                .isEqualTo("sku-1");
    }

    @Test
    void withAGraceTheOldIdReadsForAWhileAndWritesNothing() {
        StoredSessionRepository gracious = StoredSessionRepository.builder(client)
                .rotationGrace(Duration.ofSeconds(10))
                .build();
        SpringSession session = stored();
        String old = session.getId();
        SpringSession rotated = gracious.findById(old);
        rotated.changeSessionId();
        rotated.setAttribute("user", "alice");
        gracious.save(rotated);

        SpringSession underWay = gracious.findById(old);
        assertThat(underWay.getAttributeNames()).containsExactly("cart");
        gracious.save(underWay);
        underWay.setAttribute("cart", "sku-2");
        assertInvalidated(underWay);
        server.clock().advance(Duration.ofSeconds(10));
        assertThat(gracious.findById(old)).isNull();
    }

    @Test
    void itExpiresByTheServicesClock() {
        SpringSession session = stored();
        session.setMaxInactiveInterval(Duration.ofMillis(59_500));
        repository.save(session);
        server.clock().advance(Duration.ofSeconds(59));
        assertThat(repository.findById(session.getId()).getMaxInactiveInterval())
                .isEqualTo(Duration.ofSeconds(60));
        server.clock().advance(Duration.ofSeconds(59));
        SpringSession found = repository.findById(session.getId());
        server.clock().advance(Duration.ofSeconds(60));
        assertThat(repository.findById(session.getId())).isNull();
        assertInvalidated(found);
    }

    @Test
    void aNegativeIntervalNeverEndsIt() {
        SpringSession session = stored();
        session.setMaxInactiveInterval(Duration.ofSeconds(-1));
        repository.save(session);
        SpringSession found = repository.findById(session.getId());
        assertThat(found.getMaxInactiveInterval()).isNegative();
        assertThat(client.peek(session.getId()).orElseThrow().idleTimeout()).isEmpty();
        assertThat(found.isExpired()).isFalse();
    }

    @Test
    void timesThatEndItEndItAtSave() {
        SpringSession zero = stored();
        zero.setMaxInactiveInterval(Duration.ZERO);
        assertThat(zero.isExpired()).isTrue();
        assertThat(repository.findById(zero.getId())).isNotNull();
        repository.save(zero);
        assertThat(repository.findById(zero.getId())).isNull();
        assertInvalidated(zero);

        SpringSession old = repository.createSession();
        old.setLastAccessedTime(Instant.EPOCH);
        repository.save(old);
        assertThat(repository.findById(old.getId())).isNull();
    }

    @Test
    void accessIsNotedByTheServiceAndShownAsItWasSet() {
        SpringSession session = stored();
        Instant now = Instant.now();
        session.setLastAccessedTime(now);
        assertThat(session.getLastAccessedTime()).isEqualTo(now);
        repository.save(session);
        server.clock().advance(Duration.ofMinutes(29));
        repository.findById(session.getId());
        server.clock().advance(Duration.ofMinutes(29));
        assertThat(repository.findById(session.getId()).getLastAccessedTime())
                .isEqualTo(server.clock().instant());
    }

    @Test
    void aSessionThatIsHeldAndSaidToBeInUseStaysAlive() {
        SpringSession held = stored();
        for (int i = 1; i <= 3; i++) {
            server.clock().advance(Duration.ofMinutes(20));
            held.setLastAccessedTime(Instant.now().plus(Duration.ofMinutes(20L * i)));
            repository.save(held);
        }
        assertThat(repository.findById(held.getId())).isNotNull();
    }

    @Test
    void whatCannotBeReadIsAbsent() {
        SpringSession session = stored();
        client.patch(
                session.getId(),
                SessionPatch.builder()
                        .attribute("odd", List.of("java.lang.ProcessBuilder", List.of()))
                        .build());
        assertThat(repository.findById(session.getId())).isNull();
    }

    @Test
    void whatCannotBeWrittenFailsAndNamesTheAttribute() {
        SpringSession session = stored();
        session.setAttribute("odd", new Object());
        assertThatExceptionOfType(AttributeFormatException.class)
                .isThrownBy(() -> repository.save(session))
                .withMessageContaining("odd");
    }

    @Test
    void theReservedAttributeIsNobodysToSet() {
        SpringSession session = stored();
        assertThatIllegalArgumentException().isThrownBy(() -> session.setAttribute(SealedId.NAME, "x"));
    }

    @Test
    void aServiceThatIsAwayShows() {
        try (SessionClient nowhere = SessionClient.builder(URI.create("http://127.0.0.1:1"))
                .timeout(Duration.ofSeconds(1))
                .retries(0)
                .build()) {
            StoredSessionRepository away =
                    StoredSessionRepository.builder(nowhere).build();
            SpringSession session = away.createSession();
            assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(() -> away.save(session));
            assertThatExceptionOfType(ServiceUnavailableException.class)
                    .isThrownBy(() -> away.findById(session.getId()));
        }
    }
}
