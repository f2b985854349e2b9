package dev.sessionstore.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static SessionDocument document(String id, String principal, String label, byte[] attributes) {
        return new SessionDocument(
                id,
                "8BfV5cMKxO7iWWopoG09zw".getBytes(UTF_8),
                "shop",
                principal,
                label,
                false,
                3,
                Times.parse("2026-11-21T18:09:47.255Z"),
                Times.parse("2026-11-21T18:10:02.001Z"),
                Times.parse("2026-11-21T18:40:02.001Z"),
                1800,
                86400,
                SessionDocument.NEVER,
                attributes);
    }

    @Test
    void aDocumentIsTheContractsSample() {
        byte[] attributes = "{\"cart\":[\"sku-1\",1.10]}".getBytes(UTF_8);
        String expected = "{\"id\":\"the-id\",\"handle\":\"8BfV5cMKxO7iWWopoG09zw\",\"namespace\":\"shop\","
                + "\"principal\":\"user-42\",\"label\":\"Firefox on Linux\",\"permanent\":false,\"version\":3,"
                + "\"createdAt\":\"2026-11-21T18:09:47.255Z\",\"lastAccessedAt\":\"2026-11-21T18:10:02.001Z\","
                + "\"expiresAt\":\"2026-11-21T18:40:02.001Z\",\"idleTimeoutSeconds\":1800,"
                + "\"absoluteTimeoutSeconds\":86400,\"endsAt\":null,\"attributes\":{\"cart\":[\"sku-1\",1.10]}}";
        SessionDocument document = document("the-id", "user-42", "Firefox on Linux", attributes);
        assertThat(new String(document.toJson(), UTF_8)).isEqualTo(expected);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        document.appendTo(out);
        assertThat(out.toString(UTF_8)).isEqualTo(expected);
        byte[] larger = new byte[expected.length() + 10];
        assertThat(document.length()).isEqualTo(expected.length());
        assertThat(document.write(larger, 7)).isEqualTo(7 + expected.length());
        assertThat(new String(larger, 7, expected.length(), UTF_8)).isEqualTo(expected);
        assertThat(document.toString()).doesNotContain("the-id", "user-42");
    }

    @Test
    void whatIsNullIsLeftOut() throws Exception {
        JsonNode tree = MAPPER.readTree(document(null, null, null, null).toJson());
        assertThat(tree.fieldNames())
                .toIterable()
                .containsExactly(
                        "handle",
                        "namespace",
                        "permanent",
                        "version",
                        "createdAt",
                        "lastAccessedAt",
                        "expiresAt",
                        "idleTimeoutSeconds",
                        "absoluteTimeoutSeconds",
                        "endsAt");
    }

    @Test
    void whatNeverEndsIsNull() throws Exception {
        SessionDocument document = new SessionDocument(
                null,
                "h".getBytes(UTF_8),
                "n",
                null,
                null,
                true,
                Long.MAX_VALUE,
                0,
                -1,
                SessionDocument.NEVER,
                0,
                0,
                0,
                null);
        JsonNode tree = MAPPER.readTree(document.toJson());
        assertThat(tree.get("permanent").booleanValue()).isTrue();
        assertThat(tree.get("version").longValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(tree.get("lastAccessedAt").textValue()).isEqualTo("1969-12-31T23:59:59.999Z");
        assertThat(tree.get("expiresAt").isNull()).isTrue();
        assertThat(tree.get("idleTimeoutSeconds").isNull()).isTrue();
        assertThat(tree.get("absoluteTimeoutSeconds").isNull()).isTrue();
        assertThat(tree.get("endsAt").textValue()).isEqualTo("1970-01-01T00:00:00.000Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", "€", "😀", "\"\\/", "\b\f\n\r\t\u0000\u001f\u007f", "\u2028\uffff", "a😀é\"b", " "})
    void anyTextParsesBack(String text) throws Exception {
        byte[] json = document(text, text, text, null).toJson();
        assertThat(JsonText.compact(json, 1)).isSameAs(json);
        for (String name : new String[] {"id", "principal", "label"}) {
            assertThat(MAPPER.readTree(json).get(name).textValue()).isEqualTo(text);
        }
    }

    @Test
    void aLoneSurrogateIsReplacedSoThatTheTextStaysJson() throws Exception {
        byte[] json = document(null, "a\ud800b\udc00", null, null).toJson();
        assertThat(JsonText.compact(json, 1)).isSameAs(json);
        assertThat(MAPPER.readTree(json).get("principal").textValue()).isEqualTo("a\uFFFDb\uFFFD");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyCodeMakesAProblem(ErrorCode code) throws Exception {
        JsonNode tree = MAPPER.readTree(new Problem(code, "what \"was\" é", "r-1").toJson());
        assertThat(tree.fieldNames())
                .toIterable()
                .containsExactly("type", "title", "status", "detail", "code", "requestId");
        assertThat(tree.get("code").textValue()).isEqualTo(code.code()).matches("[a-z]+(-[a-z]+)*");
        assertThat(tree.get("type").textValue()).isEqualTo("tag:sessionstore.dev,2026:" + code.code());
        assertThat(tree.get("status").intValue()).isEqualTo(code.status()).isBetween(400, 507);
        assertThat(tree.get("title").textValue()).isEqualTo(code.title());
        assertThat(tree.get("detail").textValue()).isEqualTo("what \"was\" é");
        assertThat(tree.get("requestId").textValue()).isEqualTo("r-1");
    }

    @Test
    void aProblemMayNameFieldsOrAReason() {
        assertThat(new String(
                        new Problem(ErrorCode.INVALID_FIELD, "2 fields are wrong", "r")
                                .withErrors(List.of(new FieldFault("/a~1\"b", "x"), new FieldFault("", "y")))
                                .toJson(),
                        UTF_8))
                .endsWith(
                        ",\"errors\":[{\"pointer\":\"/a~1\\\"b\",\"detail\":\"x\"},{\"pointer\":\"\",\"detail\":\"y\"}]}");
        assertThat(new String(
                        new Problem(ErrorCode.SESSION_GONE, "gone", "r")
                                .withReason("rotated")
                                .toJson(),
                        UTF_8))
                .endsWith("\"requestId\":\"r\",\"reason\":\"rotated\"}");
    }
}
