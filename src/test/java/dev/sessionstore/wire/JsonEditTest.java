package dev.sessionstore.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonEditTest {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final String[] NAMES = {"a", "b", "é", "a\"b", "a\\b", "", "/", "😀", "\n", "null", "~", "a,b:{}"};
    private static final String[] SCALARS = {
        "null",
        "true",
        "1.10",
        "-0",
        "1e2",
        "123456789012345678901234567890",
        "\"\"",
        "\"a,b}]\"",
        "\"\\\"\\\\\"",
        "\"\\u00e9é\"",
        "[]",
        "[null,{\"a\":null},[1]]",
        "\"{\""
    };

    private static byte[] bytes(String json) {
        return json.getBytes(UTF_8);
    }

    private static String text(byte[] json) {
        return new String(json, UTF_8);
    }

    @Test
    void getFindsByTheUnescapedName() {
        byte[] object = bytes("{\"b\":[1,2],\"\\u0061\":1.10,\"x\":{\"y\":\"}\"},\"é\":null,\"\":\"\"}");
        assertThat(text(JsonEdit.get(object, "a"))).isEqualTo("1.10");
        assertThat(text(JsonEdit.get(object, "b"))).isEqualTo("[1,2]");
        assertThat(text(JsonEdit.get(object, "x"))).isEqualTo("{\"y\":\"}\"}");
        assertThat(text(JsonEdit.get(object, "é"))).isEqualTo("null");
        assertThat(text(JsonEdit.get(object, ""))).isEqualTo("\"\"");
        assertThat(JsonEdit.get(object, "y")).isNull();
        assertThat(JsonEdit.get(bytes("{}"), "y")).isNull();
    }

    @Test
    void replacedMembersKeepTheirPlaceAndSpellingAndNewOnesFollow() {
        Map<String, byte[]> set = new LinkedHashMap<>();
        set.put("new \"é\u0001", bytes("[1]"));
        set.put("b", bytes("null"));
        set.put("z", bytes("{}"));
        byte[] after = JsonEdit.apply(bytes("{\"a\":1.10,\"\\u0062\":2,\"c\":3}"), set, Set.of("c", "absent"));
        assertThat(text(after)).isEqualTo("{\"a\":1.10,\"\\u0062\":null,\"new \\\"é\\u0001\":[1],\"z\":{}}");
    }

    @Test
    void removingEverythingLeavesAnEmptyObject() {
        assertThat(text(JsonEdit.apply(bytes("{\"a\":1,\"b\":2}"), Map.of(), Set.of("a", "b"))))
                .isEqualTo("{}");
    }

    @Test
    void theSameArrayComesBackWhenNothingChanged() {
        byte[] object = bytes("{\"a\":1,\"b\":{\"c\":2}}");
        assertThat(JsonEdit.apply(object, Map.of(), Set.of())).isSameAs(object);
        assertThat(JsonEdit.apply(object, Map.of("a", bytes("1")), Set.of("absent")))
                .isSameAs(object);
        assertThat(JsonEdit.merge(object, bytes("{}"))).isSameAs(object);
        assertThat(JsonEdit.merge(object, bytes("{\"x\":null,\"b\":{\"c\":2}}")))
                .isSameAs(object);
        assertThat(JsonEdit.apply(object, Map.of("a", bytes("1.0")), Set.of())).isNotSameAs(object);
    }

    @Test
    void aNameThatUtf8CannotHoldIsNotWritten() {
        assertThatThrownBy(() -> JsonEdit.apply(bytes("{}"), Map.of("\ud800", bytes("1")), Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(text(JsonEdit.apply(bytes("{}"), Map.of("😀", bytes("1")), Set.of())))
                .isEqualTo("{\"😀\":1}");
    }

    /** The examples of RFC 7396, appendix A, whose target and patch are objects. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":\"b\"}             | {\"a\":\"c\"}              | {\"a\":\"c\"}",
                "{\"a\":\"b\"}             | {\"b\":\"c\"}              | {\"a\":\"b\",\"b\":\"c\"}",
                "{\"a\":\"b\"}             | {\"a\":null}               | {}",
                "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null}               | {\"b\":\"c\"}",
                "{\"a\":[\"b\"]}           | {\"a\":\"c\"}              | {\"a\":\"c\"}",
                "{\"a\":\"c\"}             | {\"a\":[\"b\"]}            | {\"a\":[\"b\"]}",
                "{\"a\":{\"b\":\"c\"}}     | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
                "{\"a\":[{\"b\":\"c\"}]}   | {\"a\":[1]}                | {\"a\":[1]}",
                "{\"e\":null}              | {\"a\":1}                  | {\"e\":null,\"a\":1}",
                "{}                        | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}"
            })
    void mergesAsTheExamplesOfTheRfc(String target, String patch, String result) {
        assertThat(text(JsonEdit.merge(bytes(target), bytes(patch)))).isEqualTo(result);
    }

    @Test
    void mergeKeepsPlacesSpellingsAndNumbers() {
        assertThat(text(JsonEdit.merge(
                        bytes("{\"\\u0061\":{\"x\":1.10,\"y\":2},\"b\":1e2,\"c\":[null]}"),
                        bytes("{\"c\":null,\"a\":{\"y\":3.0,\"\\u006e\":{\"q\":null,\"r\":[null]}}}"))))
                .isEqualTo("{\"\\u0061\":{\"x\":1.10,\"y\":3.0,\"\\u006e\":{\"r\":[null]}},\"b\":1e2}");
    }

    @Test
    void worksTwoHundredLevelsDeep() {
        String deep = "{\"a\":".repeat(200) + "1" + "}".repeat(200);
        String patch = "{\"a\":".repeat(200) + "2" + "}".repeat(200);
        assertThat(text(JsonEdit.merge(bytes(deep), bytes(patch)))).isEqualTo(patch);
        assertThat(text(JsonEdit.merge(bytes("{}"), bytes(patch)))).isEqualTo(patch);
        assertThat(JsonEdit.get(bytes(deep), "a")).hasSize(deep.length() - 6);
        assertThat(text(JsonEdit.apply(bytes("{}"), Map.of("a", bytes(deep)), Set.of())))
                .isEqualTo("{\"a\":" + deep + "}");
    }

    @Test
    void randomEditsAgreeWithATreeAndLeaveTheRestByteForByte() throws Exception {
        Random random = new Random(42);
        for (int i = 0; i < 2_000; i++) {
            byte[] object = bytes(object(random, 3));
            Map<String, byte[]> set = new LinkedHashMap<>();
            Set<String> remove = new LinkedHashSet<>();
            for (String name : NAMES) {
                switch (random.nextInt(4)) {
                    case 0 -> set.put(name, bytes(value(random, 2)));
                    case 1 -> remove.add(name);
                    default -> {}
                }
            }
            ObjectNode expected = (ObjectNode) MAPPER.readTree(object);
            remove.forEach(expected::remove);
            for (Map.Entry<String, byte[]> each : set.entrySet()) {
                expected.set(each.getKey(), MAPPER.readTree(each.getValue()));
            }

            byte[] after = JsonEdit.apply(object, set, remove);

            assertThat(JsonText.compact(after, 200)).isSameAs(after);
            assertThat(MAPPER.readTree(after)).isEqualTo(expected);
            assertThat(names(MAPPER.readTree(after))).isEqualTo(names(expected));
            for (String name : NAMES) {
                byte[] value = set.containsKey(name)
                        ? set.get(name)
                        : remove.contains(name) ? null : JsonEdit.get(object, name);
                assertThat(JsonEdit.get(after, name)).isEqualTo(value);
            }
        }
    }

    @Test
    void randomMergesAgreeWithTheRfcsOwnProcedure() throws Exception {
        Random random = new Random(43);
        for (int i = 0; i < 2_000; i++) {
            byte[] target = bytes(object(random, 4));
            byte[] patch = bytes(object(random, 4));
            JsonNode expected = mergePatch(MAPPER.readTree(target), MAPPER.readTree(patch));

            byte[] after = JsonEdit.merge(target, patch);

            assertThat(JsonText.compact(after, 200)).isSameAs(after);
            assertThat(MAPPER.readTree(after)).isEqualTo(expected);
            assertThat(names(MAPPER.readTree(after))).isEqualTo(names(expected));
            for (String name : NAMES) {
                if (JsonEdit.get(patch, name) == null) {
                    assertThat(JsonEdit.get(after, name)).isEqualTo(JsonEdit.get(target, name));
                }
            }
        }
    }

    /** The pseudo-code of RFC 7396, section 2. */
    private static JsonNode mergePatch(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = target != null && target.isObject() ? target.deepCopy() : MAPPER.createObjectNode();
        patch.properties().forEach(each -> {
            if (each.getValue().isNull()) {
                merged.remove(each.getKey());
            } else {
                merged.set(each.getKey(), mergePatch(merged.get(each.getKey()), each.getValue()));
            }
        });
        return merged;
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String object(Random random, int depth) {
        StringBuilder out = new StringBuilder("{");
        List<String> names = new ArrayList<>(List.of(NAMES));
        Collections.shuffle(names, random);
        for (String name : names.subList(0, random.nextInt(6))) {
            out.append(out.length() == 1 ? "" : ",");
            out.append(spelled(name, random)).append(':').append(value(random, depth - 1));
        }
        return out.append('}').toString();
    }

    /** Escaped needlessly now and then: two spellings are one name. */
    private static String spelled(String name, Random random) {
        if (random.nextInt(4) > 0) {
            return text(JsonStrings.quote(name));
        }
        StringBuilder out = new StringBuilder("\"");
        for (char c : name.toCharArray()) {
            out.append(String.format("\\u%04X", (int) c));
        }
        return out.append('"').toString();
    }

    private static String value(Random random, int depth) {
        if (depth > 0 && random.nextInt(2) == 0) {
            return object(random, depth);
        }
        return SCALARS[random.nextInt(SCALARS.length)];
    }
}
