package dev.sessionstore.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.CpuTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RotateAndExpireInputTest {
    private static RotateInput rotate(String json) {
        return RotateInput.parse(JsonText.compact(json.getBytes(UTF_8), 64));
    }

    private static ExpireInput expire(String json) {
        return ExpireInput.parse(JsonText.compact(json.getBytes(UTF_8), 64));
    }

    private static List<String> pointers(List<FieldFault> faults) {
        return faults.stream().map(FieldFault::pointer).toList();
    }

    @Test
    void rotationReadsItsFields() {
        RotateInput input = rotate(
                "{\"newId\":\"any shape\",\"changes\":{\"principal\":\"u\",\"set\":{\"a\":1}},\"graceSeconds\":60}");
        assertThat(input.faults()).isEmpty();
        assertThat(input.newId()).isEqualTo("any shape");
        assertThat(input.changes().principal().or(null)).isEqualTo("u");
        assertThat(input.changes().set()).containsOnlyKeys("a");
        assertThat(input.graceSeconds()).isEqualTo(60);
        assertThat(input.toString()).doesNotContain("any shape");
    }

    @Test
    void rotationHasDefaults() {
        RotateInput input = rotate("{}");
        assertThat(input.newId()).isNull();
        assertThat(input.changes()).isSameAs(SessionInput.EMPTY);
        assertThat(input.graceSeconds()).isZero();
        assertThat(input.faults()).isEmpty();
        assertThat(RotateInput.EMPTY.faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "61", "1.0", "1e1", "\"5\"", "null", "true", "-0", "99999999999999"})
    void graceIsAnIntegerUpToSixty(String value) {
        assertThat(pointers(rotate("{\"graceSeconds\":" + value + "}").faults()))
                .containsExactly("/graceSeconds");
    }

    @Test
    void rotationFaultsNameTheirPlace() {
        assertThat(pointers(rotate("{\"newId\":null,\"x\":1}").faults())).containsExactly("/newId", "/x");
        assertThat(pointers(rotate("{\"changes\":null}").faults())).containsExactly("/changes");
        assertThat(pointers(rotate("[]").faults())).containsExactly("");
        assertThat(pointers(rotate(
                                "{\"changes\":{\"attributes\":{},\"id\":1,\"a/b\":1,\"set\":{\"q\":1},\"remove\":[\"q\",2]}}")
                        .faults()))
                .containsExactly(
                        "/changes/attributes", "/changes/id", "/changes/a~1b", "/changes/remove/1", "/changes/set/q");
    }

    @Test
    void expiryIsATimeOrADistance() {
        assertThat(expire("{\"at\":\"2026-11-21T18:09:47.255Z\"}").at()).isEqualTo(1_795_284_587_255L);
        assertThat(expire("{\"at\":\"2026-11-21T18:09:47.255Z\"}").inMillis()).isNull();
        assertThat(expire("{\"inSeconds\":1.5}").inMillis()).isEqualTo(1500);
        assertThat(expire("{\"inSeconds\":1.5}").at()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "-0.0e5, 0",
        "0e999999999999999999999, 0",
        "1, 1000",
        "0.0015, 1",
        "0.0009999, 0",
        "1.9999, 1999",
        "1e3, 1000000",
        "1E+3, 1000000",
        "15e-1, 1500",
        "0.00012e4, 1200",
        "1e-999999999, 0",
        "1e-99999999999999999999999, 0",
        "3155760000, 3155760000000",
        "3155760000.000, 3155760000000",
        "3.15576e9, 3155760000000",
        "3155759999.9999, 3155759999999",
        "12.34567e1, 123456",
        "100, 100000",
        "0.1, 100",
        "10.01, 10010"
    })
    void distancesAreCutToMilliseconds(String seconds, long millis) {
        ExpireInput input = expire("{\"inSeconds\":" + seconds + "}");
        assertThat(input.faults()).isEmpty();
        assertThat(input.inMillis()).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "-0.0001",
                "-1e-99",
                "3155760000.0001",
                "3155760001",
                "9999999999",
                "1e10",
                "1e999999999",
                "1e99999999999999999999999999999",
                "null",
                "\"1\"",
                "true",
                "[]",
                "{}"
            })
    void distancesHaveLimits(String seconds) {
        assertThat(pointers(expire("{\"inSeconds\":" + seconds + "}").faults())).containsExactly("/inSeconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "\"\"", "\"2026-11-21\"", "\"2016-12-31T23:59:60Z\""})
    void aTimeOfEndIsATime(String value) {
        assertThat(pointers(expire("{\"at\":" + value + "}").faults())).containsExactly("/at");
    }

    @Test
    void neitherOrBothIsAFaultOfTheWhole() {
        assertThat(pointers(expire("{}").faults())).containsExactly("");
        assertThat(pointers(expire("{\"at\":\"2026-11-21T18:09:47Z\",\"inSeconds\":1}")
                        .faults()))
                .containsExactly("");
        assertThat(pointers(expire("[]").faults())).containsExactly("");
        assertThat(pointers(expire("{\"inSeconds\":1,\"x\":1}").faults())).containsExactly("/x");
    }

    @Test
    void aMillionDigitsTakeNoLongerThanReadingThem() {
        CpuTime.isLessThan(Duration.ofSeconds(2), () -> {
            assertThat(expire("{\"inSeconds\":0." + "0".repeat(1 << 20) + "1}").inMillis())
                    .isZero();
            assertThat(expire("{\"inSeconds\":1." + "9".repeat(1 << 20) + "}").inMillis())
                    .isEqualTo(1999);
            assertThat(expire("{\"inSeconds\":" + "9".repeat(1 << 20) + "}").faults())
                    .hasSize(1);
            assertThat(expire("{\"inSeconds\":1e" + "9".repeat(1 << 20) + "}").faults())
                    .hasSize(1);
        });
    }
}
