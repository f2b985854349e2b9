package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sessionstore.testing.MutableClock;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link SessionClient} does, whatever is behind it. */
abstract class SessionClientContract {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final String NOBODY = "nobody-nobody-nobody-nobody-nobody";

    record Item(String sku, int count) {}

    private SessionClient client;
    private MutableClock clock;
    /** Of this test alone. */
    private final String owner = "owner-" + UUID.randomUUID();

    /** A client of a service with its usual defaults. */
    abstract SessionClient client(AttributeCodec codec);

    /** By which that service lives. */
    abstract MutableClock clock();

    @BeforeEach
    void open() {
        client = client(new JsonCodec());
        clock = clock();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private StoredSession created(Object... namesAndValues) {
        NewSession.Builder session = NewSession.builder().principal(owner).idleTimeout(IDLE);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            session.attribute((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return client.create(session.build());
    }

    private StoredSession found(StoredSession session) {
        return client.find(session.id()).orElseThrow();
    }

    private void assertGone(GoneReason reason, ThrowingCallable call) {
        SessionGoneException gone = catchThrowableOfType(SessionGoneException.class, call);
        assertThat(gone).as("the failure").isNotNull();
        assertThat(gone.reason()).isEqualTo(reason);
        assertThat(gone.code()).hasValue("session-gone");
    }

    private static String randomId() {
        return UUID.randomUUID() + "." + UUID.randomUUID();
    }

    // create

    @Test
    void aNewSessionIsWhatWasAskedFor() {
        Instant now = clock.instant();
        StoredSession session = client.create(NewSession.builder()
                .principal(owner)
                .label("Firefox on Linux")
                .permanent(true)
                .idleTimeout(IDLE)
                .absoluteTimeout(Duration.ofHours(1))
                .endsAt(now.plusSeconds(30))
                .attribute("cart", List.of("sku-1"))
                .build());
        assertThat(session.id()).matches("[A-Za-z0-9_-]{43}");
        assertThat(session.handle()).matches("[A-Za-z0-9_-]{22}");
        assertThat(session.principal()).hasValue(owner);
        assertThat(session.label()).hasValue("Firefox on Linux");
        assertThat(session.isPermanent()).isTrue();
        assertThat(session.idleTimeout()).hasValue(IDLE);
        assertThat(session.absoluteTimeout()).hasValue(Duration.ofHours(1));
        assertThat(session.endsAt()).hasValue(now.plusSeconds(30));
        assertThat(session.expiresAt()).hasValue(now.plusSeconds(30));
        assertThat(session.createdAt()).isEqualTo(now);
        assertThat(session.lastAccessedAt()).isEqualTo(now);
        assertThat(session.version()).isEqualTo(1);
        assertThat(session.isExpired()).isFalse();
        assertThat(session.attributes()).isEqualTo(Map.of("cart", List.of("sku-1")));
        assertThat(session).hasToString("StoredSession[" + session.handle() + " v1]");
        assertThat(found(session))
                .usingRecursiveComparison()
                .ignoringFields("members")
                .isEqualTo(session);
    }

    @Test
    void anEmptySessionIsOneToo() {
        StoredSession session = client.create(NewSession.EMPTY);
        assertThat(session.attributes()).isEmpty();
        assertThat(session.principal()).isEmpty();
        assertThat(session.label()).isEmpty();
        assertThat(session.isPermanent()).isFalse();
        assertThat(client.delete(session.id())).isTrue();
    }

    @Test
    void whatNeverEndsHasNoEnd() {
        StoredSession session = client.create(
                NewSession.builder().idleTimeout(null).absoluteTimeout(null).build());
        assertThat(session.expiresAt()).isEmpty();
        assertThat(session.endsAt()).isEmpty();
        assertThat(session.idleTimeout()).isEmpty();
        assertThat(session.absoluteTimeout()).isEmpty();
        client.delete(session.id());
    }

    @Test
    void anIdOfTheApplicationsOwnIsTakenOnce() {
        String id = randomId();
        NewSession session = NewSession.builder().id(id).build();
        StoredSession created = client.create(session);
        assertThat(created.id()).isEqualTo(id);
        VersionConflictException taken =
                catchThrowableOfType(VersionConflictException.class, () -> client.create(session));
        assertThat(taken.code()).hasValue("session-exists");
        assertThat(taken.current()).hasValue(created.etag());
        client.delete(id);
        assertGone(GoneReason.DELETED, () -> client.create(session));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "too-short",
                "with space aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "ümlaut-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void anIdOfTheWrongShapeMakesNoSession(String id) {
        NewSession session = NewSession.builder().id(id).build();
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> client.create(session))
                .matches(e -> e.code().orElseThrow().equals("malformed-id"))
                .matches(e -> id.isEmpty() || !e.getMessage().contains(id));
    }

    // find, peek, touch

    @Test
    void findSlidesAndPeekDoesNot() {
        StoredSession session = created();
        Instant end = session.expiresAt().orElseThrow();
        clock.advance(Duration.ofMinutes(5));
        assertThat(client.peek(session.id()).orElseThrow().expiresAt()).hasValue(end);
        StoredSession found = found(session);
        assertThat(found.expiresAt()).hasValue(end.plus(Duration.ofMinutes(5)));
        assertThat(found.lastAccessedAt()).isEqualTo(clock.instant());
        assertThat(found.version()).isEqualTo(1);
        assertThat(found.etag()).isEqualTo(session.etag());
    }

    @Test
    void touchSlidesAndChangesNothing() {
        StoredSession session = created();
        clock.advance(Duration.ofSeconds(1));
        assertThat(client.touch(session.id())).isTrue();
        StoredSession touched = client.peek(session.id()).orElseThrow();
        assertThat(touched.lastAccessedAt()).isEqualTo(clock.instant());
        assertThat(touched.etag()).isEqualTo(session.etag());
    }

    @Test
    void anAttributesReadSlidesToo() {
        StoredSession session = created("a", 1);
        clock.advance(Duration.ofMinutes(5));
        client.attribute(session.id(), "a", Integer.class);
        assertThat(client.peek(session.id()).orElseThrow().lastAccessedAt()).isEqualTo(clock.instant());
    }

    @Test
    void itsTimeRunsOut() {
        StoredSession session = created();
        clock.advance(IDLE.minusMillis(1));
        assertThat(client.peek(session.id())).isPresent();
        clock.advance(Duration.ofMillis(1));
        assertGone(GoneReason.EXPIRED, () -> client.peek(session.id()));
        assertGone(GoneReason.EXPIRED, () -> client.find(session.id()));
        clock.advance(Duration.ofMinutes(6));
        assertThat(client.find(session.id())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {NOBODY, "", "short", "-", "..", "a b", "\r\nX: y", "ünïcödé-ünïcödé-ünïcödé-ünïcödé-ünïcödé"})
    void whatIsNotThereIsAnEmptyAnswer(String id) {
        assertThat(client.find(id)).isEmpty();
        assertThat(client.peek(id)).isEmpty();
        assertThat(client.save(id, Map.of())).isEmpty();
        assertThat(client.patch(id, SessionPatch.builder().attribute("a", 1).build()))
                .isEmpty();
        assertThat(client.attribute(id, "a", String.class)).isEmpty();
        assertThat(client.setAttribute(id, "a", 1)).isFalse();
        assertThat(client.removeAttribute(id, "a")).isFalse();
        assertThat(client.touch(id)).isFalse();
        assertThat(client.expire(id)).isFalse();
        assertThat(client.expireAt(id, clock.instant())).isFalse();
        assertThat(client.rotate(id)).isEmpty();
        assertThat(client.delete(id)).isFalse();
        ETag etag = new ETag("\"whatever\"");
        VersionConflictException conflict =
                catchThrowableOfType(VersionConflictException.class, () -> client.save(id, Map.of(), etag));
        assertThat(conflict.current()).isEmpty();
    }

    // gone

    @Test
    void goneIsGoneForEveryCallAndNamesTheReason() {
        StoredSession deleted = created();
        assertThat(client.delete(deleted.id())).isTrue();
        assertEveryCallIsRefused(GoneReason.DELETED, deleted);
        StoredSession expired = created();
        assertThat(client.expire(expired.id())).isTrue();
        assertEveryCallIsRefused(GoneReason.EXPIRED, expired);
        StoredSession revoked = created();
        assertThat(client.revoke(revoked.handle())).isTrue();
        assertEveryCallIsRefused(GoneReason.REVOKED, revoked);
        StoredSession rotated = created();
        assertThat(client.rotate(rotated.id())).isPresent();
        assertEveryCallIsRefused(GoneReason.ROTATED, rotated);
    }

    private void assertEveryCallIsRefused(GoneReason reason, StoredSession session) {
        String id = session.id();
        assertGone(reason, () -> client.find(id));
        assertGone(reason, () -> client.peek(id));
        assertGone(reason, () -> client.save(id, Map.of()));
        assertGone(reason, () -> client.save(id, Map.of(), session.etag()));
        assertGone(
                reason,
                () -> client.patch(id, SessionPatch.builder().attribute("a", 1).build()));
        assertGone(reason, () -> client.attribute(id, "a", String.class));
        assertGone(reason, () -> client.setAttribute(id, "a", 1));
        assertGone(reason, () -> client.removeAttribute(id, "a"));
        assertGone(reason, () -> client.touch(id));
        assertGone(reason, () -> client.expireAt(id, clock.instant()));
        assertGone(reason, () -> client.rotate(id));
        assertGone(reason, () -> client.findByHandle(session.handle()));
        assertThat(client.expire(id)).isFalse();
        assertThat(client.delete(id)).isFalse();
        assertThat(client.revoke(session.handle())).isFalse();
    }

    // save

    @Test
    void saveReplacesAllAttributesAndKeepsTheRest() {
        StoredSession session = created("a", 1, "b", 2);
        StoredSession saved = client.save(session.id(), Map.of("c", 3)).orElseThrow();
        assertThat(saved.attributes()).isEqualTo(Map.of("c", 3));
        assertThat(saved.version()).isEqualTo(2);
        assertThat(saved.principal()).hasValue(owner);
        assertThat(saved.idleTimeout()).hasValue(IDLE);
        assertThat(saved.etag()).isNotEqualTo(session.etag());
        assertThat(client.save(session.id(), Map.of()).orElseThrow().names()).isEmpty();
    }

    @Test
    void saveOfWhatIsThereChangesNoVersion() {
        StoredSession session = created("a", 1);
        assertThat(client.save(session.id(), Map.of("a", 1)).orElseThrow().etag())
                .isEqualTo(session.etag());
    }

    @Test
    void anExpectedVersionIsTheOneOrAConflict() {
        StoredSession session = created("a", 1);
        StoredSession saved = client.save(session.id(), Map.of("a", 2), session.etag());
        VersionConflictException conflict = catchThrowableOfType(
                VersionConflictException.class, () -> client.save(session.id(), Map.of("a", 3), session.etag()));
        assertThat(conflict.code()).hasValue("version-mismatch");
        assertThat(conflict.current()).hasValue(saved.etag());
        SessionPatch late = SessionPatch.builder()
                .attribute("a", 4)
                .expecting(session.etag())
                .build();
        assertThatExceptionOfType(VersionConflictException.class)
                .isThrownBy(() -> client.patch(session.id(), late))
                .matches(e -> e.current().equals(Optional.of(saved.etag())));
        assertThatExceptionOfType(VersionConflictException.class)
                .isThrownBy(() -> client.rotate(
                        session.id(), Rotation.builder().changes(late).build()))
                .matches(e -> e.current().equals(Optional.of(saved.etag())));
        assertThat(found(session).get("a")).isEqualTo(2);
        SessionPatch timely =
                SessionPatch.builder().attribute("a", 5).expecting(saved.etag()).build();
        StoredSession patched = client.patch(session.id(), timely).orElseThrow();
        assertThat(patched.get("a")).isEqualTo(5);
        assertThatExceptionOfType(VersionConflictException.class)
                .isThrownBy(() -> client.delete(session.id(), saved.etag()));
        assertThat(client.delete(session.id(), patched.etag())).isTrue();
        assertThatExceptionOfType(SessionGoneException.class)
                .isThrownBy(() -> client.delete(session.id(), patched.etag()));
        assertThat(client.delete(SessionIds.random(), patched.etag())).isFalse();
    }

    // patch

    @Test
    void aPatchChangesWhatItNames() {
        StoredSession session = created("a", 1, "b", Map.of("x", 1, "y", 2), "c", 3);
        StoredSession patched = client.patch(
                        session.id(),
                        SessionPatch.builder()
                                .attribute("a", null)
                                .attribute("b", Map.of("z", 3))
                                .remove("c")
                                .remove("never-there")
                                .attributeJson("d", "[1.10]".getBytes(StandardCharsets.UTF_8))
                                .attributes(Map.of("e", true))
                                .build())
                .orElseThrow();
        assertThat(patched.names()).containsExactly("a", "b", "d", "e");
        assertThat(patched.contains("a")).isTrue();
        assertThat(patched.get("a")).isNull();
        assertThat(patched.get("b")).isEqualTo(Map.of("z", 3));
        assertThat(patched.json("d")).asString().isEqualTo("[1.10]");
        assertThat(patched.contains("c")).isFalse();
        assertThat(patched.json("c")).isNull();
        assertThat(patched.version()).isEqualTo(2);
    }

    @Test
    void aPatchChangesSettings() {
        StoredSession session = created("a", 1);
        Instant end = clock.instant().plusSeconds(100);
        StoredSession patched = client.patch(
                        session.id(),
                        SessionPatch.builder()
                                .principal(null)
                                .label("phone")
                                .permanent(true)
                                .idleTimeout(Duration.ofSeconds(77))
                                .absoluteTimeout(null)
                                .endsAt(end)
                                .build())
                .orElseThrow();
        assertThat(patched.principal()).isEmpty();
        assertThat(patched.label()).hasValue("phone");
        assertThat(patched.isPermanent()).isTrue();
        assertThat(patched.idleTimeout()).hasValue(Duration.ofSeconds(77));
        assertThat(patched.absoluteTimeout()).isEmpty();
        assertThat(patched.endsAt()).hasValue(end);
        assertThat(patched.get("a")).isEqualTo(1);
        StoredSession unsaid = client.patch(
                        session.id(),
                        SessionPatch.builder().label(null).endsAt(null).build())
                .orElseThrow();
        assertThat(unsaid.label()).isEmpty();
        assertThat(unsaid.endsAt()).isEmpty();
    }

    @Test
    void anEmptyPatchChangesNothing() {
        StoredSession session = created();
        SessionPatch nothing = SessionPatch.builder().build();
        assertThat(nothing.isEmpty()).isTrue();
        assertThat(client.patch(session.id(), nothing).orElseThrow().etag()).isEqualTo(session.etag());
    }

    @Test
    void patchesOfDifferentAttributesInParallelAllSurvive() {
        StoredSession session = created();
        List<CompletableFuture<Boolean>> patches = IntStream.range(0, 24)
                .mapToObj(i -> i % 2 == 0
                        ? client.async().setAttribute(session.id(), "a" + i, i)
                        : client.async()
                                .patch(
                                        session.id(),
                                        SessionPatch.builder()
                                                .attribute("a" + i, i)
                                                .build())
                                .thenApply(Optional::isPresent))
                .toList();
        assertThat(patches).allMatch(CompletableFuture::join);
        StoredSession all = found(session);
        assertThat(all.names()).hasSize(24);
        assertThat(all.version()).isEqualTo(25);
    }

    // attributes

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "a/b",
                "/",
                "//",
                "%",
                "%2F",
                "%2e",
                "a b",
                " ",
                "+",
                "?",
                "#",
                "&a=b",
                ";p",
                "\\",
                "\"",
                "ü",
                "日本",
                "😀",
                ".",
                "..",
                "",
                "...",
                "a/../b",
                "\u0000",
                "\n",
                "\u007f",
                "~*'()!@:$,=",
                "-"
            })
    void anyNameIsAName(String name) {
        StoredSession session = created();
        assertThat(client.attribute(session.id(), name, String.class)).isEmpty();
        assertThat(client.removeAttribute(session.id(), name)).isFalse();
        assertThat(client.setAttribute(session.id(), name, "one")).isTrue();
        assertThat(client.attribute(session.id(), name, String.class)).hasValue("one");
        assertThat(client.setAttribute(session.id(), name, List.of("two"))).isTrue();
        assertThat(client.attribute(session.id(), name, new TypeReference<List<String>>() {}))
                .hasValue(List.of("two"));
        assertThat(found(session).attributes()).isEqualTo(Map.of(name, List.of("two")));
        assertThat(client.removeAttribute(session.id(), name)).isTrue();
        assertThat(found(session).attributes()).isEmpty();
        Map<String, String> whole = Map.of(name, "three");
        assertThat(client.save(session.id(), whole).orElseThrow().attributes()).isEqualTo(whole);
        client.patch(session.id(), SessionPatch.builder().remove(name).build());
        assertThat(found(session).names()).isEmpty();
    }

    @Test
    void aLongNameIsAName() {
        anyNameIsAName("日".repeat(3000));
    }

    @Test
    void halfACharacterIsNoName() {
        StoredSession session = created("?", 1);
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> client.setAttribute(session.id(), "\ud800", 2));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> client.sessionsOf("\ud800"));
        assertThat(found(session).get("?")).isEqualTo(1);
    }

