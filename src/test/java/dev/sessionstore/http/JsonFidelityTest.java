package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values come back as they went in, to the letter; only insignificant white space goes. */
class JsonFidelityTest extends ServerTest {
    static Stream<String> values() {
        return Stream.of(
                "1.10",
                "0.1000",
                "-0",
                "-0.0",
                "1E5",
                "1e+5",
                "1e-5",
                "1E-0",
                "100000000000000000000000000000",
                "123456789012345678901234567890",
                "-123456789012345678901234567890",
                "1e400",
                "9007199254740993",
                "0.1234567890123456789012345678901234567890",
                "18446744073709551616",
                "1.0e0",
                "\"\\u00e9\"",
                "\"\\u00E9\"",
                "\"é\"",
                "\"\\/\"",
                "\"/\"",
                "\"\\u0041\"",
                "\"\\ud83d\\ude00\"",
                "\"😀\"",
                "\"\\n\\t\\r\\b\\f\\\\\\\"\"",
                "\"\\u000a\"",
                "\"\\u0000\"",
                "\"\u2028\u2029\"",
                "\"\u007f\"",
                "\"\uFEFF\"",
                "\"  spaces  stay  \"",
                "\"\"",
                "[]",
                "{}",
                "[[],{},[{}]]",
                "null",
                "true",
                "false",
                "{\"z\":1,\"a\":2,\"m\":3}",
                "{\"10\":1,\"2\":2,\"1\":3}",
                "{\"\":1,\" \":2}",
                "{\"__proto__\":1,\"constructor\":2}",
                "{\"\\u0061\":1,\"b\":2}",
                "{\"a\":{\"a\":{\"a\":1}}}",
                "[1,1.0,1.00,1e0]");
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyWriteStoresAValueToTheLetter(String value) {
        String object = "{\"x\":" + value + "}";
        String id = sessions.newId("{\"attributes\": " + object + "}");
        assertThat(sessions.attributesText(id)).isEqualTo(object);
        assertThat(sessions.read(id).text().replace("\"attributes\": ", "\"attributes\":"))
                .contains("\"attributes\":" + object);

        String put = sessions.newId();
        sessions.put(put, "{\"attributes\": " + object + "}").is(200);
        assertThat(sessions.attributesText(put)).isEqualTo(object);

        String patched = sessions.newId("{}");
        sessions.patch(patched, "{\"set\": " + object + "}").is(200);
        assertThat(sessions.attributesText(patched)).isEqualTo(object);

        String alone = sessions.newId("{}");
        assertThat(sessions.putAttribute(alone, "x", value).is(201).text()).isEqualTo(value);
        assertThat(sessions.attribute(alone, "x").text()).isEqualTo(value);
        assertThat(sessions.attributesText(alone)).isEqualTo(object);

        String rotated = sessions.rotate(sessions.newId("{}"), "{\"changes\": {\"set\": " + object + "}}")
                .is(200)
                .id();
        assertThat(sessions.attributesText(rotated)).isEqualTo(object);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.10", "123456789012345678901234567890", "\"\\u00e9\"", "[1.0,{\"z\":null,\"a\":1e5}]"})
    void aMergePatchStoresItsValuesToTheLetter(String value) {
        String id = sessions.newId("{}");
        sessions.merge(id, "{\"attributes\": {\"x\": " + value + "}}").is(200);

        assertThat(sessions.attributesText(id)).isEqualTo("{\"x\":" + value + "}");
    }

    @Test
    void onlyInsignificantWhiteSpaceGoes() {
        String id =
                sessions.newId("\r\n\t {\"attributes\" : {\t\"a b\" :\r\n[ 1 , 2.50 ,\"x  y\" ] , \"c\" : { } } }\n ");

        assertThat(sessions.attributesText(id)).isEqualTo("{\"a b\":[1,2.50,\"x  y\"],\"c\":{}}");
    }

    @Test
    void untouchedMembersKeepPlaceAndTextWhateverHappensAround() {
        String id = sessions.newId("{\"attributes\": {\"z\": 1.10, \"\\u0062\": \"\\u00e9\", \"a\": 1e5, \"d\": 0}}");
        sessions.patch(id, json("{'set': {'a': 2, 'new': 3}, 'remove': ['d']}")).is(200);
        sessions.putAttribute(id, "new", "4.0").is(200);
        sessions.merge(id, json("{'attributes': {'a': 5.50}}")).is(200);

        assertThat(sessions.attributesText(id))
                .isEqualTo("{\"z\":1.10,\"\\u0062\":\"\\u00e9\",\"a\":5.50,\"new\":4.0}");
        String next = sessions.rotate(id).is(200).id();
        assertThat(sessions.attributesText(next))
                .isEqualTo("{\"z\":1.10,\"\\u0062\":\"\\u00e9\",\"a\":5.50,\"new\":4.0}");
    }

    @Test
    void principalAndLabelComeBackInUtf8() {
        Answer answer = sessions.create("{\"principal\": \"Zoë \\ud83d\\ude00\", \"label\": \"日本語 – \\\"x\\\" \\\\\"}")
                .is(201);

        Answer read = sessions.read(answer.id()).is(200);
        assertThat(read.field("principal").asText()).isEqualTo("Zoë 😀");
        assertThat(read.field("label").asText()).isEqualTo("日本語 – \"x\" \\");
    }
}
