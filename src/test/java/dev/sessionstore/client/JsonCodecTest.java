package dev.sessionstore.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.StdConverter;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonCodecTest {
    private final JsonCodec codec = new JsonCodec();

    record Item(String sku, int itemCount) {}

    private String json(Object value) {
        return new String(codec.encode("a", value), UTF_8);
    }

    private Object plain(String json) {
        return codec.decode("a", json.getBytes(UTF_8), Object.class);
    }

    @Test
    void valuesArePlainJson() {
        assertThat(json(null)).isEqualTo("null");
        assertThat(json("é\"")).isEqualTo("\"é\\\"\"");
        assertThat(json(Arrays.asList(1, 2.5, true, null))).isEqualTo("[1,2.5,true,null]");
        assertThat(json(new Item("s", 2))).isEqualTo("{\"sku\":\"s\",\"itemCount\":2}");
    }

    @Test
    void whatIsReadWithoutATypeIsPlain() {
        assertThat(plain("null")).isNull();
        assertThat(plain("1")).isEqualTo(1);
        assertThat(plain("12345678901")).isEqualTo(12345678901L);
        assertThat(plain("123456789012345678901")).isEqualTo(new BigInteger("123456789012345678901"));
        assertThat(plain("{\"@class\":\"java.util.logging.FileHandler\"}"))
                .isEqualTo(Map.of("@class", "java.util.logging.FileHandler"));
        assertThat(plain("[\"javax.swing.JFrame\",{}]")).isEqualTo(List.of("javax.swing.JFrame", Map.of()));
    }

    @Test
    void aNewerVersionsPropertiesArePassedOver() {
        assertThat(codec.decode("a", "{\"sku\":\"s\",\"itemCount\":1,\"new\":{}}".getBytes(UTF_8), Item.class))
                .isEqualTo(new Item("s", 1));
    }

    static Stream<Object> times() {
        Instant instant = Instant.parse("2026-11-21T18:09:47.255123456Z");
        ZonedDateTime zoned = instant.atZone(ZoneId.of("Europe/Berlin"));
        return Stream.of(
                instant,
                zoned,
                zoned.toOffsetDateTime(),
                zoned.toLocalDateTime(),
                zoned.toLocalDate(),
                zoned.toLocalTime(),
                zoned.getOffset(),
                MonthDay.from(zoned),
                Duration.ofMillis(1500));
    }

    @ParameterizedTest
    @MethodSource("times")
    void timesAreIsoText(Object time) {
        assertThat(json(time)).isEqualTo("\"" + time + "\"");
        assertThat(codec.decode("a", codec.encode("a", time), time.getClass())).isEqualTo(time);
    }

    @Test
    void theApplicationsMapperDecides() {
        JsonCodec own = new JsonCodec(JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build());
        byte[] json = own.encode("a", new Item("s", 1));
        assertThat(json).asString().contains("item_count");
        assertThat(own.decode("a", json, Item.class)).isEqualTo(new Item("s", 1));
    }

    @JsonDeserialize(converter = Picky.class)
    static final class Picked {}

    static final class Picky extends StdConverter<String, Picked> {
        @Override
        public Picked convert(String value) {
            throw new IllegalStateException(value);
        }
    }

    @Test
    void whateverAClassThrowsIsAFailureWithoutItsWords() {
        AttributeFormatException failure = catchThrowableOfType(
                AttributeFormatException.class, () -> codec.decode("a", "\"secret\"".getBytes(UTF_8), Picked.class));
        assertThat(failure).hasMessageContaining("\"a\"").hasNoCause();
        assertThat(failure.getMessage()).doesNotContain("secret");
    }

    @Test
    void failuresNameTheAttributeAndTheTypeAndNoValue() {
        for (String json : List.of("\"secret\"", "{\"sku\":{\"secret\":1}}", "[\"secret\"]", "[\"secret\"")) {
            AttributeFormatException failure = catchThrowableOfType(
                    AttributeFormatException.class, () -> codec.decode("cart", json.getBytes(UTF_8), Item.class));
            assertThat(failure).hasMessageContaining("\"cart\"").hasMessageContaining(Item.class.getName());
            assertThat(failure.getMessage()).doesNotContain("secret");
            assertThat(failure.getCause()).isNull();
        }
        AttributeFormatException failure = catchThrowableOfType(
                AttributeFormatException.class,
                () -> codec.decode("when", "\"secret\"".getBytes(UTF_8), LocalDate.class));
        assertThat(failure.getMessage())
                .contains("\"when\"", "java.time.LocalDate")
                .doesNotContain("secret");
        assertThat(catchThrowableOfType(
                                AttributeFormatException.class,
                                () -> codec.decode(
                                        "a",
                                        "[\"secret\"]".getBytes(UTF_8),
                                        new TypeReference<List<Item>>() {}.getType()))
                        .getMessage())
                .contains("List<")
                .doesNotContain("secret");
    }
}
