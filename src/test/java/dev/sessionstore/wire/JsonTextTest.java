package dev.sessionstore.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessionstore.testing.CpuTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    private static final int DEPTH = 64;

    private static byte[] compact(byte[] body) {
        return JsonText.compact(body, DEPTH);
    }

    private static String compact(String body) {
        return new String(compact(body.getBytes(UTF_8)), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "\"\"",
                "0",
                "-0",
                "1.10",
                "-0.0e+00",
                "1E400",
                "123456789012345678901234567890",
                "true",
                "false",
                "null",
                "{\"\":1}",
                "{\"b\":1,\"a\":[1,{\"b\":2}]}",
                "\"\\u00e9\\/\\b\\f\\n\\r\\t\\\\\\\"\"",
                "\"é€😀\u2028\u007f\"",
                "\"\\ud83d\\ude00\"",
                "\"\\u0000\"",
                "{\"\\uD83D\\uDE00\":1,\"é\":2}",
                "[{\"a\":1},{\"a\":1}]",
                "\"a b\\\" c\"",
                "{\"a\":{\"a\":{\"a\":1}}}",
                "\"\uFEFF\""
            })
    void compactTextComesBackAsTheSameArray(String text) {
        byte[] body = text.getBytes(UTF_8);
        assertThat(compact(body)).isSameAs(body);
    }

    @Test
    void onlyInsignificantWhiteSpaceGoes() {
        assertThat(compact(" \t\r\n{ \"a b\" :\t[ 1.10 , \"x \\\" y\\\\\" ,\n{ } ] , \"é\" : null }\r\n"))
                .isEqualTo("{\"a b\":[1.10,\"x \\\" y\\\\\",{}],\"é\":null}");
        assertThat(compact(" 12 ")).isEqualTo("12");
        assertThat(compact("\n\"\"")).isEqualTo("\"\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "{",
                "[1",
                "\"abc",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1,",
                "{\"a\":1,}",
                "[1,]",
                "[,1]",
                "{,}",
                "[1 2]",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "]",
                "}",
                "[}",
                "{]",
                "[1}",
                "01",
                "-",
                "-01",
                "+1",
                ".5",
                "1.",
                "1.e5",
                "1e",
                "1e+",
                "0x10",
                "NaN",
                "Infinity",
                "-Infinity",
                "nul",
                "nulll",
                "True",
                "truefalse",
                "1 2",
                "{}{}",
                "{},",
                "{} x",
                "\"a\"\"b\"",
                "1,2",
                "[1]]",
                "null null",
                "// c\n1",
                "/* c */1",
                "[1/**/]",
                "# c\n1",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "\"a\tb\"",
                "\"\u0000\"",
                "\u0000",
                "{}\u0000",
                "\u00a0{}",
                "\u000b1",
                "\f1",
                "{\"a\nb\":1}",
                "{\"\\x\":1}",
                "undefined",
                "\"a\\",
                "\"\\",
                "\"\\u",
                "1\u0000",
                "tru",
                "[\"a\",\"b\\\"]"
            })
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> compact(text)).isInstanceOf(MalformedJsonException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"b\":2,\"c\":3,\"\\u0061\":4}",
                "[[{\"x\":{\"a\":1,\"a\":2}}]]",
                "{\"é\":1,\"\\u00e9\":2}",
                "{\"😀\":1,\"\\ud83d\\ude00\":2}",
                "{\"/\":1,\"\\/\":2}",
                "{\"\":1,\"\":2}",
                "{\"a\":{\"b\":1},\"c\":{\"d\":1,\"e\":{},\"d\":2}}"
            })
    void refusesDuplicateNamesHoweverSpelledAndAtEveryLevel(String text) {
        assertThatThrownBy(() -> compact(text))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining("duplicate member name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud83d\"",
                "\"\\ude00\"",
                "\"\\ud83dx\"",
                "\"\\ud83d\\n\"",
                "\"\\ud83d\\u0041\"",
                "\"\\ude00\\ud83d\"",
                "\"\\ud83d\\ud83d\\ude00\"",
                "{\"\\ud83d\":1}",
                "{\"a\":[\"\\uDFFF\"]}",
                "\"\\uD800\"",
                "[\"\\uDBFF\",\"\\uDC00\"]"
            })
    void refusesLoneSurrogatesInNamesAndStrings(String text) {
        assertThatThrownBy(() -> compact(text))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining("lone surrogate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\u00c0\u0080\"",
                "\"\u00c1\u00bf\"",
                "\"\u00e0\u0080\u00af\"",
                "\"\u00f0\u0080\u0080\u00af\"",
                "\"\u00ed\u00a0\u0080\"",
                "\"\u00ed\u00bf\u00bf\"",
                "\"\u00f4\u0090\u0080\u0080\"",
                "\"\u00f8\u0088\u0080\u0080\u0080\"",
                "\"\u0080\"",
                "\"\u00c3\"",
                "\"\u00e9\"",
                "\"\u00ff\"",
                "\"\u00e2\u0082",
                "{\"\u00c0\u0080\":1}",
                "\u00fe\u00ff",
                "\u00c3"
            })
    void refusesInvalidUtf8(String bytes) {
        assertThatThrownBy(() -> compact(bytes.getBytes(ISO_8859_1))).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void refusesOtherEncodingsAndByteOrderMarks() {
        for (Charset each : new Charset[] {
            UTF_16BE, UTF_16LE, Charset.forName("UTF-16"), Charset.forName("UTF-32BE"), Charset.forName("UTF-32LE")
        }) {
            assertThatThrownBy(() -> compact("{\"a\":1}".getBytes(each)))
                    .as(each.name())
                    .isInstanceOf(MalformedJsonException.class);
            assertThatThrownBy(() -> compact("1".getBytes(each))).isInstanceOf(MalformedJsonException.class);
        }
        assertThatThrownBy(() -> compact("\uFEFF{}".getBytes(UTF_8))).hasMessage("a byte order mark at byte 0");
    }

    @Test
    void depthCountsContainersAndEndsAtTheLimit() {
        assertThat(compact("[".repeat(64) + "]".repeat(64))).hasSize(128);
        assertThat(compact("{\"a\":".repeat(64) + "1" + "}".repeat(64))).isNotEmpty();
        assertThatThrownBy(() -> compact("[".repeat(65) + "]".repeat(65)))
                .hasMessage("nested deeper than 64 at byte 64");
        assertThatThrownBy(() -> JsonText.compact("[]".getBytes(UTF_8), 0)).isInstanceOf(MalformedJsonException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1,secret]  | a word that is not JSON",
                "{\"secret\":1,\"secret\":2} | a duplicate member name",
                "\"secret\\q\" | an unknown escape",
                "[\"secret\"  | the text ends too early",
                "{\"secret\" 1} | an unexpected character",
                "[secret: 012] | a word that is not JSON",
                "[012] | a malformed number",
                "[NaN] | a word that is not JSON",
                "[1] \"secret\" | more text after the value at byte 4",
                "[1} | a closing bracket of the wrong kind"
            })
    void messagesSayWhatAndWhereAndNothingOfTheContents(String text, String words) {
        assertThatThrownBy(() -> compact(text))
                .hasMessageContaining(words)
                .hasMessageMatching(".* at byte \\d+")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void offsetsCountBytesAndRefusalsCarryNoStackTrace() {
        assertThatThrownBy(() -> compact("[\"€€\"] x"))
                .hasMessageMatching(".* at byte (1[01])")
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    @Test
    void hostileBodiesOfOneMebibyteTakeNoQuadraticTime() {
        CpuTime.isLessThan(Duration.ofSeconds(5), () -> {
            StringBuilder names = new StringBuilder("{");
            for (int i = 0; names.length() < 1 << 20; i++) {
                names.append(i == 0 ? "" : ",")
                        .append('"')
                        .append(Integer.toString(i, 36))
                        .append("\":0");
            }
            byte[] distinct = names.append('}').toString().getBytes(UTF_8);
            assertThat(compact(distinct)).isSameAs(distinct);

            // Java's own string hash is the same for all of these.
            StringBuilder colliding = new StringBuilder("{");
            for (int i = 0; i < 1 << 15; i++) {
                colliding.append(i == 0 ? "\"" : ",\"");
                for (int bit = 0; bit < 15; bit++) {
                    colliding.append((i >> bit & 1) == 0 ? "Aa" : "BB");
                }
                colliding.append("\":0");
            }
            assertThat(compact(colliding.append('}').toString())).isNotEmpty();

            String big = "x".repeat(1 << 20);
            assertThat(compact('"' + big + '"')).hasSize(big.length() + 2);
            assertThat(compact("\"" + "\\u0041".repeat(170_000) + "\"")).isNotEmpty();
            assertThat(compact("{\"" + big + "\":1}")).isNotEmpty();
            assertThat(compact("{\"" + "\\u0041".repeat(170_000) + "\":1}")).isNotEmpty();
            assertThat(compact("1".repeat(1 << 20))).hasSize(1 << 20);
            assertThat(compact("1e" + "9".repeat(1 << 20))).isNotEmpty();
            assertThat(compact("0." + "9".repeat(1 << 20))).isNotEmpty();
            assertThat(compact(" ".repeat(1 << 20) + "1")).isEqualTo("1");
            assertThat(compact("[" + "1 , ".repeat(1 << 18) + "1]")).isNotEmpty();
            for (String open : new String[] {"[", "{\"a\":"}) {
                assertThatThrownBy(() -> compact(open.repeat(1 << 20))).hasMessageContaining("deeper than 64");
            }
            assertThatThrownBy(() -> compact("\"" + big)).isInstanceOf(MalformedJsonException.class);
            assertThatThrownBy(() -> compact("é".repeat(1 << 19))).isInstanceOf(MalformedJsonException.class);
        });
    }

    @Test
    void itAcceptsWhatJacksonAcceptsAndNothingElse() throws Exception {
        Random random = new Random(11);
        String[] seeds = {
            "{\"a\" : [1.5e3, \"x\\u00e9\\ud83d\\ude00\u00e9\", true], \"b\":{\"c\":null}}",
            "[-0.1E+2,[],{},\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",false,{\"a\":1,\"b\":2,\"\\u0063\":3}]",
            "{\"eight bytes and more\":\"01234567\u20ac89012345\ud83d\ude0067890123456789\",\"x\":\"\"}"
        };
        byte[] odd = "{}[]:,\"\\/u0dD89aAeE-+.tfn \t\r\n\u0000\u001f\u007f\u0080\u00bf\u00c3\u00e2\u00ed\u00f4\u00ff"
                .getBytes(ISO_8859_1);
        int accepted = 0;
        for (int i = 0; i < 150_000; i++) {
            byte[] text = seeds[i % seeds.length].getBytes(UTF_8);
            for (int n = random.nextInt(4); n > 0; n--) {
                text[random.nextInt(text.length)] = odd[random.nextInt(odd.length)];
            }
            int length = random.nextInt(8) == 0 ? random.nextInt(text.length + 1) : text.length;
            byte[] cut = Arrays.copyOf(text, length);
            boolean isAccepted = isAccepted(cut);
            assertThat(isAccepted).as(() -> new String(cut, ISO_8859_1)).isEqualTo(isAcceptedByJackson(cut));
            accepted += isAccepted ? 1 : 0;
        }
        assertThat(accepted).isBetween(30_000, 120_000);
    }

    private static boolean isAccepted(byte[] text) {
        try {
            compact(text);
            return true;
        } catch (MalformedJsonException e) {
            return false;
        }
    }

    /** Given characters, as Jackson takes other encodings, too; what it lets pass is looked at here. */
    private static boolean isAcceptedByJackson(byte[] text) throws IOException {
        String characters;
        try {
            characters = UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException e) {
            return false;
        }
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser parser = factory.createParser(characters)) {
            int depth = 0;
            int values = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
                    if (!JsonStrings.isWellFormed(parser.getText())) {
                        return false;
                    }
                }
                values += depth == 0 ? 1 : 0;
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
            return values == 1 && depth == 0;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    @Test
    void manyNamesAreComparedHoweverTheyAreSpelledOrCollide() {
        StringBuilder names = new StringBuilder("{");
        for (int i = 0; i < 40; i++) {
            names.append("\"n").append(i).append("\":").append(i).append(',');
        }
        assertThat(compact(names + "\"last\":0}")).isNotEmpty();
        for (String repeated : new String[] {"n0", "n39", "\\u006e17"}) {
            assertThatThrownBy(() -> compact(names + "\"" + repeated + "\":0}"))
                    .hasMessageContaining("a duplicate member name at byte ");
        }
        // Of one hash, few and many.
        String colliding = "\"AaAa\":0,\"BBBB\":0,\"AaBB\":0,\"BBAa\":0";
        assertThat(compact("{" + colliding + "}")).isNotEmpty();
        assertThat(compact(names + colliding + "}")).isNotEmpty();
        assertThatThrownBy(() -> compact("{" + colliding + ",\"AaBB\":1}")).hasMessageContaining("duplicate");
        assertThatThrownBy(() -> compact(names + colliding + ",\"AaBB\":1}")).hasMessageContaining("duplicate");
    }

    @Test
    void whatIsAcceptedIsWhatJacksonReadsAndChangedBytesNeverEscapeAsAnotherException() throws Exception {
        Random random = new Random(7);
        ObjectMapper mapper = new ObjectMapper();
        byte[] seed = "{\"a\" : [1.5e3, \"x\\u00e9\\ud83d\\ude00é\", true], \"b\":{\"c\":null}}".getBytes(UTF_8);
        byte[] odd = "{}[]:,\"\\u0d89e-+.tfn \u0000\u00c3\u00ff".getBytes(ISO_8859_1);
        for (int i = 0; i < 50_000; i++) {
            byte[] text = seed.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                text[random.nextInt(text.length)] = odd[random.nextInt(odd.length)];
            }
            byte[] compact;
            try {
                compact = compact(text);
            } catch (MalformedJsonException e) {
                continue;
            }
            assertThat(mapper.readTree(compact)).isEqualTo(mapper.readTree(text));
            assertThat(compact(compact)).isSameAs(compact);
        }
    }
}
