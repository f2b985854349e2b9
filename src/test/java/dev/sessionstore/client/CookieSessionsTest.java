package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sessionstore.testing.MutableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CookieSessionsTest {
    private final MutableClock clock = new MutableClock();
    private final SessionCookie cookie = SessionCookie.builder().clock(clock).build();
    private final CookieSessions sessions = builder().build();

    private CookieSessions.Builder builder() {
        return CookieSessions.signedBy(key(1)).clock(clock);
    }

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }

    private static String existing(CookieSessions sessions) {
        WebSession session = sessions.open(null);
        session.set("a", 1);
        session.setPrincipal("user-42");
        session.save();
        return session.id();
    }

    @Test
    void theCookieIsTheSession() {
        WebSession session = sessions.open(null);
        session.set("cart", List.of("sku-1"));
        session.setPrincipal("user-42");
        session.setLabel("Firefox");
        session.setPermanent(true);
        session.save();
        String header = cookie.write(session).get("Set-Cookie");
        assertThat(header).contains("; Max-Age=2678400;");

        clock.advance(Duration.ofMinutes(1));
        WebSession next = sessions.open(cookie.read(header.split(";")[0]).orElseThrow());
        assertThat(next.isNew()).isFalse();
        assertThat(next.get("cart")).isEqualTo(List.of("sku-1"));
        assertThat(next.principal()).hasValue("user-42");
        assertThat(next.isPermanent()).isTrue();
        assertThat(next.createdAt()).hasValue(clock.instant().minusSeconds(60));
        assertThat(next.expiresAt()).hasValue(clock.instant().minusSeconds(60).plus(Duration.ofDays(31)));
    }

    @Test
    void newAndEmptyMakesNoCookie() {
        WebSession session = sessions.open(null);
        session.rotate();
        session.save();
        assertThat(session.isStored()).isFalse();
        assertThat(session.id()).isEmpty();
        assertThat(cookie.write(session)).containsOnlyKeys("Vary");
    }

    @Test
    void anUnchangedOneIsNotSentAgain() {
        WebSession session = sessions.open(existing(sessions));
        session.get("a");
        session.save();
        assertThat(cookie.write(session)).containsOnlyKeys("Vary");
    }

    @Test
    void changesWithinValuesAreNoticed() {
        WebSession session = sessions.open(existing(sessions));
        session.set("list", new ArrayList<>(List.of(1)));
        session.save();
        WebSession next = sessions.open(session.id());
        @SuppressWarnings("unchecked")
        List<Integer> list = (List<Integer>) next.get("list");
        list.add(2);
        next.remove("a");
        next.save();
        assertThat(next.id()).isNotEqualTo(session.id());
        WebSession last = sessions.open(next.id());
        assertThat(last.names()).containsExactly("list");
        assertThat(last.get("list")).isEqualTo(List.of(1, 2));
    }

    @Test
    void itIsRenewedAtHalfOfItsTime() {
        CookieSessions short1 = builder().lifetime(Duration.ofMinutes(10)).build();
        String id = existing(short1);
        clock.advance(Duration.ofMinutes(5).minusSeconds(1));
        WebSession early = short1.open(id);
        early.save();
        assertThat(early.id()).isEqualTo(id);
        clock.advance(Duration.ofSeconds(1));
        WebSession half = short1.open(id);
        half.save();
        assertThat(cookie.write(half)).containsKey("Set-Cookie");
        clock.advance(Duration.ofMinutes(5));
        WebSession late = short1.open(id);
        assertThat(late.isNew()).isTrue();
        assertThat(late.goneReason()).hasValue(GoneReason.EXPIRED);
        assertThat(cookie.write(late).get("Set-Cookie")).contains("Max-Age=0");
        assertThat(short1.open(half.id()).isNew()).isFalse();
    }

    @Test
    void aSessionMayHaveItsOwnTimeout() {
        WebSession session = sessions.open(null);
        session.set("a", 1);
        session.setIdleTimeout(Duration.ofSeconds(30));
        session.save();
        clock.advance(Duration.ofSeconds(29));
        assertThat(sessions.open(session.id()).idleTimeout()).hasValue(Duration.ofSeconds(30));
        clock.advance(Duration.ofSeconds(1));
        assertThat(sessions.open(session.id()).isNew()).isTrue();
    }

    @Test
    void endsWhenEmptiedOrInvalidated() {
        WebSession emptied = sessions.open(existing(sessions));
        emptied.clear();
        emptied.save();
        assertThat(emptied.isEnded()).isTrue();
        assertThat(cookie.write(emptied).get("Set-Cookie")).contains("Max-Age=0");
        WebSession loggedOut = sessions.open(existing(sessions));
        loggedOut.invalidate();
        loggedOut.save();
        assertThat(cookie.write(loggedOut).get("Set-Cookie")).contains("Max-Age=0");
    }

    @Test
    void aRotationIssuesAnother() {
        String id = existing(sessions);
        clock.advance(Duration.ofSeconds(1));
        WebSession session = sessions.open(id);
        session.rotate();
        session.save();
        assertThat(session.id()).isNotEqualTo(id);
        assertThat(sessions.open(session.id()).get("a")).isEqualTo(1);
    }

    @Test
    void whatWasTamperedWithIsANewSession() {
        String id = existing(sessions);
        for (int i = 0; i < id.length(); i++) {
            char other = id.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(sessions.open(id.substring(0, i) + other + id.substring(i + 1))
                            .isNew())
                    .isTrue();
        }
        assertThat(sessions.open("").isNew()).isTrue();
        assertThat(builder().salt("another").build().open(id).isNew()).isTrue();
    }

    @Test
    void signedButUnreadableIsANewSession() {
        Signer signer = Signer.of("cookie session", key(1));
        for (String text : List.of("", "!", "AA", "AXh4", "AHt9")) {
            WebSession session = sessions.open(signer.sign(text, clock.instant()));
            assertThat(session.isNew()).isTrue();
            assertThat(session.goneReason()).isEmpty();
        }
    }

    @Test
    void anAttributeThatCannotBeReadMakesANewSession() {
        WebSession session = sessions.open(existing(sessions));
        assertThat(session.get("a", Instant.class)).isNull();
        assertThat(session.isNew()).isTrue();
        assertThat(session.principal()).isEmpty();
        session.save();
        assertThat(cookie.write(session).get("Set-Cookie")).contains("Max-Age=0");
        session.set("b", 2);
        session.save();
        assertThat(sessions.open(session.id()).names()).containsExactly("b");
    }

    @Test
    void whatInflatesToTooMuchIsRefused() {
        byte[] bomb = Packing.pack(new byte[256 << 10]);
        assertThat(Packing.unpack(bomb)).hasSize(256 << 10);
        assertThat(bomb.length).isLessThan(1000);
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> Packing.pack(new byte[(256 << 10) + 1]));
        java.util.zip.Deflater deflater = new java.util.zip.Deflater(9, true);
        deflater.setInput(new byte[1 << 20]);
        deflater.finish();
        byte[] packed = new byte[4096];
        packed[0] = 1;
        int length = deflater.deflate(packed, 1, packed.length - 1);
        deflater.end();
        byte[] larger = Arrays.copyOf(packed, 1 + length);
        assertThatIllegalArgumentException().isThrownBy(() -> Packing.unpack(larger));
    }

    @Test
    void encryptedOnesTellTheirHolderNothing() {
        CookieSessions sealed = builder().encryptedBy(key(3)).build();
        String plain = existing(sessions);
        String id = existing(sealed);
        assertThat(content(plain)).contains("user-42");
        assertThat(Base64.getUrlDecoder().decode(id.split("\\.")[0]))
                .hasSizeGreaterThan(28)
                .isNotEqualTo(Base64.getUrlDecoder().decode(existing(sealed).split("\\.")[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> content(id));
        CookieSessions renewed = builder().encryptedBy(key(4), key(3)).build();
        assertThat(renewed.open(id).principal()).hasValue("user-42");
        assertThat(sealed.open(existing(renewed)).isNew()).isTrue();
        assertThat(sealed.open(plain).isNew()).isTrue();
    }

    private static String content(String id) {
        return new String(Packing.unpack(Base64.getUrlDecoder().decode(id.split("\\.")[0])), StandardCharsets.UTF_8);
    }

    @Test
    void theFirstKeySignsAndAllVerify() {
        CookieSessions renewed =
                CookieSessions.signedBy(key(2), key(1)).clock(clock).build();
        assertThat(renewed.open(existing(sessions)).isNew()).isFalse();
        assertThat(sessions.open(existing(renewed)).isNew()).isTrue();
    }

    @Test
    void atMost4096BytesNameAndAttributesIncluded() {
        WebSession session = sessions.open(null);
        session.set("text", "a".repeat(20_000));
        session.save();
        assertThat(cookie.write(session).get("Set-Cookie").length()).isLessThan(500);
        session.set("noise", Base64.getEncoder().encodeToString(random(3000)));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(session::save)
                .withMessageMatching("the session's cookie is [0-9]+ bytes; the limit is 4096");
        session.remove("noise");
        session.save();

        int fits = 0;
        for (int size = 2500; size < 3000; size++) {
            WebSession growing = sessions.open(null);
            growing.setPermanent(true);
            growing.set("noise", Base64.getEncoder().encodeToString(random(size)));
            try {
                growing.save();
            } catch (LimitExceededException e) {
                break;
            }
            fits = cookie.write(growing).get("Set-Cookie").length();
        }
        assertThat(fits).isBetween(4080, 4096);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
