package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sessionstore.testing.MutableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCookieTest {
    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax";

    private final MutableClock clock = new MutableClock();
    private final SessionClient client = new FakeSessionStore(clock).client();
    private final SessionFactory sessions =
            SessionFactory.over(client).clock(clock).build();
    private final SessionCookie cookie = SessionCookie.builder().clock(clock).build();

    @AfterEach
    void close() {
        client.close();
    }

    private WebSession stored(boolean permanent) {
        WebSession session = sessions.open(null);
        session.set("a", 1);
        session.setPermanent(permanent);
        session.save();
        return session;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "__Host-session=abc|abc",
                "a=b; __Host-session=abc; c=d|abc",
                "a=b;__Host-session=abc|abc",
                " __Host-session = abc |abc",
                "__Host-session=\"abc\"|abc",
                "__Host-session=first; __Host-session=second|first",
                "junk; =; ;;=x; __Host-session=a=b=c|a=b=c",
                "x__Host-session=no; __host-session=no; __Host-session=yes|yes"
            })
    void readsTheHeader(String header, String id) {
        assertThat(cookie.read(header)).hasValue(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", "a=b", "__Host-session", "__Host-session=", "__Host-session=\"\""})
    void readsNothingWhereNothingIs(String header) {
        assertThat(cookie.read(header)).isEmpty();
        assertThat(cookie.read((String) null)).isEmpty();
    }

    @Test
    void readsSeveralHeaders() {
        assertThat(cookie.read(List.of("a=b", "__Host-session=abc"))).hasValue("abc");
        assertThat(cookie.read(List.of())).isEmpty();
    }

    @Test
    void setsTheCookieOfASessionThatWasStored() {
        WebSession session = stored(false);
        assertThat(cookie.write(session))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("Set-Cookie", "__Host-session=" + session.id() + ATTRIBUTES, "Vary", "Cookie"));
    }

    @Test
    void setsNoneForWhatIsNotStored() {
        assertThat(cookie.write(sessions.open(null))).isEmpty();
        WebSession read = sessions.open(null);
        read.get("a");
        assertThat(cookie.write(read)).containsExactly(Map.entry("Vary", "Cookie"));
    }

    @Test
    void setsNoneForAnIdThatTheBrowserHas() {
        WebSession session = sessions.open(stored(false).id());
        session.set("b", 2);
        session.save();
        assertThat(cookie.write(session)).containsExactly(Map.entry("Vary", "Cookie"));
    }

    @Test
    void setsTheNewIdAfterALogin() {
        WebSession session = sessions.open(stored(false).id());
        session.rotate();
        session.save();
        assertThat(cookie.write(session).get("Set-Cookie")).startsWith("__Host-session=" + session.id() + ";");
    }

    @Test
    void aPermanentOneLastsAsLongAsItsSession() {
        WebSession session = stored(true);
        assertThat(cookie.write(session).get("Set-Cookie"))
                .endsWith("; Max-Age=2678400; Expires=Sun, 01 Feb 2026 00:00:00 GMT");
    }

    @Test
    void aPermanentOneWithoutAnEndLastsAsLongAsBrowsersAllow() {
        WebSession session = sessions.open(null);
        session.set("a", 1);
        session.setPermanent(true);
        session.setIdleTimeout(null);
        session.save();
        assertThat(session.expiresAt()).isEmpty();
        assertThat(cookie.write(session).get("Set-Cookie")).contains("; Max-Age=34560000;");
    }

    @Test
    void aPermanentOneIsSetAgainWhenItChangedOrAlways() {
        String id = stored(true).id();
        SessionCookie always =
                SessionCookie.builder().clock(clock).refreshEachRequest(true).build();
        WebSession unchanged = sessions.open(id);
        unchanged.save();
        assertThat(cookie.write(unchanged)).isEmpty();
        assertThat(always.write(unchanged)).containsKeys("Set-Cookie", "Vary");
        WebSession changed = sessions.open(id);
        changed.set("b", 2);
        changed.save();
        assertThat(cookie.write(changed)).containsKey("Set-Cookie");
        assertThat(always.write(sessions.open(stored(false).id()))).isEmpty();
    }

    @Test
    void deletesTheCookieOfWhatEnded() {
        String deletion = "__Host-session=" + ATTRIBUTES + "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
        WebSession loggedOut = sessions.open(stored(true).id());
        loggedOut.invalidate();
        assertThat(cookie.write(loggedOut)).containsEntry("Set-Cookie", deletion);
        assertThat(cookie.write(sessions.open(loggedOut.id()))).containsEntry("Set-Cookie", deletion);
        assertThat(cookie.write(sessions.open("junk"))).containsEntry("Set-Cookie", deletion);
        WebSession emptied = sessions.open(stored(false).id());
        emptied.clear();
        emptied.save();
        assertThat(cookie.write(emptied)).containsEntry("Set-Cookie", deletion);
    }

    @Test
    void deletesNoneThatWasNotPresented() {
        WebSession session = stored(false);
        session.invalidate();
        assertThat(cookie.write(session)).containsOnlyKeys("Vary");
    }

    @Test
    void aParallelLoginIsNotLoggedOut() {
        String old = stored(false).id();
        WebSession slow = sessions.open(old);
        WebSession login = sessions.open(old);
        login.rotate();
        login.save();
        slow.set("b", 2);
        slow.save();
        assertThat(cookie.write(slow)).containsOnlyKeys("Vary");

        clock.advance(Duration.ofSeconds(10));
        WebSession later = sessions.open(old);
        assertThat(cookie.write(later)).isEmpty();
        later.set("b", 2);
        later.save();
        assertThat(cookie.write(later)).containsOnlyKeys("Vary");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aParallelLoginIsNotLoggedOutByWhatEmptiesTheSession(boolean inTheGrace) {
        String old = stored(false).id();
        WebSession before = sessions.open(old);
        WebSession login = sessions.open(old);
        login.rotate();
        login.save();
        WebSession emptied = inTheGrace ? sessions.open(old) : before;
        emptied.clear();
        emptied.save();
        assertThat(emptied.isEnded()).isTrue();
        assertThat(cookie.write(emptied)).containsOnlyKeys("Vary");
        assertThat(sessions.open(login.id()).isNew()).isFalse();
    }

    @Test
    void aLoginCountsThoughAnAnswerToAnEarlierOneWasLost() {
        String old = stored(false).id();
        WebSession lost = sessions.open(old);
        lost.rotate();
        lost.save();
        clock.advance(Duration.ofSeconds(10));
        WebSession again = sessions.open(old);
        again.setPrincipal("user-42");
        again.rotate();
        again.save();
        assertThat(cookie.write(again)).containsKey("Set-Cookie");
    }

    @Test
    void hooksDecideLast() {
        SessionHooks hooks = new SessionHooks() {
            @Override
            public boolean shouldSetCookie(WebSession session, boolean usual) {
                return !usual;
            }

            @Override
            public Optional<Duration> cookieLifetime(WebSession session, Optional<Duration> usual) {
                return Optional.of(Duration.ofHours(1));
            }
        };
        SessionCookie hooked = SessionCookie.builder().clock(clock).hooks(hooks).build();
        WebSession session = stored(false);
        assertThat(hooked.write(session)).containsOnlyKeys("Vary");
        assertThat(hooked.write(sessions.open(session.id())).get("Set-Cookie")).contains("; Max-Age=3600;");
    }

    @Test
    void saysAllItsAttributes() {
        SessionCookie all = SessionCookie.builder()
                .name("__Secure-shop")
                .domain("example.com")
                .path("/shop")
                .httpOnly(false)
                .sameSite(SessionCookie.SameSite.NONE)
                .partitioned(true)
                .build();
        assertThat(all.write(stored(false)).get("Set-Cookie"))
                .endsWith("; Domain=example.com; Path=/shop; Secure; SameSite=None; Partitioned");
        SessionCookie plain = SessionCookie.builder()
                .name("session")
                .secure(false)
                .sameSite(null)
                .build();
        assertThat(plain.write(stored(false)).get("Set-Cookie")).endsWith("; Path=/; HttpOnly");
    }

    @Test
    void whatBrowsersWouldRefuseIsNotBuilt() {
        SessionCookie.SameSite none = SessionCookie.SameSite.NONE;
        List<SessionCookieBuilder> wrong = List.of(
                SessionCookie.builder().secure(false),
                SessionCookie.builder().path("/shop"),
                SessionCookie.builder().domain("example.com"),
                SessionCookie.builder().name("__secure-x").secure(false),
                SessionCookie.builder().name("x").secure(false).sameSite(none),
                SessionCookie.builder().name("x").secure(false).partitioned(true));
        for (SessionCookieBuilder builder : wrong) {
            assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("must be secure");
        }
        SessionCookieBuilder builder = SessionCookie.builder();
        for (String name : List.of("", "a b", "a=b", "a;b", "ä", "a\r\nb")) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.name(name));
        }
        for (String domain : List.of("", ".example.com", "a b", "example.com:80", "a;b", "-a.com")) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.domain(domain));
        }
        for (String path : List.of("", "shop", "/a;b", "/a\nb")) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.path(path));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.signedBy(new byte[16]))
                .withMessageContaining("16 bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.signatureLifetime(Duration.ZERO));
    }
}
