package dev.sessionstore.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    private static final DateTimeFormatter THREE_DECIMALS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private static void agrees(long millis) {
        String text = Times.format(millis);
        assertThat(text).isEqualTo(THREE_DECIMALS.format(Instant.ofEpochMilli(millis)));
        assertThat(Times.parse(text)).isEqualTo(millis);
    }

    @Test
    void everyDayOfTenThousandYearsIsWrittenAndReadAsJavaDoes() {
        long day = 86_400_000L;
        for (long at = FIRST; at <= LAST; at += day * 11) {
            agrees(at);
            agrees(at + day - 1);
        }
        for (int year = 0; year <= 9999; year++) {
            for (String end : new String[] {"-01-01", "-02-28", "-03-01", "-12-31"}) {
                agrees(Instant.parse(String.format("%04d%sT00:00:00Z", year, end))
                        .toEpochMilli());
            }
        }
    }

    @Test
    void randomAndEdgeInstantsAreWrittenAndReadAsJavaDoes() {
        Random random = new Random(1);
        for (int i = 0; i < 30_000; i++) {
            agrees(FIRST + (long) (random.nextDouble() * (LAST - FIRST)));
        }
        for (long edge :
                new long[] {FIRST, LAST, -1, 0, 1, -86_400_000, -86_400_001, 951_782_400_000L, 951_782_399_999L}) {
            agrees(edge);
        }
        assertThat(Times.format(1_795_284_587_255L)).isEqualTo("2026-11-21T18:09:47.255Z");
    }

    @Test
    void offsetsAgreeWithJava() {
        Random random = new Random(2);
        for (int i = 0; i < 10_000; i++) {
            OffsetDateTime time = Instant.ofEpochMilli(
                            random.nextInt(Integer.MAX_VALUE) * 60_000L + random.nextInt(60_000))
                    .atOffset(ZoneOffset.ofTotalSeconds((random.nextInt(36 * 60) - 18 * 60) * 60));
            String text =
                    DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx").format(time);
            assertThat(Times.parse(text)).isEqualTo(time.toInstant().toEpochMilli());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T18:09:47Z, 2026-11-21T18:09:47.000Z",
        "2026-11-21t18:09:47z, 2026-11-21T18:09:47.000Z",
        "2026-11-21T18:09:47.2Z, 2026-11-21T18:09:47.200Z",
        "2026-11-21T18:09:47.25Z, 2026-11-21T18:09:47.250Z",
        "2026-11-21T18:09:47.2559999999999999999999Z, 2026-11-21T18:09:47.255Z",
        "2026-11-21T18:09:47.255+01:30, 2026-11-21T16:39:47.255Z",
        "2026-11-21T18:09:47-23:59, 2026-11-22T18:08:47.000Z",
        "2026-11-21T18:09:47-00:00, 2026-11-21T18:09:47.000Z",
        "1969-12-31T23:59:59.9999Z, 1969-12-31T23:59:59.999Z",
        "2024-02-29T00:00:00Z, 2024-02-29T00:00:00.000Z",
        "2000-02-29T00:00:00Z, 2000-02-29T00:00:00.000Z",
    })
    void readsWhatTheRfcAllows(String text, String utc) {
        assertThat(Times.format(Times.parse(text))).isEqualTo(utc);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026-11-21",
                "2026-11-21T18:09Z",
                "2026-11-21T18:09:47",
                "2026-11-21 18:09:47Z",
                "2026-11-21T18:09:47.Z",
                "2026-11-21T18:09:47,5Z",
                "2026-11-21T18:09:47.5",
                "2026-11-21T18:09:47+0100",
                "2026-11-21T18:09:47+01",
                "2026-11-21T18:09:47+01:0",
                "2026-11-21T18:09:47+24:00",
                "2026-11-21T18:09:47+01:60",
                "2026-11-21T18:09:47Z ",
                " 2026-11-21T18:09:47Z",
                "2026-11-21T18:09:47ZZ",
                "2026-13-21T18:09:47Z",
                "2026-00-21T18:09:47Z",
                "2026-11-31T18:09:47Z",
                "2026-11-00T18:09:47Z",
                "2026-02-29T18:09:47Z",
                "2100-02-29T18:09:47Z",
                "2026-11-21T24:00:00Z",
                "2026-11-21T18:60:47Z",
                "2026-11-21T18:09:61Z",
                "+2026-11-21T18:09:47Z",
                "-026-11-21T18:09:47Z",
                "12026-11-21T18:09:47Z",
                "२०२६-11-21T18:09:47Z",
                "2026-11-21T18:09:47.१Z",
                "2026-11-21T18:09:47\u221201:00",
                "9999-12-31T23:59:59-00:01",
                "0000-01-01T00:00:00+00:01",
                "2026/11/21T18:09:47Z",
                "2026-11-21T18-09-47Z",
                "2026-11-21T1 :09:47Z"
            })
    void refusesTheRestWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> Times.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(text.length() < 5 || !e.getMessage().contains(text))
                        .isTrue());
    }

    @Test
    void saysThatLeapSecondsAreNotSupported() {
        assertThatThrownBy(() -> Times.parse("2016-12-31T23:59:60Z")).hasMessageContaining(":60");
    }

    @Test
    void refusesToWriteWhatFourDigitsCannotHold() {
        assertThatThrownBy(() -> Times.format(LAST + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Times.format(FIRST - 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
