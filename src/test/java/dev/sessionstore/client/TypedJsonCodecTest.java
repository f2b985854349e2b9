package dev.sessionstore.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypedJsonCodecTest {
    enum Size {
        SMALL,
        LARGE {
            @Override
            boolean fits() {
                return false;
            }
        };

        boolean fits() {
            return true;
        }
    }

    record Item(String sku, long count, Size size, Instant since) {}

    record Cart(List<Item> items, Map<String, Object> notes, Object anything) {}

    static class Animal {
        public String name = "";

        @Override
        public boolean equals(Object other) {
            return other != null && other.getClass() == getClass() && ((Animal) other).name.equals(name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    /** Not allowed, though its superclass is. */
    static class Wolf extends Animal {
        static boolean woke;

        public Wolf() {
            woke = true;
        }
    }

    /** Not allowed, and final, so that nothing says its class where it is declared. */
    static final class Trap {
        static boolean sprung;

        public Trap() {
            sprung = true;
        }

        public int getX() {
            return 1;
        }
    }

    private final TypedJsonCodec codec = TypedJsonCodec.builder()
            .allow(Item.class, Cart.class, Size.class, Animal.class)
            .build();

    @BeforeEach
    void reset() {
        Wolf.woke = false;
        Trap.sprung = false;
    }

    private Object back(Object value) {
        return codec.decode("a", codec.encode("a", value), Object.class);
    }

    /** Arrays, too, as one argument each. */
    private static Stream<Arguments> each(Object... values) {
        return Stream.of(values).map(value -> Arguments.of(value));
    }

    static Stream<Arguments> values() {
        Instant now = Instant.parse("2026-11-21T18:09:47.255123456Z");
        Animal cat = new Animal();
        cat.name = "cat";
        Item item = new Item("sku-1", 12345678901L, Size.LARGE, now);
        Map<String, Object> mixed = new HashMap<>();
        mixed.put("null", null);
        mixed.put("long", 1L);
        mixed.put("set", new LinkedHashSet<>(List.of(1, 2L)));
        return each(
                "text",
                true,
                1,
                1L,
                1.5,
                1.5f,
                (short) 1,
                (byte) 1,
                'c',
                new BigInteger("123456789012345678901234567890"),
                new BigDecimal("1.10"),
                UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                URI.create("http://localhost/"),
                Locale.GERMANY,
                new Date(1),
                now,
                Duration.ofSeconds(1),
                LocalDate.EPOCH,
                Size.SMALL,
                Size.LARGE,
                item,
                cat,
                new Cart(List.of(item), Map.of("k", List.of(1L, "x")), item),
                new Cart(new ArrayList<>(List.of(item)), mixed, List.of(Size.LARGE)),
                List.of(),
                List.of(1),
                List.of(1L, "two", now),
                Set.of(),
                Set.of(1L),
                Map.of(),
                Map.of("a", 1L),
                Map.of("a", 1L, "b", List.of(item)),
                Arrays.asList(1L, null),
                Collections.emptyList(),
                Collections.singletonList(1L),
                Collections.unmodifiableList(new ArrayList<>(List.of(1L))),
                Collections.unmodifiableMap(new TreeMap<>(Map.of("a", 1L))),
                Collections.unmodifiableSet(new LinkedHashSet<>(List.of(1L))),
                new ArrayList<>(List.of(1, 2L)),
                new TreeMap<>(Map.of("a", 1L)),
                new ConcurrentHashMap<>(Map.of("a", 1L)),
                mixed,
                new int[] {1, 2},
                new byte[] {1, 2},
                new long[] {1, 2},
                new String[] {"a", null},
                new Item[] {item},
                new Item[][] {{item}, {}},
                new Long[] {1L});
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatWentInComesOut(Object value) {
        Object back = back(value);
        assertThat(new Object[][] {{back}}).isDeepEqualTo(new Object[][] {{value}});
        assertThat(codec.encode("a", back)).isEqualTo(codec.encode("a", value));
        if (!(value instanceof Iterable || value instanceof Map)) {
            assertThat(back.getClass()).isEqualTo(value.getClass());
        }
    }

    @Test
    void nullAndDequesComeOutToo() {
        assertThat(back(null)).isNull();
        assertThat((ArrayDeque<?>) back(new ArrayDeque<>(List.of(1L)))).hasToString("[1]");
    }

    @Test
    void aTypeThatIsAskedForIsChecked() {
        byte[] json = codec.encode("a", 1L);
        assertThat(codec.decode("a", json, Long.class)).isEqualTo(1L);
        AttributeFormatException other =
                catchThrowableOfType(AttributeFormatException.class, () -> codec.decode("a", json, String.class));
        assertThat(other).hasMessage("attribute \"a\" is a java.lang.Long, not a java.lang.String");
    }

    static Stream<Arguments> notAllowed() {
        return each(
                new Trap(),
                new Wolf(),
                new File("/secret"),
                Thread.currentThread(),
                Object.class,
                List.of(new Trap()),
                Map.of("k", new Trap()),
                new Trap[] {new Trap()},
                new Object[] {new Trap()},
                new Cart(List.of(), Map.of("k", new Wolf()), 1),
                new Cart(List.of(), Map.of(), new Trap()));
    }

    @ParameterizedTest
    @MethodSource("notAllowed")
    void whatIsNotAllowedDoesNotGoOutAndTheMessageSaysWhatToDo(Object value) {
        AttributeFormatException refused =
                catchThrowableOfType(AttributeFormatException.class, () -> codec.encode("cart", value));
        assertThat(refused)
                .hasMessageContaining("attribute \"cart\" holds a ")
                .hasMessageContaining("is not allowed; allow(");
        assertThat(refused.getMessage()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "['java.util.logging.FileHandler',{'pattern':'/secret'}]",
                "['javax.swing.JEditorPane',{'page':'http://localhost/secret'}]",
                "['com.sun.rowset.JdbcRowSetImpl',{'dataSourceName':'ldap://secret','autoCommit':true}]",
                "['com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl',{}]",
                "['java.lang.Object',{}]",
                "['java.io.File','/secret']",
                "['java.net.URL','http://secret/']",
                "['java.lang.Class','TRAP']",
                "['java.lang.Thread',{}]",
                "['java.lang.ProcessBuilder',['secret']]",
                "['TRAP',{}]",
                "['WOLF',{'name':'secret'}]",
                "['java.util.ArrayList',[['TRAP',{}]]]",
                "['java.util.HashMap',{'k':['TRAP',{}]}]",
                "['java.util.ArrayList<TRAP>',[{}]]",
                "['java.util.HashMap<java.lang.String,TRAP>',{'k':{}}]",
                "['java.util.HashMap<TRAP,java.lang.String>',{'k':'v'}]",
                "['java.util.EnumMap<SIZE,TRAP>',{'SMALL':{}}]",
                "['[LTRAP;',[{}]]",
                "['[[LTRAP;',[[{}]]]",
                "['[LWOLF;',[['WOLF',{}]]]",
                "['[LANIMAL;',[['WOLF',{}]]]",
                "['[Ljava.lang.Object;',[['TRAP',{}]]]",
                "['java.util.concurrent.atomic.AtomicReference<TRAP>',{}]",
                "['java.util.Optional<TRAP>',{}]",
                "['CART',{'items':['java.util.ArrayList<TRAP>',[{}]]}]",
                "['CART',{'items':['java.util.ArrayList',[{}]],'anything':['TRAP',{}]}]",
                "['CART',{'notes':['java.util.HashMap<java.lang.String,TRAP>',{'k':{}}]}]",
                "['no.such.Class',{}]",
                "['',{}]",
                "[1,{}]",
                "[]",
                "{'@class':'TRAP'}",
                "{}"
            })
    void whatNobodyAllowedIsNotMade(String template) {
        String json = template.replace('\'', '"')
                .replace("TRAP", Trap.class.getName())
                .replace("WOLF", Wolf.class.getName())
                .replace("ANIMAL", Animal.class.getName())
                .replace("SIZE", Size.class.getName())
                .replace("CART", Cart.class.getName());
        AttributeFormatException refused = catchThrowableOfType(
                AttributeFormatException.class, () -> codec.decode("cart", json.getBytes(UTF_8), Object.class));
        assertThat(Trap.sprung).isFalse();
        assertThat(Wolf.woke).isFalse();
        assertThat(refused).hasMessageContaining("attribute \"cart\" cannot be read");
        assertThat(refused.getMessage()).doesNotContain("secret");
        assertThat(refused.getCause()).isNull();
    }

    @Test
    void aPackageCanBeAllowedButNotAWholeDomain() {
        TypedJsonCodec wide =
                TypedJsonCodec.builder().allowPackage("dev.sessionstore.client").build();
        Item item = new Item("s", 1, Size.SMALL, Instant.EPOCH);
        assertThat(wide.decode("a", wide.encode("a", item), Item.class)).isEqualTo(item);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TypedJsonCodec.builder().allowPackage("com"));
        TypedJsonCodec beside =
                TypedJsonCodec.builder().allowPackage("dev.sessionstore.clie").build();
        assertThat(catchThrowableOfType(AttributeFormatException.class, () -> beside.encode("a", item)))
                .isNotNull();
        assertThat(Objects.requireNonNull(wide.decode("a", "1".getBytes(UTF_8), Object.class)))
                .isEqualTo(1);
    }
}
