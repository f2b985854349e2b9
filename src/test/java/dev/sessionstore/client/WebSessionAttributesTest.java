package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputFilter;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request makes of a session's attributes. */
class WebSessionAttributesTest extends StoredSessionsFixture {
    record Item(String sku, int count) {}

    public static final class Cart {
        public List<Item> items = new ArrayList<>();
    }

    @Test
    void changesWithinValuesAreNoticed() {
        String id = existing();
        client.patch(
                id,
                SessionPatch.builder()
                        .attribute("cart", new Cart())
                        .attribute("list", List.of(1))
                        .build());
        WebSession session = opened(id);
        Cart cart = session.get("cart", Cart.class);
        List<Integer> list = session.get("list", new TypeReference<>() {});
        assertThat(session.isModified()).isFalse();
        cart.items.add(new Item("sku-1", 1));
        assertThat(session.isModified()).isTrue();
        assertThat(session.get("cart", Cart.class)).isSameAs(cart);
        session.save();

        list.add(2);
        session.save();
        StoredSession stored = client.peek(id).orElseThrow();
        assertThat(stored.get("cart", Cart.class).items).containsExactly(new Item("sku-1", 1));
        assertThat(stored.get("list")).isEqualTo(List.of(1, 2));
        assertThat(probe.calls()).containsExactly("patch", "patch");
    }

    @Test
    void anotherSpellingIsNoChange() {
        String id = existing();
        client.patch(
                id,
                SessionPatch.builder()
                        .attributeJson("price", "1.10".getBytes())
                        .attributeJson("prices", "[1.10]".getBytes())
                        .build());
        WebSession session = opened(id);
        assertThat(session.get("price")).isEqualTo(1.1);
        assertThat(session.get("prices")).isEqualTo(List.of(1.1));
        session.save();
        assertThat(probe.calls()).isEmpty();
        assertThat(client.peek(id).orElseThrow().json("price")).isEqualTo("1.10".getBytes());
    }

    @Test
    void aValueAskedForAsAnotherTypeKeepsItsChanges() {
        String id = existing();
        client.patch(id, SessionPatch.builder().attribute("cart", new Cart()).build());
        WebSession session = opened(id);
        session.get("cart", Cart.class).items.add(new Item("sku-1", 3));
        Map<?, ?> plain = session.get("cart", Map.class);
        assertThat(plain).hasToString("{items=[{sku=sku-1, count=3}]}");
        assertThat(session.get("a", Long.class)).isEqualTo(1L);
        assertThat(session.get("a", int.class)).isEqualTo(1);
        session.save();
        assertThat(client.peek(id).orElseThrow().get("cart", Cart.class).items).hasSize(1);
    }

    @Test
    void readsAndWritesLikeAMap() {
        WebSession session = opened(existing());
        assertThat(session.get("absent")).isNull();
        assertThat(session.setDefault("cart", Cart.class, Cart::new)).isSameAs(session.get("cart"));
        assertThat(session.setDefault("a", Integer.class, () -> 9)).isEqualTo(1);
        assertThat(session.names()).containsExactly("a", "cart");
        assertThat(session.pop("a")).isEqualTo(1);
        assertThat(session.pop("a", Integer.class)).isNull();
        assertThat(session.contains("a")).isFalse();
        assertThat(session.remove("a")).isFalse();
        session.set("null", null);
        assertThat(session.contains("null")).isTrue();
        session.save();
        assertThat(client.peek(session.id()).orElseThrow().names()).containsExactly("cart", "null");
    }

    @Test
    void changesWithinAnArrayOfImmutableValuesAreNoticed() {
        Instant then = Instant.parse("2026-01-01T00:00:00Z");
        WebSession session = opened(existing());
        Instant[] times = {then};
        session.set("times", times);
        session.save();
        times[0] = then.plusSeconds(1);
        session.save();
        assertThat(client.peek(session.id()).orElseThrow().get("times", Instant[].class))
                .containsExactly(times);
    }

    @Test
    void whatIsSetAgainOverAnothersValueIsStored() {
        String id = existing();
        WebSession session = opened(id);
        assertThat(session.get("a")).isEqualTo(1);
        session.set("b", 1);
        session.save();
        client.patch(
                id, SessionPatch.builder().attribute("a", 7).attribute("b", 7).build());
        session.set("c", 1);
        session.save();
        session.set("a", 1);
        session.set("b", 1);
        session.save();
        assertThat(client.peek(id).orElseThrow().attributes()).isEqualTo(Map.of("a", 1, "b", 1, "c", 1));
    }

