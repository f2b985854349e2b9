package dev.sessionstore.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids, keys, handles, names. */
class KeysTest {
    private static final String ID = "0123456789012345678901234567890~._-";

    private static String handleOf(byte[] hash) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
    }

    private static byte[] message() {
        return ("shop\0" + ID).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void theHandleIsTheFirst16BytesOfTheHashOverNamespaceZeroAndId() throws Exception {
        SessionId id = SessionId.parse(ID).orElseThrow();

        assertThat(KeyHash.plain().keyOf("shop", id).handle())
                .isEqualTo(handleOf(MessageDigest.getInstance("SHA-256").digest(message())));
    }

    @Test
    void withASecretTheHashIsKeyed() throws Exception {
        byte[] secret = "a secret of the operator's".getBytes(StandardCharsets.US_ASCII);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        SessionId id = SessionId.parse(ID).orElseThrow();

        assertThat(KeyHash.keyed(secret).keyOf("shop", id).handle()).isEqualTo(handleOf(mac.doFinal(message())));
    }

    @Test
    void oneIdInTwoNamespacesIsTwoKeys() {
        SessionId id = SessionId.generate();

        assertThat(KeyHash.plain().keyOf("shop", id))
                .isNotEqualTo(KeyHash.plain().keyOf("forum", id));
    }

    @Test
    void generatedIdsHave43CharactersAndDiffer() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String id = SessionId.generate().reveal();
            assertThat(id).matches("[A-Za-z0-9_-]{43}");
            ids.add(id);
        }
        assertThat(ids).hasSize(1000);
    }

    @Test
    void anIdIsNeverPrinted() {
        assertThat(SessionId.parse(ID).orElseThrow().toString()).doesNotContain(ID);
    }

    @Test
    void handlesAreReadBackAndHaveOneSpellingOnly() {
        SessionKey key = new SessionKey(-81985529216486896L, 1311768467463790320L);

        assertThat(SessionKey.parseHandle(key.handle())).contains(key);
        String other = key.handle().substring(0, 21) + (key.handle().charAt(21) == 'B' ? 'C' : 'B');
        assertThat(SessionKey.parseHandle(other)).isEmpty();
        assertThat(SessionKey.parseHandle("no handle")).isEmpty();
        assertThat(SessionKey.parseHandle("!".repeat(22))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "0", "shop", "a-b_c", "0123456789012345678901234567890123456789012345678901234567890ab"})
    void namesOfNamespaces(String name) {
        assertThat(NamespaceName.isValid(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "_", "A", "a.b", "ä", "admin", "a/b", "*"})
    void noNamesOfNamespaces(String name) {
        assertThat(NamespaceName.isValid(name)).isFalse();
    }
}
