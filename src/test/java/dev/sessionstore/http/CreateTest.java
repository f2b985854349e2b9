package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** POST /sessions. */
class CreateTest extends ServerTest {
    @Test
    void createWithoutBodyAnswersADocumentOfDefaults() {
        Answer answer = sessions.create().is(201);

        assertThat(answer.mediaType()).isEqualTo("application/json");
        assertThat(fields(answer.json()))
                .containsExactlyInAnyOrder(
                        "id",
                        "handle",
                        "namespace",
                        "permanent",
                        "version",
                        "createdAt",
                        "lastAccessedAt",
                        "expiresAt",
                        "idleTimeoutSeconds",
                        "absoluteTimeoutSeconds",
                        "endsAt",
                        "attributes");
        assertThat(answer.field("namespace").asText()).isEqualTo(sessions.namespace());
        assertThat(answer.field("permanent")).isEqualTo(Answer.parse("false"));
        assertThat(answer.field("version")).isEqualTo(Answer.parse("1"));
        assertThat(answer.field("idleTimeoutSeconds")).isEqualTo(Answer.parse("1800"));
        assertThat(answer.field("absoluteTimeoutSeconds")).isEqualTo(Answer.parse("86400"));
        assertThat(answer.field("endsAt").isNull()).isTrue();
        assertThat(answer.field("attributes")).isEqualTo(Answer.parse("{}"));
        assertThat(answer.time("createdAt")).isEqualTo(now());
        assertThat(answer.time("lastAccessedAt")).isEqualTo(now());
        assertThat(answer.time("expiresAt")).isEqualTo(now().plus(IDLE));
    }

    @Test
    void createWithAnEmptyObjectIsTheSame() {
        Answer answer = sessions.create("{}").is(201);

        assertThat(answer.field("attributes")).isEqualTo(Answer.parse("{}"));
        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(1800);
    }

