package dev.sessionstore.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server writes, the client reads; what is anything else, it says so. */
class SessionDocumentReaderTest {
    private static final String WHOLE =
            "{\"id\":\"the-id\",\"handle\":\"8BfV5cMKxO7iWWopoG09zw\",\"namespace\":\"shop\","
                    + "\"principal\":\"user-42\",\"label\":\"phone\",\"permanent\":true,\"version\":3,"
                    + "\"createdAt\":\"2026-11-21T18:09:47.255Z\",\"lastAccessedAt\":\"2026-11-21T18:10:02.001Z\","
                    + "\"expiresAt\":\"2026-11-21T18:40:02.001Z\",\"idleTimeoutSeconds\":1800,"
                    + "\"absoluteTimeoutSeconds\":86400,\"endsAt\":\"2027-01-01T00:00:00.000Z\","
                    + "\"attributes\":{\"cart\":[\"sku-1\",1.10],\"\":null}}";

    private static SessionDocument parse(String json) {
        return SessionDocument.parse(JsonText.compact(json.getBytes(UTF_8), 1000));
    }

    private static SessionDocument document(
            @Nullable String text, boolean permanent, long number, long time, byte @Nullable [] attributes) {
        return new SessionDocument(
                text,
                "8BfV5cMKxO7iWWopoG09zw".getBytes(UTF_8),
                "shop",
                text,
                text,
                permanent,
                number,
                0,
                -1,
                time,
                number,
                number,
                time,
                attributes);
    }

    static Stream<SessionDocument> documents() {
        byte[] attributes = "{\"a\\u0062\":{\"deep\":[{}]},\"é\":1.10}".getBytes(UTF_8);
        return Stream.of(
                document(null, false, 0, SessionDocument.NEVER, null),
                document("plain", true, 1, 0, "{}".getBytes(UTF_8)),
                document("\"é\\😀\u0000\u2028", false, 3_155_760_000L, 253_402_300_799_999L, attributes),
                document("", true, 999_999_999_999_999_999L, -62_167_219_200_000L, attributes));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void whatIsWrittenIsReadBack(SessionDocument document) {
        SessionDocument back = SessionDocument.parse(document.toJson());
        assertThat(new String(back.toJson(), UTF_8)).isEqualTo(new String(document.toJson(), UTF_8));
        assertThat(back).usingRecursiveComparison().isEqualTo(document);
    }

    @Test
    void spacesOrderAndNewerFieldsDoNotMatter() {
        String turned = "{ \"new\" : {\"handle\":1}, \"attributes\" : { \"cart\":[\"sku-1\",1.10] , \"\":null },\n"
                + WHOLE.substring(1, WHOLE.indexOf(",\"attributes\"")) + ",\"newer\":[]}";
        assertThat(parse(turned)).usingRecursiveComparison().isEqualTo(parse(WHOLE));
    }

    @Test
    void membersAreTheAttributesByName() {
        assertThat(parse(WHOLE).members()).containsOnlyKeys("cart", "");
        assertThat(parse(WHOLE).members().get("cart")).asString().isEqualTo("[\"sku-1\",1.10]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"handle\":\"8BfV5cMKxO7iWWopoG09zw\" \"handle\":7",
                "\"handle\":\"8BfV5cMKxO7iWWopoG09zw\" \"handle\":null",
                "\"namespace\":\"shop\" \"namespace\":[]",
                "\"id\":\"the-id\" \"id\":{}",
                "\"permanent\":true \"permanent\":\"true\"",
                "\"permanent\":true \"permanent\":null",
                "\"permanent\":true \"permanent\":1",
                "\"version\":3 \"version\":3.0",
                "\"version\":3 \"version\":-3",
                "\"version\":3 \"version\":\"3\"",
                "\"version\":3 \"version\":1234567890123456789",
                "\"version\":3 \"version\":true",
                "\"idleTimeoutSeconds\":1800 \"idleTimeoutSeconds\":1e3",
                "\"endsAt\":\"2027-01-01T00:00:00.000Z\" \"endsAt\":\"soon\"",
                "\"endsAt\":\"2027-01-01T00:00:00.000Z\" \"endsAt\":0",
                "\"createdAt\":\"2026-11-21T18:09:47.255Z\" \"createdAt\":null",
                "\"createdAt\":\"2026-11-21T18:09:47.255Z\" \"createdAt\":\"2026-13-21T18:09:47.255Z\"",
                "\"attributes\":{ \"attributes\":[{"
            })
    void aFieldOfAnotherKindIsNone(String change) {
        String[] fromTo = change.split(" ");
        String changed = WHOLE.replace(fromTo[0], fromTo[1]);
        assertThat(changed).isNotEqualTo(WHOLE);
        String json = change.contains("[{") ? changed.substring(0, changed.length() - 1) + "]}" : changed;
        assertThatIllegalArgumentException().isThrownBy(() -> parse(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "null", "1", "\"text\"", "true", "{\"hello\":1}", "[{\"handle\":1}]"})
    void jsonOfAnotherKindIsNone(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(json));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionPage.parse(json.getBytes(UTF_8)))
                .withMessage("no page of sessions");
    }

    @Test
    void anyPartOfADocumentIsNoneAndNothingElseIsThrown() {
        for (int length = 0; length < WHOLE.length(); length++) {
            String part = WHOLE.substring(0, length);
            assertThat(catchThrowable(() -> parse(part))).isInstanceOf(MalformedJsonException.class);
        }
    }

    @Test
    void noMessageRepeatsAValue() {
        Throwable failure = catchThrowable(() -> parse(WHOLE.replace("2026-11-21T18:09:47.255Z", "user-42")));
        assertThat(failure).isInstanceOf(IllegalArgumentException.class);
        assertThat(failure.getMessage()).doesNotContain("user-42");
    }

    @Test
    void aPageIsItsSessionsAndWhereTheNextOneBegins() {
        SessionPage page = SessionPage.parse(("{\"sessions\":[" + WHOLE + "," + WHOLE + "],\"nextCursor\":\"a\\\"b\","
                        + "\"total\":{\"sessions\":[]}}")
                .getBytes(UTF_8));
        assertThat(page.nextCursor()).isEqualTo("a\"b");
        assertThat(page.sessions())
                .hasSize(2)
                .allSatisfy(session ->
                        assertThat(session).usingRecursiveComparison().isEqualTo(parse(WHOLE)));
        SessionPage last = SessionPage.parse("{\"nextCursor\":null,\"sessions\":[]}".getBytes(UTF_8));
        assertThat(last).isEqualTo(new SessionPage(List.of(), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sessions\":{}}",
                "{\"sessions\":[1]}",
                "{\"sessions\":[[]]}",
                "{\"sessions\":[{}]}",
                "{\"nextCursor\":\"a\"}",
                "{\"sessions\":[],\"nextCursor\":7}"
            })
    void aPageOfAnotherKindIsNone(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> SessionPage.parse(json.getBytes(UTF_8)));
    }
}
