package dev.sessionstore.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.File;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SerializationCodecTest {
    record Item(String sku, int count) implements Serializable {}

    /** Runs code when it is read, as what attackers send does. */
    static final class Trap implements Serializable {
        private static final long serialVersionUID = 1L;
        static boolean sprung;

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            sprung = true;
            in.defaultReadObject();
        }
    }

    private final SerializationCodec codec = new SerializationCodec(
            ObjectInputFilter.Config.createFilter(Item.class.getName() + ";java.util.*;java.lang.*"));

    static Stream<Arguments> values() {
        return Stream.<Object>of(
                        "text",
                        new Item("s", 1),
                        new ArrayList<>(List.of("a", new Item("t", 2))),
                        new HashMap<>(Map.of("k", new Item("u", 3))),
                        new int[] {1, 2},
                        new Item[] {new Item("v", 4)})
                .map(value -> Arguments.of(value));
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatWentInComesOut(Object value) {
        byte[] json = codec.encode("a", value);
        assertThat(json).asString().matches("\"[A-Za-z0-9+/=]+\"");
        Object back = codec.decode("a", json, Object.class);
        assertThat(new Object[][] {{back}}).isDeepEqualTo(new Object[][] {{value}});
        assertThat(back.getClass()).isEqualTo(value.getClass());
    }

    @Test
    void nullIsNull() {
        assertThat(codec.encode("a", null)).asString().isEqualTo("null");
        assertThat(codec.decode("a", "null".getBytes(UTF_8), Object.class)).isNull();
    }

    @Test
    void aFilterIsRequired() {
        assertThatNullPointerException()
                .isThrownBy(() -> new SerializationCodec(null))
                .withMessage("filter");
    }

    @Test
    void aClassThatTheFilterLeavesUndecidedIsRefused() {
        Trap.sprung = false;
        for (Object value :
                List.of(new Trap(), new ArrayList<>(List.of(new Trap())), new Trap[] {new Trap()}, BigDecimal.ONE)) {
            byte[] json = codec.encode("a", value);
            AttributeFormatException refused =
                    catchThrowableOfType(AttributeFormatException.class, () -> codec.decode("a", json, Object.class));
            assertThat(refused).hasMessageContaining("\"a\" holds a class that the filter does not allow");
        }
        assertThat(Trap.sprung).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"secret\"", "\"*\"", "\"rO0ABQ==\"", "1", "{}", "\"", ""})
    void whatIsNoStreamIsRefusedAndNotRepeated(String json) {
        AttributeFormatException refused = catchThrowableOfType(
                AttributeFormatException.class, () -> codec.decode("a", json.getBytes(UTF_8), Object.class));
        assertThat(refused).hasMessageContaining("attribute \"a\"");
        assertThat(refused.getMessage()).doesNotContain("secret");
    }

    /** As a deployment may leave it: it was written, and refuses to be read. */
    static final class Changed implements Serializable {
        private static final long serialVersionUID = 1L;

        private void readObject(ObjectInputStream in) {
            throw new IllegalStateException("secret");
        }
    }

    /** Fails in words of its own. */
    static final class Talkative implements Serializable {
        private static final long serialVersionUID = 1L;

        private void writeObject(ObjectOutputStream out) throws IOException {
            throw new IOException("secret");
        }
    }

    @Test
    void whateverAClassThrowsIsAFailureWithoutItsWords() {
        SerializationCodec open = new SerializationCodec(ObjectInputFilter.Config.createFilter("dev.sessionstore.**"));
        byte[] json = open.encode("a", new Changed());
        AttributeFormatException unread =
                catchThrowableOfType(AttributeFormatException.class, () -> open.decode("a", json, Object.class));
        AttributeFormatException unwritten =
                catchThrowableOfType(AttributeFormatException.class, () -> open.encode("a", new Talkative()));
        for (AttributeFormatException failure : List.of(unread, unwritten)) {
            assertThat(failure).hasMessageContaining("\"a\"").hasNoCause();
            assertThat(failure.getMessage()).doesNotContain("secret");
        }
    }

    @Test
    void whatIsNotSerializableIsRefused() {
        AttributeFormatException refused =
                catchThrowableOfType(AttributeFormatException.class, () -> codec.encode("a", new Object()));
        assertThat(refused).hasMessageContaining("cannot be serialised").hasMessageContaining("java.lang.Object");
    }

    @Test
    void aTypeThatIsAskedForIsChecked() {
        byte[] json = codec.encode("a", new Item("secret", 1));
        assertThat(codec.decode("a", json, Item.class)).isEqualTo(new Item("secret", 1));
        AttributeFormatException other =
                catchThrowableOfType(AttributeFormatException.class, () -> codec.decode("a", json, File.class));
        assertThat(other).hasMessageContaining(File.class.getName());
        assertThat(other.getMessage()).doesNotContain("secret");
    }
}
