package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sessionstore.testing.MutableClock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SignedCookieTest {
    private final MutableClock clock = new MutableClock();
    private final SessionClient client = new FakeSessionStore(clock).client();
    private final SessionFactory sessions =
            SessionFactory.over(client).clock(clock).build();

    @AfterEach
    void close() {
        client.close();
    }

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }

    private WebSession stored() {
        WebSession session = sessions.open(null);
        session.set("a", 1);
        session.save();
        return session;
    }

    /** As a browser sends it back. */
    private static String presented(Map<String, String> headers) {
        return headers.get("Set-Cookie").split(";")[0];
    }

    @Test
    void readsTheIdsThatItSigned() {
        SessionCookie signed =
                SessionCookie.builder().clock(clock).signedBy(key(1)).build();
        WebSession session = stored();
        String header = presented(signed.write(session));
        assertThat(signed.read(header)).hasValue(session.id());
        assertThat(signed.read("__Host-session=" + session.id())).isEmpty();
        assertThat(signed.read("__Host-session=forged; " + header)).hasValue(session.id());
        for (int i = "__Host-session=".length(); i < header.length(); i++) {
            char other = header.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(signed.read(header.substring(0, i) + other + header.substring(i + 1)))
                    .isEmpty();
        }
    }

    @Test
    void theFirstKeySignsAndAllVerify() {
        SessionCookie before = SessionCookie.builder().signedBy(key(1)).build();
        SessionCookie after = SessionCookie.builder().signedBy(key(2), key(1)).build();
        SessionCookie salted =
                SessionCookie.builder().signedBy(key(1)).salt("another").build();
        WebSession session = stored();
        assertThat(after.read(presented(before.write(session)))).hasValue(session.id());
        assertThat(before.read(presented(after.write(session)))).isEmpty();
        assertThat(salted.read(presented(before.write(session)))).isEmpty();
    }

    @Test
    void aSignatureIsRenewedAtHalfOfItsLifetime() {
        SessionCookie signed = SessionCookie.builder()
                .clock(clock)
                .signedBy(key(1))
                .signatureLifetime(Duration.ofMinutes(10))
                .build();
        String header = presented(signed.write(stored()));
        Optional<String> id = signed.read(header);
        clock.advance(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(signed.write(sessions.open(id.orElseThrow()), header)).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(signed.write(sessions.open(id.orElseThrow()), header)).containsKey("Set-Cookie");
        clock.advance(Duration.ofMinutes(5));
        assertThat(signed.read(header)).isEmpty();
        assertThat(signed.write(sessions.open(null), header).get("Set-Cookie")).contains("Max-Age=0");
    }

    @Test
    void aLifetimeIsNoLongerThanTimesCanSay() {
        SessionCookieBuilder builder = SessionCookie.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.signatureLifetime(ChronoUnit.FOREVER.getDuration()))
                .withMessageContaining("100 years");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CookieSessions.signedBy(key(1)).lifetime(Duration.ofDays(40_000)))
                .withMessageContaining("100 years");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sessions.open(null).setIdleTimeout(Duration.ofDays(40_000)))
                .withMessageContaining("100 years");
    }

    @Test
    void aSignatureOfTheFutureIsNone() {
        SessionCookie signed =
                SessionCookie.builder().clock(clock).signedBy(key(1)).build();
        clock.advance(Duration.ofSeconds(61));
        String header = presented(signed.write(stored()));
        clock.advance(Duration.ofSeconds(-61));
        assertThat(signed.read(header)).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(signed.read(header)).isPresent();
    }
}