    @Test
    void theWrongTypeOfWhatTheRequestItselfSetIsItsOwnError() {
        String id = existing();
        WebSession session = opened(id);
        session.set("b", 2);
        assertThatThrownBy(() -> session.get("b", Cart.class)).isInstanceOf(AttributeFormatException.class);
        session.save();
        assertThatThrownBy(() -> session.get("b", Cart.class)).isInstanceOf(AttributeFormatException.class);
        assertThat(session.id()).isEqualTo(id);
        assertThat(session.get("a")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsStoredAndNothingOfThatTypeIsANewSession(boolean readBefore) {
        String id = existing();
        WebSession session = opened(id);
        if (readBefore) {
            session.get("a");
        }
        String log = logged(() -> assertThat(session.get("a", Cart.class)).isNull());
        assertThat(log)
                .containsOnlyOnce("WARN")
                .contains("\"a\"", Cart.class.getName())
                .doesNotContain(id);
        assertThat(session.isNew()).isTrue();
        assertThat(session.names()).isEmpty();
        assertThat(session.id()).isNotEqualTo(id);
    }

    @Test
    void everyCodecReadsPrimitives() {
        List<AttributeCodec> codecs = List.of(
                new JsonCodec(),
                TypedJsonCodec.builder().build(),
                new SerializationCodec(ObjectInputFilter.Config.createFilter("java.lang.*")));
        for (AttributeCodec codec : codecs) {
            sessions = builder().codec(codec).build();
            WebSession session = sessions.open(null);
            session.set("n", 5);
            session.save();
            assertThat(sessions.open(session.id()).get("n", int.class)).isEqualTo(5);
        }
    }

    @Test
    void aLogoutEndsWhatCouldNotBeRead() {
        for (boolean isSaved : List.of(false, true)) {
            String id = existing();
            WebSession session = opened(id);
            session.get("a", Cart.class);
            if (isSaved) {
                session.set("b", 2);
                session.save();
            }
            String now = session.id();
            session.invalidate();
            assertThatThrownBy(() -> client.peek(id)).isInstanceOf(SessionGoneException.class);
            if (isSaved) {
                assertThatThrownBy(() -> client.peek(now)).isInstanceOf(SessionGoneException.class);
            }
        }
    }

    @Test
    void whatTheCodecCannotReadIsANewSession() {
        String id = existing();
        AttributeCodec typed = TypedJsonCodec.builder().build();
        client.patch(
                id,
                SessionPatch.builder()
                        .attributeJson("cart", "[\"com.example.Gone\",{}]".getBytes())
                        .build());
        sessions = builder().codec(typed).build();
        WebSession session = opened(id);
        session.set("b", 2);
        assertThat(session.get("a")).isEqualTo(1);
        assertThat(session.isNew()).isFalse();
        String log = logged(() -> assertThat(session.get("cart", Cart.class)).isNull());
        assertThat(log).containsOnlyOnce("WARN").contains("\"cart\"").doesNotContain(id, "com.example.Gone");
        assertThat(session.isNew()).isTrue();
        assertThat(session.id()).isNotEqualTo(id);
        assertThat(session.names()).containsExactly("b");
        session.save();
        assertThat(probe.calls()).containsExactly("create");
    }

    private static String logged(Runnable work) {
        PrintStream usual = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true));
        try {
            work.run();
        } finally {
            System.setErr(usual);
        }
        return log.toString();
    }

    @Test
    void nothingIsDecodedBeforeItIsAskedFor() {
        String id = existing();
        JsonCodec json = new JsonCodec();
        List<String> decoded = new ArrayList<>();
        sessions = builder()
                .codec(new AttributeCodec() {
                    @Override
                    public byte[] encode(String name, Object value) {
                        return json.encode(name, value);
                    }

                    @Override
                    public Object decode(String name, byte[] text, java.lang.reflect.Type type) {
                        decoded.add(name);
                        return json.decode(name, text, type);
                    }
                })
                .build();
        WebSession session = opened(id);
        session.set("b", 2);
        session.names();
        session.save();
        assertThat(decoded).isEmpty();
        session.get("a");
        session.get("a");
        assertThat(decoded).containsExactly("a");
    }
}
