package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not JSON, byte by byte: 400 malformed-json, whatever the session. */
class MalformedBodyTest extends ServerTest {
    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer number) {
                bytes.write(number);
            } else {
                bytes.writeBytes(part.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    static Stream<String> notJson() {
        return Stream.of(
                "{",
                "}",
                "{}}",
                "{} {}",
                "{}x",
                "{}1",
                "nul",
                "tru",
                "{\"label\"}",
                "{\"label\":}",
                "{\"label\":\"x\",}",
                "{'label':'x'}",
                "{label:1}",
                "{\"label\" \"x\"}",
                "[1,]",
                "[1 2]",
                "[",
                "{\"a\":[}",
                "NaN",
                "Infinity",
                "{\"a\":NaN}",
                "{\"a\":-Infinity}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":0x10}",
                "{\"a\":True}",
                "// x\n{}",
                "{/* x */}",
                "# x\n{}",
                "   ",
                "\"x",
                "\"\\x\"",
                "\"\\u12G4\"",
                "\"\\u12\"",
                "\"a\nb\"",
                "\"a\tb\"",
                "\"a\u0001b\"",
                "\u000b{}",
                "\u00a0{}",
                "\f{}");
    }

    @ParameterizedTest
    @MethodSource("notJson")
    void whatIsNotJson(String body) {
        sessions.create(body).problem(400, "malformed-json");
    }

    static Stream<Arguments> notUtf8() {
        return Stream.of(
                Arguments.of("a byte that is none", bytes("{\"label\":\"", 0xFF, "\"}")),
                Arguments.of("a lone continuation", bytes("{\"label\":\"", 0x80, "\"}")),
                Arguments.of("a truncated sequence", bytes("{\"label\":\"", 0xC3, "\"}")),
                Arguments.of("a truncated sequence at the end", bytes("{\"label\":\"", 0xC3)),
                Arguments.of("latin-1", bytes("{\"label\":\"caf", 0xE9, "\"}")),
                Arguments.of("overlong NUL", bytes("{\"label\":\"", 0xC0, 0x80, "\"}")),
                Arguments.of("overlong slash", bytes("{\"label\":\"", 0xC0, 0xAF, "\"}")),
                Arguments.of("overlong in three bytes", bytes("{\"label\":\"", 0xE0, 0x80, 0xAF, "\"}")),
                Arguments.of("overlong in four bytes", bytes("{\"label\":\"", 0xF0, 0x80, 0x80, 0xAF, "\"}")),
                Arguments.of("an encoded surrogate", bytes("{\"label\":\"", 0xED, 0xA0, 0x80, "\"}")),
                Arguments.of(
                        "a surrogate pair in CESU-8",
                        bytes("{\"label\":\"", 0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80, "\"}")),
                Arguments.of("beyond U+10FFFF", bytes("{\"label\":\"", 0xF4, 0x90, 0x80, 0x80, "\"}")),
                Arguments.of("five bytes", bytes("{\"label\":\"", 0xF8, 0x88, 0x80, 0x80, 0x80, "\"}")),
                Arguments.of("in a name", bytes("{\"attributes\":{\"", 0xFF, "\":1}}")),
                Arguments.of("a byte order mark", bytes(0xEF, 0xBB, 0xBF, "{}")),
                Arguments.of("UTF-16BE", "{\"label\":\"x\"}".getBytes(StandardCharsets.UTF_16BE)),
                Arguments.of("UTF-16LE", "{\"label\":\"x\"}".getBytes(StandardCharsets.UTF_16LE)),
                Arguments.of("UTF-16 with mark", "{\"label\":\"x\"}".getBytes(StandardCharsets.UTF_16)),
                Arguments.of("UTF-32BE", "{}".getBytes(Charset.forName("UTF-32BE"))),
                Arguments.of("UTF-32LE", "{}".getBytes(Charset.forName("UTF-32LE"))),
                Arguments.of("a NUL before", bytes(0, "{}")),
                Arguments.of("a NUL within", bytes("{", 0, "}")),
                Arguments.of("a NUL behind", bytes("{}", 0)),
                Arguments.of("a NUL in a string", bytes("{\"label\":\"a", 0, "b\"}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notUtf8")
    void whatIsNotUtf8(String name, byte[] body) {
        assertThat(name).isNotEmpty();
        sessions.callWith("POST", "/sessions", body).problem(400, "malformed-json");
        String id = sessions.newId();
        sessions.callWith("PATCH", "/sessions/" + id, body).problem(400, "malformed-json");
        sessions.callWith("PUT", "/sessions/" + id + "/attributes/a", body).problem(400, "malformed-json");
        assertThat(sessions.attributesText(id)).isEqualTo(json("{'a':1}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\ude00\\ud83d\"",
                "\"\\ud83dx\"",
                "\"\\ud83d\\n\"",
                "\"\\ud83d\\ud83d\\ude00\"",
                "{\"\\ud800\":1}",
                "[\"a\",[\"\\uDFFF\"]]"
            })
    void loneSurrogates(String value) {
        String id = sessions.newId();

        sessions.create("{\"attributes\": {\"a\": " + value + "}}").problem(400, "malformed-json");
        sessions.putAttribute(id, "a", value).problem(400, "malformed-json");
        sessions.patch(id, "{\"set\": {\"a\": " + value + "}}").problem(400, "malformed-json");
        sessions.merge(id, "{\"attributes\": {\"a\": " + value + "}}").problem(400, "malformed-json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"label\":\"x\",\"label\":\"x\"}",
                "{\"label\":\"x\",\"l\\u0061bel\":\"y\"}",
                "{\"attributes\":{\"a\":1,\"a\":1}}",
                "{\"attributes\":{\"a\":1,\"\\u0061\":2}}",
                "{\"attributes\":{\"x\":[{\"a\":1,\"b\":2,\"a\":3}]}}",
                "{\"attributes\":{},\"attributes\":{}}",
                "{\"attributes\":{\"\\u00e9\":1,\"é\":2}}",
                "{\"unknown\":{\"a\":1,\"a\":2}}"
            })
    void duplicateKeys(String body) {
        sessions.create(body).problem(400, "malformed-json");
        sessions.merge(sessions.newId(), body).problem(400, "malformed-json");
    }

    @Test
    void duplicateKeysInAPatchAndInAnAttribute() {
        String id = sessions.newId();

        sessions.patch(id, json("{'set': {'a': 1, 'a': 2}}")).problem(400, "malformed-json");
        sessions.patch(id, json("{'set': {'a': 1}, 'set': {'b': 2}}")).problem(400, "malformed-json");
        sessions.putAttribute(id, "a", json("{'b': 1, 'b': 1}")).problem(400, "malformed-json");
        sessions.rotate(id, json("{'changes': {'set': {'a': 1, 'a': 2}}}")).problem(400, "malformed-json");
        sessions.expire(id, json("{'inSeconds': 1, 'inSeconds': 1}")).problem(400, "malformed-json");
        sessions.read(id).is(200);
    }

    @Test
    void theSameKeyInDifferentObjectsIsFine() {
        sessions.create(json("{'attributes': {'a': {'a': [{'a': 1}, {'a': 2}]}}}"))
                .is(201);
    }

    @Test
    void depthCountsTheBodysOwnContainersUpTo64() {
        sessions.create("{\"attributes\":{\"a\":" + "[".repeat(62) + "]".repeat(62) + "}}")
                .is(201);
        sessions.create("{\"attributes\":{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}}")
                .problem(400, "malformed-json");
        sessions.create("{\"attributes\":" + "{\"a\":".repeat(64) + "1" + "}".repeat(64) + "}")
                .problem(400, "malformed-json");

        String id = sessions.newId();
        String deepest = "[".repeat(64) + "]".repeat(64);
        sessions.putAttribute(id, "deep", "[" + deepest + "]").problem(400, "malformed-json");
        sessions.putAttribute(id, "deep", deepest).is(201);
        sessions.putAttribute(id, "other", "1").is(201);
        sessions.patch(id, json("{'set': {'more': 2}}")).is(200);
        sessions.merge(id, json("{'attributes': {'more': 3}}")).is(200);
        assertThat(sessions.attribute(id, "deep").is(200).text()).isEqualTo(deepest);
    }

    @Test
    void aDepthBombIsRefusedLikeAnyOther() {
        sessions.create("[".repeat(100_000)).problem(400, "malformed-json");
        sessions.create("{\"attributes\":{\"a\":" + "{\"a\":".repeat(100_000)).problem(400, "malformed-json");
    }

    @ParameterizedTest
    @MethodSource("dev.sessionstore.http.IdCall#withBodies")
    void aMalformedBodyIs400EvenForAGoneIdAndOneNeverSeen(IdCall call) {
        String live = sessions.newId();
        String gone = sessions.newId();
        sessions.delete(gone).is(204);

        for (String id : List.of(live, gone, Sessions.ownId())) {
            call.with(sessions, id, "{\"a\":").problem(400, "malformed-json");
            call.with(sessions, id, "{} {}").problem(400, "malformed-json");
        }
        assertThat(sessions.peek(live).version()).isEqualTo(1);
    }

    @Test
    void whiteSpaceAroundIsFine() {
        sessions.create(" \t\r\n{} \t\r\n").is(201);
    }
}
