package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class NullSessionTest {
    private final WebSession session = SessionFactory.none().open("whatever");

    @Test
    void readsAsEmpty() {
        assertThat(session.isEmpty()).isTrue();
        assertThat(session.get("a")).isNull();
        assertThat(session.get("a", Integer.class)).isNull();
        assertThat(session.names()).isEmpty();
        assertThat(session.contains("a")).isFalse();
        assertThat(session.principal()).isEmpty();
        assertThat(session.isStored()).isFalse();
        assertThat(session.isModified()).isFalse();
        session.save();
    }

    @Test
    void eachWriteSaysThatSessionsAreNotConfigured() {
        List<ThrowingCallable> writes = List.of(
                () -> session.set("a", 1),
                () -> session.remove("a"),
                () -> session.pop("a"),
                () -> session.pop("a", Integer.class),
                () -> session.setDefault("a", Integer.class, () -> 1),
                session::clear,
                () -> session.setPrincipal("user-42"),
                () -> session.setLabel("Firefox"),
                () -> session.setPermanent(true),
                () -> session.setIdleTimeout(null),
                session::rotate,
                session::invalidate,
                session::id);
        for (ThrowingCallable write : writes) {
            assertThatIllegalStateException()
                    .isThrownBy(write)
                    .withMessageContaining("not configured")
                    .withMessageContaining("SessionFactory.over(client)");
        }
    }

    @Test
    void itsCookieIsLeftAlone() {
        SessionCookie cookie = SessionCookie.builder().build();
        assertThat(cookie.write(session)).isEmpty();
        assertThat(cookie.write(session, "__Host-session=" + SessionIds.random()))
                .isEmpty();
    }
}
