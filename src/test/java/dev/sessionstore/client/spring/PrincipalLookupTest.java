package dev.sessionstore.client.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME;

import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionPatch;
import dev.sessionstore.client.StoredSession;
import dev.sessionstore.http.TestServer;
import dev.sessionstore.testing.PatientClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sessions by their principal's name, with the ids that the service's lists do not have. */
class PrincipalLookupTest {
    private static final byte[] KEY = key(1);

    private static TestServer server;
    private static SessionClient client;
    private static StoredSessionRepository repository;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        client = PatientClient.builder(server.uri()).build();
        repository = StoredSessionRepository.builder(client).sealingKey(KEY).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static byte[] key(int value) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) value);
        return key;
    }

    private static SpringSession storedOf(String principal) {
        SpringSession session = repository.createSession();
        session.setAttribute("cart", "sku-1");
        session.setAttribute(PRINCIPAL_NAME_INDEX_NAME, principal);
        repository.save(session);
        return session;
    }

    @Test
    void itFindsIdsAndAttributes() {
        SpringSession one = storedOf("alice");
        SpringSession two = storedOf("alice");
        storedOf("bob");
        Map<String, SpringSession> found = repository.findByPrincipalName("alice");
        assertThat(found).containsOnlyKeys(one.getId(), two.getId());
        SpringSession session = found.get(one.getId());
        assertThat(session.getId()).isEqualTo(one.getId());
        assertThat(session.getAttributeNames()).containsExactlyInAnyOrder("cart", PRINCIPAL_NAME_INDEX_NAME);
    }

    @Test
    void whatItFindsCanBeSaved() {
        String id = storedOf("carol").getId();
        SpringSession found = repository.findByPrincipalName("carol").get(id);
        found.setAttribute("cart", "sku-2");
        repository.save(found);
        assertThat(repository.findById(id).<String>getAttribute("cart")).isEqualTo("sku-2");
    }

    @Test
    void otherIndexesAndNobodyFindNothing() {
        storedOf("dave");
        assertThat(repository.findByIndexNameAndIndexValue("colour", "dave")).isEmpty();
        assertThat(repository.findByPrincipalName("nobody")).isEmpty();
        assertThat(repository.findByPrincipalName("")).isEmpty();
    }

    @Test
    void itFollowsARotation() {
        SpringSession session = storedOf("erin");
        String old = session.getId();
        session.changeSessionId();
        repository.save(session);
        assertThat(repository.findByPrincipalName("erin"))
                .containsOnlyKeys(session.getId())
                .doesNotContainKey(old);

        SpringSession again = repository.findById(session.getId());
        again.changeSessionId();
        again.setAttribute("cart", "sku-2");
        repository.save(again);
        assertThat(repository.findByPrincipalName("erin")).containsOnlyKeys(again.getId());
    }

    @Test
    void loginAndLogoutWithinASessionMoveIt() {
        SpringSession session = repository.createSession();
        repository.save(session);
        session.setAttribute(PRINCIPAL_NAME_INDEX_NAME, "frank");
        repository.save(session);
        assertThat(repository.findByPrincipalName("frank")).containsOnlyKeys(session.getId());

        SpringSession next = repository.findById(session.getId());
        next.setAttribute(PRINCIPAL_NAME_INDEX_NAME, "grace");
        repository.save(next);
        assertThat(repository.findByPrincipalName("frank")).isEmpty();
        assertThat(repository.findByPrincipalName("grace")).containsOnlyKeys(session.getId());

        next.removeAttribute(PRINCIPAL_NAME_INDEX_NAME);
        repository.save(next);
        assertThat(repository.findByPrincipalName("grace")).isEmpty();
        StoredSession stored = client.peek(session.getId()).orElseThrow();
        assertThat(stored.principal()).isEmpty();
        assertThat(stored.contains(SealedId.NAME)).isFalse();
    }

    @Test
    void theIdIsSealed() {
        String id = storedOf("heidi").getId();
        StoredSession stored = client.peek(id).orElseThrow();
        assertThat(new String(stored.json(SealedId.NAME), StandardCharsets.US_ASCII))
                .doesNotContain(id);
        assertThat(repository.findById(id).getAttributeNames()).doesNotContain(SealedId.NAME);
    }

    @Test
    void itSlidesNothingUnlessWhatItFoundIsUsed() {
        String id = storedOf("ivan").getId();
        server.clock().advance(Duration.ofMinutes(20));
        SpringSession found = repository.findByPrincipalName("ivan").get(id);
        server.clock().advance(Duration.ofMinutes(9));
        found.setLastAccessedTime(Instant.now());
        repository.save(found);
        server.clock().advance(Duration.ofMinutes(29));
        repository.findByPrincipalName("ivan");
        server.clock().advance(Duration.ofMinutes(1));
        assertThat(repository.findById(id)).isNull();
        assertThat(repository.findByPrincipalName("ivan")).isEmpty();
    }

    @Test
    void aNewKeyIsBroughtInWithoutLosingASession() {
        String id = storedOf("judy").getId();
        StoredSessionRepository next =
                StoredSessionRepository.builder(client).sealingKey(key(2), KEY).build();
        assertThat(next.findByPrincipalName("judy")).containsOnlyKeys(id);
        StoredSessionRepository last =
                StoredSessionRepository.builder(client).sealingKey(key(2)).build();
        assertThat(last.findByPrincipalName("judy")).isEmpty();
        // It cannot tell what the old key sealed, so it seals at the next save.
        SpringSession session = last.findById(id);
        last.save(session);
        assertThat(last.findByPrincipalName("judy")).containsOnlyKeys(id);
    }

    @Test
    void anIdThatAnotherProgramRotatedAwayIsSealedAgain() {
        SpringSession session = storedOf("karl");
        String id = client.rotate(session.getId()).orElseThrow().id();
        repository.save(repository.findById(id));
        assertThat(repository.findByPrincipalName("karl")).containsOnlyKeys(id);
    }

    @Test
    void aSessionThatCannotBeReadIsLeftOut() {
        String id = storedOf("lena").getId();
        String other = storedOf("lena").getId();
        client.patch(
                id,
                SessionPatch.builder()
                        .attributeJson("odd", "[\"no.such.Type\",{}]".getBytes(StandardCharsets.UTF_8))
                        .build());
        assertThat(repository.findByPrincipalName("lena")).containsOnlyKeys(other);
    }

    @Test
    void withoutAKeyItSaysWhatIsMissing() {
        StoredSessionRepository keyless =
                StoredSessionRepository.builder(client).build();
        SpringSession session = keyless.createSession();
        session.setAttribute(PRINCIPAL_NAME_INDEX_NAME, "mia");
        keyless.save(session);
        assertThat(client.sessionsOf("mia")).hasSize(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> keyless.findByPrincipalName("mia"))
                .withMessageContaining("sealingKey");
    }
}