    @Test
    void aNullValueIsThereAndReadsAsEmpty() {
        StoredSession session = created("a", 1);
        assertThat(client.setAttribute(session.id(), "a", null)).isTrue();
        assertThat(client.attribute(session.id(), "a", String.class)).isEmpty();
        assertThat(client.attribute(session.id(), "a", new TypeReference<List<String>>() {}))
                .isEmpty();
        assertThat(found(session).contains("a")).isTrue();
        assertThat(client.removeAttribute(session.id(), "a")).isTrue();
    }

    @Test
    void valuesComeBackAsTheyWentIn() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("text", "\"quoted\" \\ \u0000 \u2028 é 😀");
        values.put("int", 1);
        values.put("long", Long.MAX_VALUE);
        values.put("big", new BigInteger("123456789012345678901234567890"));
        values.put("flag", true);
        values.put("null", null);
        values.put("list", Arrays.asList(1, "two", null, List.of()));
        values.put("map", Map.of("deep", Map.of("deeper", List.of(false))));
        StoredSession session =
                client.create(NewSession.builder().attributes(values).build());
        assertThat(found(session).attributes()).isEqualTo(values);
        assertThat(found(session).names()).containsExactlyElementsOf(values.keySet());
        client.delete(session.id());
    }

    @Test
    void numbersKeepEveryDigit() {
        BigDecimal price = new BigDecimal("123456789012345678901234567890.1234567890");
        StoredSession session = created("price", price, "rate", new BigDecimal("1.10"));
        assertThat(found(session).get("price", BigDecimal.class)).isEqualTo(price);
        assertThat(client.attribute(session.id(), "rate", BigDecimal.class)).hasValue(new BigDecimal("1.10"));
        assertThat(found(session).json("rate")).asString().isEqualTo("1.10");
    }

    @Test
    void valuesAreReadAsTheTypeThatIsAskedFor() {
        StoredSession session = created("item", new Item("sku-1", 2), "items", List.of(new Item("sku-2", 3)));
        StoredSession found = found(session);
        assertThat(found.get("item", Item.class)).isEqualTo(new Item("sku-1", 2));
        assertThat(found.get("items", new TypeReference<List<Item>>() {})).isEqualTo(List.of(new Item("sku-2", 3)));
        assertThat(found.get("item")).isEqualTo(Map.of("sku", "sku-1", "count", 2));
        assertThat(client.attribute(session.id(), "item", Item.class)).hasValue(new Item("sku-1", 2));
        client.setAttribute(session.id(), "n", 5);
        assertThat(client.attribute(session.id(), "n", int.class)).hasValue(5);
        assertThat(found.get("absent", Item.class)).isNull();
        assertThatExceptionOfType(AttributeFormatException.class)
                .isThrownBy(() -> found.get("items", Integer.class))
                .withMessageContaining("\"items\"")
                .withMessageContaining("java.lang.Integer")
                .matches(e -> !e.getMessage().contains("sku-2"));
    }

    @Test
    void whatCannotBeWrittenIsRefusedBeforeItIsSent() {
        Object unwritable = new Object() {
            @Override
            public String toString() {
                return "secret";
            }
        };
        StoredSession session = created("a", 1);
        assertThatExceptionOfType(AttributeFormatException.class)
                .isThrownBy(() -> client.setAttribute(session.id(), "x", unwritable))
                .withMessageContaining("\"x\"")
                .matches(e -> !e.getMessage().contains("secret"));
        assertThat(found(session).etag()).isEqualTo(session.etag());
    }

    @Test
    void theCodecIsTheOneThatWasGiven() {
        TypedJsonCodec codec = TypedJsonCodec.builder().allow(Item.class).build();
        try (SessionClient typed = client(codec)) {
            assertThat(typed.codec()).isSameAs(codec);
            StoredSession session = typed.create(
                    NewSession.builder().attribute("i", new Item("s", 1)).build());
            assertThat(typed.find(session.id()).orElseThrow().get("i")).isEqualTo(new Item("s", 1));
        }
    }

    // ends

    @Test
    void expireAtMovesTheEndEitherWayWithinTheAbsoluteTimeout() {
        Instant now = clock.instant();
        StoredSession session = client.create(
                NewSession.builder().absoluteTimeout(Duration.ofHours(1)).build());
        assertThat(client.expireAt(session.id(), now.plusMillis(90_500))).isTrue();
        assertThat(found(session).endsAt()).hasValue(now.plusMillis(90_500));
        assertThat(client.expireAt(session.id(), now.plusSeconds(9000))).isTrue();
        assertThat(found(session).endsAt()).hasValue(now.plusSeconds(3600));
        assertThat(client.expireAt(session.id(), now.minusSeconds(1))).isTrue();
        assertGone(GoneReason.EXPIRED, () -> client.find(session.id()));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MAX_VALUE})
    void anEndOutsideOfAllTimesIsRefused(long second) {
        StoredSession session = created();
        Instant end = second < 0 ? Instant.MIN : Instant.MAX;
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> client.expireAt(session.id(), end));
    }

    // rotate

    @Test
    void rotationGivesANewIdAndKeepsTheRest() {
        StoredSession session = created("a", 1);
        StoredSession rotated = client.rotate(session.id()).orElseThrow();
        assertThat(rotated.id()).isNotEqualTo(session.id()).matches("[A-Za-z0-9_-]{43}");
        assertThat(rotated.handle()).isNotEqualTo(session.handle());
        assertThat(rotated.attributes()).isEqualTo(session.attributes());
        assertThat(rotated.principal()).hasValue(owner);
        assertThat(rotated.version()).isEqualTo(1);
        assertThat(rotated.createdAt()).isEqualTo(session.createdAt());
        assertGone(GoneReason.ROTATED, () -> client.find(session.id()));
        assertThat(client.find(rotated.id())).isPresent();
    }

    @Test
    void withinTheGraceTheOldIdStillReads() {
        StoredSession session = created("a", 1);
        StoredSession rotated =
                client.rotate(session.id(), Duration.ofSeconds(20)).orElseThrow();
        client.setAttribute(rotated.id(), "a", 2);
        assertThat(found(session).get("a")).isEqualTo(1);
        assertThat(client.attribute(session.id(), "a", Integer.class)).hasValue(1);
        assertGone(GoneReason.ROTATED, () -> client.setAttribute(session.id(), "a", 3));
        clock.advance(Duration.ofSeconds(20));
        assertGone(GoneReason.ROTATED, () -> client.find(session.id()));
        assertThatIllegalArgumentException().isThrownBy(() -> client.rotate(rotated.id(), Duration.ofSeconds(61)));
        assertThatIllegalArgumentException().isThrownBy(() -> client.rotate(rotated.id(), Duration.ofMillis(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> client.rotate(rotated.id(), Duration.ofSeconds(-1)));
    }

    @Test
    void changesAndANewIdOfOnesOwnAreOneStepWithTheRotation() {
        StoredSession session = created("a", 1, "b", 2);
        String newId = randomId();
        Rotation rotation = Rotation.builder()
                .newId(newId)
                .changes(SessionPatch.builder()
                        .principal(owner + "-2")
                        .attribute("a", 9)
                        .remove("b")
                        .build())
                .build();
        StoredSession rotated = client.rotate(session.id(), rotation).orElseThrow();
        assertThat(rotated.id()).isEqualTo(newId);
        assertThat(rotated.attributes()).isEqualTo(Map.of("a", 9));
        assertThat(rotated.principal()).hasValue(owner + "-2");
        assertThat(rotated.version()).isEqualTo(2);
        client.setAttribute(newId, "a", 10);
        StoredSession again = client.rotate(session.id(), rotation).orElseThrow();
        assertThat(again.id()).isEqualTo(newId);
        assertThat(again.get("a")).isEqualTo(10);
        assertThat(rotation.toString()).doesNotContain(newId);
        client.delete(newId);
        assertGone(GoneReason.ROTATED, () -> client.rotate(session.id(), rotation));
    }

    @Test
    void aNewIdMustBeFree() {
        StoredSession session = created();
        StoredSession other = created();
        assertThatExceptionOfType(VersionConflictException.class)
                .isThrownBy(() -> client.rotate(
                        session.id(), Rotation.builder().newId(other.id()).build()))
                .matches(e -> e.code().orElseThrow().equals("session-exists"));
        client.delete(other.id());
        assertThatExceptionOfType(SessionGoneException.class)
                .isThrownBy(() -> client.rotate(
                        session.id(), Rotation.builder().newId(other.id()).build()));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> client.rotate(
                        session.id(), Rotation.builder().newId("short").build()));
        assertThat(client.find(session.id())).isPresent();
    }

    // principals and handles

    @Test
    void aListingTellsNeitherIdsNorUnlessAskedAttributes() {
        StoredSession older = created("a", 1);
        clock.advance(Duration.ofSeconds(1));
        StoredSession newer = created("b", 2);
        List<StoredSession> listed = client.sessionsOf(owner).toList();
        assertThat(listed).extracting(StoredSession::handle).containsExactly(newer.handle(), older.handle());
        assertThatIllegalStateException().isThrownBy(() -> listed.get(0).id());
        assertThatIllegalStateException().isThrownBy(() -> listed.get(0).etag());
        assertThatIllegalStateException().isThrownBy(() -> listed.get(0).attributes());
        assertThat(client.sessionsOf(owner, true))
                .extracting(session -> session.names())
                .containsExactly(Set.of("b"), Set.of("a"));
        assertThat(client.sessionsOf("nobody-at-all")).isEmpty();
    }

    @Test
    void aLongListingComesPageByPageAsItIsRead() {
        Set<String> handles = new HashSet<>();
        for (int i = 0; i < 205; i++) {
            handles.add(created().handle());
        }
        assertThat(client.sessionsOf(owner).map(StoredSession::handle).distinct())
                .hasSize(205)
                .allMatch(handles::contains);
        assertThat(client.sessionsOf(owner, true).count()).isEqualTo(205);
        try (Stream<StoredSession> stream = client.sessionsOf(owner)) {
            assertThat(stream.limit(3)).hasSize(3);
        }
        // What has not been fetched yet is not there any more when its turn comes.
        Stream<StoredSession> lazy = client.sessionsOf(owner);
        assertThat(client.revokeAll(owner)).isEqualTo(205);
        assertThat(lazy).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "日本 Ü 😀",
                " leading",
                "trailing ",
                "\u00a0odd",
                "\u2028",
                "a\"b\\c",
                "a,b;c=d",
                "%41",
                "+",
                "*",
                "\ufeff",
                "a&limit=1"
            })
    void anyPrincipalIsFoundAgain(String principal) {
        String name = principal + owner + principal;
        StoredSession session =
                client.create(NewSession.builder().principal(name).build());
        StoredSession spared =
                client.create(NewSession.builder().principal(name).build());
        client.create(NewSession.builder().principal(name.strip() + "x").build());
        assertThat(session.principal()).hasValue(name);
        assertThat(client.sessionsOf(name))
                .hasSize(2)
                .allMatch(found -> found.principal().orElseThrow().equals(name));
        assertThat(client.revokeAll(name, spared.handle())).isEqualTo(1);
        assertThat(client.find(spared.id())).isPresent();
        assertThat(client.revokeAll(name)).isEqualTo(1);
        assertThat(client.revokeAll(name.strip() + "x")).isEqualTo(1);
    }

    @Test
    void whatIsNoPrincipalIsRefused() {
        for (String name : List.of("", "a\nb", "\u0085", "x".repeat(257))) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> client.sessionsOf(name).count());
            assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> client.revokeAll(name));
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() ->
                            client.create(NewSession.builder().principal(name).build()));
        }
        String longest = "😀".repeat(256);
        StoredSession session =
                client.create(NewSession.builder().principal(longest).build());
        assertThat(client.sessionsOf(longest)).hasSize(1);
        client.delete(session.id());
    }

    @Test
    void logOutEverywhereElse() {
        StoredSession here = created();
        StoredSession there = created();
        created();
        assertThat(client.revokeAll(owner, here.handle())).isEqualTo(2);
        assertThat(client.find(here.id())).isPresent();
        assertGone(GoneReason.REVOKED, () -> client.find(there.id()));
        StoredSession foreign = client.create(NewSession.EMPTY);
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> client.revokeAll(owner, foreign.handle()));
        assertThat(client.find(here.id())).isPresent();
        assertThat(client.revokeAll(owner)).isEqualTo(1);
        assertThat(client.revokeAll(owner)).isZero();
    }

    @Test
    void aSessionIsFoundAndRevokedByItsHandle() {
        StoredSession session = created("a", 1);
        clock.advance(Duration.ofMinutes(5));
        StoredSession found = client.findByHandle(session.handle()).orElseThrow();
        assertThat(found.get("a")).isEqualTo(1);
        assertThat(found.lastAccessedAt()).isEqualTo(session.lastAccessedAt());
        assertThat(found.etag()).isEqualTo(session.etag());
        assertThatIllegalStateException().isThrownBy(found::id);
        assertThat(client.revoke(session.handle())).isTrue();
        assertGone(GoneReason.REVOKED, () -> client.find(session.id()));
        assertThat(client.findByHandle("AAAAAAAAAAAAAAAAAAAAAA")).isEmpty();
        assertThat(client.revoke("AAAAAAAAAAAAAAAAAAAAAA")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "no handle", "a/b", "ü", NOBODY})
    void whatIsNoHandleIsNotFound(String handle) {
        assertThat(client.findByHandle(handle)).isEmpty();
        assertThat(client.revoke(handle)).isFalse();
    }

    @Test
    void statsCount() {
        SessionStats before = client.stats();
        created("a", "x".repeat(100));
        SessionStats after = client.stats();
        assertThat(after.store()).isNotEmpty();
        assertThat(after.sessions().orElseThrow()).isEqualTo(before.sessions().orElseThrow() + 1);
        assertThat(after.bytes().orElse(1)).isGreaterThan(before.bytes().orElse(0));
        assertThat(after.capabilities()).contains("principal-index", "scan", "count");
        client.revokeAll(owner);
    }

    // binding

    @ParameterizedTest
    @ValueSource(strings = {"Mozilla/5.0 (X11; Linux)", "Ü 日本 😀"})
    void aBoundSessionAnswersItsBindingOnly(String binding) {
        StoredSession session =
                client.create(NewSession.builder().binding(binding).build());
        SessionClient bound = client.bound(binding);
        SessionClient other = client.bound("something else");
        assertThat(bound.find(session.id())).isPresent();
        assertThat(bound.async().setAttribute(session.id(), "a", 1).join()).isTrue();
        for (SessionClient wrong : List.of(client, other)) {
            UnauthorizedException mismatch =
                    catchThrowableOfType(UnauthorizedException.class, () -> wrong.find(session.id()));
            assertThat(mismatch.isBindingMismatch()).isTrue();
            assertThat(mismatch.getMessage()).doesNotContain(binding, session.id());
            assertThatExceptionOfType(UnauthorizedException.class).isThrownBy(() -> wrong.delete(session.id()));
        }
        assertThat(client.findByHandle(session.handle())).isPresent();
        bound.patch(session.id(), SessionPatch.builder().binding(null).build());
        assertThat(client.delete(session.id())).isTrue();
    }

    @Test
    void aPatchBindsTo() {
        StoredSession session = created();
        client.patch(session.id(), SessionPatch.builder().binding("agent").build());
        assertThatExceptionOfType(UnauthorizedException.class).isThrownBy(() -> client.find(session.id()));
        assertThat(client.bound("agent").find(session.id())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " agent", "agent ", "a\r\nX: y", "\u0000", "\ud800"})
    void whatNoHeaderCanSayIsNoBinding(String binding) {
        assertThatIllegalArgumentException().isThrownBy(() -> client.bound(binding));
    }

    // limits and faults

    @Test
    void whatIsTooLargeIsRefusedAndNothingChanges() {
        StoredSession session = created("a", 1);
        LimitExceededException tooLarge = catchThrowableOfType(
                LimitExceededException.class, () -> client.setAttribute(session.id(), "b", "x".repeat(300_000)));
        assertThat(tooLarge.code()).hasValue("session-too-large");
        assertThat(tooLarge).hasMessageContaining("262144");
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> client.create(
                        NewSession.builder().attribute("b", "x".repeat(300_000)).build()));
        assertThat(found(session).etag()).isEqualTo(session.etag());
    }

    @Test
    void wrongFieldsAreNamedAllAtOnce() {
        InvalidRequestException invalid = catchThrowableOfType(
                InvalidRequestException.class,
                () -> client.create(NewSession.builder()
                        .principal("")
                        .label("x".repeat(257))
                        .idleTimeout(Duration.ofDays(365 * 200))
                        .build()));
        assertThat(invalid.code()).hasValue("invalid-field");
        assertThat(invalid.faults()).hasSize(3);
        assertThat(String.join("\n", invalid.faults())).contains("/principal ", "/label ", "/idleTimeoutSeconds ");
        assertThat(invalid.requestId()).isPresent();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NewSession.builder().idleTimeout(Duration.ofMillis(1500)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionPatch.builder().absoluteTimeout(Duration.ZERO));
    }

    // async

    @Test
    void eachCallHasAnAsynchronousTwin() {
        List<String> none = List.of("bound", "async", "codec", "close", "builder");
        for (Method call : SessionClient.class.getMethods()) {
            if (!none.contains(call.getName())) {
                assertThatCode(() -> AsyncSessionClient.class.getMethod(call.getName(), call.getParameterTypes()))
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void theAsynchronousCallsDoTheSame() {
        AsyncSessionClient async = client.async();
        StoredSession session = async.create(
                        NewSession.builder().principal(owner).attribute("a", 1).build())
                .join();
        String id = session.id();
        assertThat(async.find(id).join()).isPresent();
        assertThat(async.peek(id).join()).isPresent();
        assertThat(async.attribute(id, "a", Integer.class).join()).hasValue(1);
        assertThat(async.attribute(id, "a", new TypeReference<Integer>() {}).join())
                .hasValue(1);
        assertThat(async.save(id, Map.of("a", 2)).join().orElseThrow().version())
                .isEqualTo(2);
        StoredSession saved =
                async.save(id, Map.of("a", 3), found(session).etag()).join();
        assertThat(saved.version()).isEqualTo(3);
        assertThat(async.patch(id, SessionPatch.builder().attribute("b", 1).build())
                        .join())
                .isPresent();
        assertThat(async.setAttribute(id, "c", 1).join()).isTrue();
        assertThat(async.removeAttribute(id, "c").join()).isTrue();
        assertThat(async.touch(id).join()).isTrue();
        assertThat(async.expireAt(id, clock.instant().plusSeconds(60)).join()).isTrue();
        assertThat(async.sessionsOf(owner).join()).hasSize(1);
        assertThat(async.sessionsOf(owner, true).join().get(0).get("b")).isEqualTo(1);
        assertThat(async.findByHandle(session.handle()).join()).isPresent();
        StoredSession second = async.rotate(id).join().orElseThrow();
        StoredSession third =
                async.rotate(second.id(), Duration.ofSeconds(1)).join().orElseThrow();
        StoredSession fourth = async.rotate(third.id(), Rotation.NOW).join().orElseThrow();
        assertThat(async.delete(fourth.id()).join()).isTrue();
        StoredSession fifth = created();
        assertThat(async.delete(fifth.id(), fifth.etag()).join()).isTrue();
        assertThat(async.expire(created().id()).join()).isTrue();
        assertThat(async.revoke(created().handle()).join()).isTrue();
        StoredSession spared = created();
        created();
        assertThat(async.revokeAll(owner, spared.handle()).join()).isEqualTo(1);
        assertThat(async.revokeAll(owner).join()).isEqualTo(1);
        assertThat(async.stats().join().store()).isNotEmpty();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> async.find(id).join())
                .withCauseInstanceOf(SessionGoneException.class);
    }

    @Test
    void valuesAreCopiedWhenTheyAreBuilt() {
        NewSession.Builder builder = NewSession.builder().attribute("a", 1);
        NewSession one = builder.build();
        builder.attribute("b", 2);
        assertThat(client.create(one).names()).containsExactly("a");
        assertThat(builder.build()).hasToString("NewSession[2 attributes]");
        assertThat(client.create(NewSession.builder()
                                .attribute("a", 1)
                                .attribute("b", 2)
                                .remove("a")
                                .build())
                        .names())
                .containsExactly("b");
        assertThat(Collections.unmodifiableCollection(
                        client.create(builder.build()).names()))
                .containsExactly("a", "b");
    }
}