    @Test
    void idsAreThirtyTwoBytesAsBase64UrlAndNeverTheSame() {
        String first = sessions.create().id();
        String second = sessions.create().id();

        assertThat(List.of(first, second)).allMatch(id -> id.matches("[A-Za-z0-9_-]{43}"));
        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void handleIsTheTruncatedHashOfNamespaceAndId() throws Exception {
        Answer answer = sessions.create().is(201);

        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update(sessions.namespace().getBytes(StandardCharsets.US_ASCII));
        sha.update((byte) 0);
        byte[] hash = sha.digest(answer.id().getBytes(StandardCharsets.US_ASCII));
        String handle = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
        assertThat(answer.handle()).hasSize(22).isEqualTo(handle);
    }

    @Test
    void locationNamesTheHandleAndNotTheId() {
        Answer answer = sessions.create().is(201);

        assertThat(answer.header("Location"))
                .endsWith("/v1/" + sessions.namespace() + "/handles/" + answer.handle())
                .doesNotContain(answer.id());
    }

    @Test
    void createAnswersAStrongETagAndTheClocks() {
        Answer answer = sessions.create().is(201).repeatsItsClocks();

        assertThat(answer.etag()).isEqualTo(sessions.etag(answer.id()));
    }

    @Test
    void createTakesEverySetting() {
        Instant end = now().plusSeconds(100);
        Answer answer = sessions.create(
                        json("{'attributes': {'cart': ['sku-1']}, 'principal': 'user-42', 'permanent': false,"
                                + "'idleTimeoutSeconds': 600, 'absoluteTimeoutSeconds': 7200, 'endsAt': '" + end
                                + "', 'label': 'Firefox on Linux', 'binding': 'agent'}"))
                .is(201);

        assertThat(answer.field("attributes")).isEqualTo(Answer.parse(json("{'cart': ['sku-1']}")));
        assertThat(answer.field("principal").asText()).isEqualTo("user-42");
        assertThat(answer.field("label").asText()).isEqualTo("Firefox on Linux");
        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(600);
        assertThat(answer.field("absoluteTimeoutSeconds").asLong()).isEqualTo(7200);
        assertThat(answer.time("endsAt")).isEqualTo(end);
        assertThat(answer.time("expiresAt")).isEqualTo(end);
        assertThat(answer.json().has("binding")).isFalse();
    }

    @Test
    void nullPrincipalLabelEndAndBindingMeanNone() {
        Answer answer = sessions.create(json("{'principal': null, 'label': null, 'endsAt': null, 'binding': null}"))
                .is(201);

        assertThat(answer.json().has("principal")).isFalse();
        assertThat(answer.json().has("label")).isFalse();
        assertThat(answer.field("endsAt").isNull()).isTrue();
        sessions.read(answer.id()).is(200);
    }

    @Test
    void nullIdleTimeoutLeavesTheAbsoluteOne() {
        Answer answer = sessions.create(json("{'idleTimeoutSeconds': null}")).is(201);

        assertThat(answer.field("idleTimeoutSeconds").isNull()).isTrue();
        assertThat(answer.time("expiresAt")).isEqualTo(now().plus(ABSOLUTE));
    }

    @Test
    void nullTimeoutsMeanNever() {
        Answer answer = sessions.create(json("{'idleTimeoutSeconds': null, 'absoluteTimeoutSeconds': null}"))
                .is(201)
                .repeatsItsClocks();

        assertThat(answer.field("expiresAt").isNull()).isTrue();
        assertThat(answer.header("Session-Expires-At")).isNull();
    }

    @Test
    void permanentHasThePermanentLifetimeAsIdleTimeoutAndNoAbsoluteOne() {
        Answer answer = sessions.create(json("{'permanent': true}")).is(201);

        assertThat(answer.field("permanent").asBoolean()).isTrue();
        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(PERMANENT.toSeconds());
        assertThat(answer.field("absoluteTimeoutSeconds").isNull()).isTrue();
        assertThat(answer.time("expiresAt")).isEqualTo(now().plus(PERMANENT));
    }

    @Test
    void permanentWithTimeoutsOfItsOwnKeepsThem() {
        Answer answer = sessions.create(
                        json("{'permanent': true, 'idleTimeoutSeconds': 60, 'absoluteTimeoutSeconds': 120}"))
                .is(201);

        assertThat(answer.field("idleTimeoutSeconds").asLong()).isEqualTo(60);
        assertThat(answer.field("absoluteTimeoutSeconds").asLong()).isEqualTo(120);
    }

    @Test
    void endIsAnsweredInUtcCutToMilliseconds() {
        String local = now().plusSeconds(60)
                        .atOffset(ZoneOffset.ofHours(2))
                        .format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss"))
                + ".123999+02:00";
        Answer answer = sessions.create("{\"endsAt\": \"" + local + "\"}").is(201);

        Instant cut = now().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS).plusMillis(123);
        assertThat(answer.field("endsAt").asText()).endsWith("Z").doesNotContain("999");
        assertThat(answer.time("endsAt")).isEqualTo(cut);
    }

    @Test
    void timesAreAnsweredInUtcWithMilliseconds() {
        Answer answer = sessions.create().is(201);

        assertThat(List.of("createdAt", "lastAccessedAt", "expiresAt"))
                .allMatch(name -> answer.field(name)
                        .asText()
                        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z"));
    }

    @Test
    void endBeyondTheAbsoluteTimeoutIsBroughtDownToIt() {
        Answer answer = sessions.create("{\"endsAt\": \"" + now().plus(ABSOLUTE).plusSeconds(1) + "\"}")
                .is(201);

        assertThat(answer.time("endsAt")).isEqualTo(now().plus(ABSOLUTE));
    }

    @Test
    void endInThePastCreatesASessionThatIsGone() {
        Answer answer = sessions.create("{\"endsAt\": \"" + now().minusSeconds(3600) + "\"}")
                .is(201);

        sessions.read(answer.id()).gone("expired");
        advance(TOMBSTONE.minusSeconds(1));
        sessions.read(answer.id()).gone("expired");
        advanceSeconds(2);
        sessions.read(answer.id()).notFound();
    }

    private static Set<String> fields(JsonNode document) {
        Set<String> names = new HashSet<>();
        document.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
