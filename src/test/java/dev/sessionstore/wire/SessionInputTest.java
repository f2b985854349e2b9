package dev.sessionstore.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.wire.SessionInput.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionInputTest {
    private static SessionInput parse(String json, Kind kind) {
        return SessionInput.parse(JsonText.compact(json.getBytes(UTF_8), 64), kind);
    }

    /** The one fault of a creation with that member. */
    private static FieldFault fault(String name, String value) {
        SessionInput input = parse("{\"" + name + "\":" + value + "}", Kind.CREATE);
        assertThat(input.faults()).as(name + " " + value).hasSize(1);
        FieldFault fault = input.faults().get(0);
        assertThat(fault.pointer()).isEqualTo("/" + name);
        return fault;
    }

    private static List<String> pointers(SessionInput input) {
        return input.faults().stream().map(FieldFault::pointer).toList();
    }

    @Test
    void readsEveryField() {
        SessionInput input = parse("""
                {"attributes": {"cart" : [1.10]}, "principal": "user-42", "label": "F\\u00efrefox", "binding": "agent 1",
                 "permanent": true, "idleTimeoutSeconds": 1, "absoluteTimeoutSeconds": 3155760000,
                 "endsAt": "2026-11-21t18:09:47.2559z"}
                """, Kind.CREATE);
        assertThat(input.faults()).isEmpty();
        assertThat(new String(input.attributes(), UTF_8)).isEqualTo("{\"cart\":[1.10]}");
        assertThat(input.principal().or(null)).isEqualTo("user-42");
        assertThat(input.label().or(null)).isEqualTo("Fïrefox");
        assertThat(input.binding().or(null)).isEqualTo("agent 1");
        assertThat(input.permanent()).isTrue();
        assertThat(input.idleTimeoutSeconds().or(null)).isEqualTo(1);
        assertThat(input.absoluteTimeoutSeconds().or(null)).isEqualTo(3_155_760_000L);
        assertThat(input.endsAt().or(null)).isEqualTo(1_795_284_587_255L);
        assertThat(input.toString()).doesNotContain("user-42", "cart", "agent");
    }

    @Test
    void tellsAbsentFromNull() {
        SessionInput none = parse("""
                {"principal": null, "label": null, "binding": null, "idleTimeoutSeconds": null,
                 "absoluteTimeoutSeconds": null, "endsAt": null}
                """, Kind.PATCH);
        assertThat(none.faults()).isEmpty();
        for (Field<?> each : List.of(
                none.principal(),
                none.label(),
                none.binding(),
                none.idleTimeoutSeconds(),
                none.absoluteTimeoutSeconds(),
                none.endsAt())) {
            assertThat(each.isPresent()).isTrue();
            assertThat(each.or(null)).isNull();
        }
        assertThat(none.principal().or("before")).isNull();
        assertThat(SessionInput.EMPTY.principal().isPresent()).isFalse();
        assertThat(SessionInput.EMPTY.principal().or("before")).isEqualTo("before");
        assertThat(SessionInput.EMPTY.attributes()).isNull();
        assertThat(SessionInput.EMPTY.permanent()).isNull();
        assertThat(SessionInput.EMPTY.faults()).isEmpty();
        assertThat(Field.of("secret").toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "null", "\"{}\"", "true"})
    void aBodyThatIsNoObjectIsAFaultOfTheWhole(String body) {
        for (Kind kind : Kind.values()) {
            assertThat(parse(body, kind).faults()).containsExactly(new FieldFault("", "must be a JSON object"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "3155760001",
                "60.0",
                "6e1",
                "\"60\"",
                "true",
                "[]",
                "{}",
                "-0",
                "1e999999999",
                "99999999999999999999999"
            })
    void timeoutsArePlainIntegersWithinLimits(String value) {
        for (String name : new String[] {"idleTimeoutSeconds", "absoluteTimeoutSeconds"}) {
            assertThat(fault(name, value).detail()).endsWith("must be an integer from 1 to 3155760000, or null");
        }
    }

    @Test
    void faultsRepeatShortNumbersOnly() {
        assertThat(fault("idleTimeoutSeconds", "0").detail())
                .isEqualTo("is 0; must be an integer from 1 to 3155760000, or null");
        assertThat(fault("idleTimeoutSeconds", "9".repeat(1000)).detail()).startsWith("must be");
        assertThat(fault("idleTimeoutSeconds", "\"secret\"").detail()).doesNotContain("secret");
        assertThat(fault("endsAt", "\"secret\"").detail()).doesNotContain("secret");
        assertThat(fault("principal", "\"secret\\n\"").detail()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({"principal, 256", "label, 256", "binding, 1024"})
    void textsAreCountedInCodePointsAndHaveNoControlCharacters(String name, int most) {
        assertThat(parse("{\"" + name + "\":\"" + "😀".repeat(most) + "\"}", Kind.PUT)
                        .faults())
                .hasSize(1); // of the missing attributes
        assertThat(fault(name, '"' + "😀".repeat(most + 1) + '"').detail())
                .startsWith("is " + (most + 1) + " code points; ")
                .contains("1 to " + most);
        assertThat(fault(name, "\"\"").detail()).startsWith("is 0 code points");
        for (String bad :
                new String[] {"\"a\\u0000\"", "\"a\\n\"", "\"\\t\"", "\"\u007f\"", "\"\u0085\"", "\"\\u009f\""}) {
            assertThat(fault(name, bad).detail()).contains("control character");
        }
        for (String bad : new String[] {"1", "true", "[]", "{}"}) {
            assertThat(fault(name, bad).detail()).startsWith("must be a string");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\" a\"", "\"a \"", "\" \"", "\"\\ta\"", "\"a\\t\""})
    void aBindingIsWhatAHeaderCanCarry(String value) {
        fault("binding", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "\"true\"", "{}"})
    void permanentIsTrueOrFalse(String value) {
        assertThat(fault("permanent", value).detail()).endsWith("must be true or false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "\"\"",
                "\"2026-11-21\"",
                "\"2026-11-21T18:09:47\"",
                "{}",
                "false",
                "\"2026-02-30T00:00:00Z\""
            })
    void endsAtIsATime(String value) {
        assertThat(fault("endsAt", value).detail()).contains("RFC 3339").endsWith(", or null");
    }

    @Test
    void endsAtWithALeapSecondSaysSo() {
        assertThat(fault("endsAt", "\"2016-12-31T23:59:60Z\"").detail()).contains(":60");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "1", "\"\"", "false"})
    void attributesAreAnObject(String value) {
        for (Kind kind : new Kind[] {Kind.CREATE, Kind.PUT, Kind.MERGE}) {
            assertThat(parse("{\"attributes\":" + value + "}", kind).faults())
                    .containsExactly(new FieldFault("/attributes", "must be a JSON object"));
        }
    }

    @Test
    void putRequiresAttributesAndTheOthersDoNot() {
        assertThat(pointers(parse("{}", Kind.PUT))).containsExactly("/attributes");
        for (Kind kind : new Kind[] {Kind.CREATE, Kind.PATCH, Kind.MERGE}) {
            assertThat(parse("{}", kind).faults()).isEmpty();
        }
    }

    @Test
    void theServersFieldsAreIgnoredByPutAndRefusedElsewhere() {
        String body = """
                {"attributes": {}, "id": 1, "handle": null, "namespace": [], "version": "x", "createdAt": {},
                 "lastAccessedAt": 1, "expiresAt": false}
                """;
        assertThat(parse(body, Kind.PUT).faults()).isEmpty();
        assertThat(parse(body, Kind.CREATE).faults())
                .hasSize(7)
                .allSatisfy(each -> assertThat(each.detail()).contains("the server's own"));
        assertThat(pointers(parse(body, Kind.MERGE)))
                .containsExactly(
                        "/id", "/handle", "/namespace", "/version", "/createdAt", "/lastAccessedAt", "/expiresAt");
        assertThat(pointers(parse("{\"version\":3}", Kind.PATCH))).containsExactly("/version");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void unknownFieldsAreFaultsWithAnEscapedPointer(Kind kind) {
        SessionInput input = parse("{\"attributes\":{},\"a/b~c\":1,\"\":2,\"Label\":3}", kind);
        assertThat(pointers(input)).contains("/a~1b~0c", "/", "/Label");
    }

    @Test
    void patchTakesSetAndRemoveAndTheOthersDoNot() {
        SessionInput input = parse(
                "{\"set\": {\"z\": null, \"\\u0061\": [ 1.10 ]}, \"remove\": [\"x\", \"\\u0079\", \"x\"]}", Kind.PATCH);
        assertThat(input.faults()).isEmpty();
        assertThat(input.set().keySet()).containsExactly("z", "a");
        assertThat(new String(input.set().get("a"), UTF_8)).isEqualTo("[1.10]");
        assertThat(input.remove()).containsExactly("x", "y");
        for (Kind kind : new Kind[] {Kind.CREATE, Kind.PUT, Kind.MERGE}) {
            assertThat(pointers(parse("{\"attributes\":{},\"set\":{},\"remove\":[]}", kind)))
                    .containsExactly("/set", "/remove");
        }
    }

    @Test
    void patchFaultsNameTheirPlace() {
        assertThat(pointers(parse("{\"attributes\":{}}", Kind.PATCH))).containsExactly("/attributes");
        assertThat(pointers(parse("{\"set\":null,\"remove\":\"a\"}", Kind.PATCH)))
                .containsExactly("/set", "/remove");
        assertThat(pointers(parse("{\"set\":[],\"remove\":null}", Kind.PATCH))).containsExactly("/set", "/remove");
        assertThat(pointers(parse("{\"remove\":[\"a\",1,null,\"b\",[]]}", Kind.PATCH)))
                .containsExactly("/remove/1", "/remove/2", "/remove/4");
        assertThat(pointers(parse("{\"remove\":[\"a/b\",\"c\"],\"set\":{\"a\\/b\":1,\"d\":2}}", Kind.PATCH)))
                .containsExactly("/set/a~1b");
    }

    @Test
    void allFaultsAreCollectedButNotWithoutEnd() {
        assertThat(pointers(parse("{\"label\":1,\"x\":1,\"permanent\":0,\"endsAt\":1}", Kind.PUT)))
                .containsExactly("/label", "/x", "/permanent", "/endsAt", "/attributes");
        StringBuilder many = new StringBuilder("{\"x\":1");
        for (int i = 0; i < 1000; i++) {
            many.append(",\"x").append(i).append("\":1");
        }
        assertThat(parse(many.append('}').toString(), Kind.CREATE).faults()).hasSize(100);
    }

    @Test
    void mergeKeepsThePatchAsItIs() {
        SessionInput input = parse("{\"attributes\":{\"a\":null,\"b\":{\"c\":1.0}},\"label\":null}", Kind.MERGE);
        assertThat(input.faults()).isEmpty();
        assertThat(new String(input.attributes(), UTF_8)).isEqualTo("{\"a\":null,\"b\":{\"c\":1.0}}");
        assertThat(input.label().isPresent()).isTrue();
    }
}
