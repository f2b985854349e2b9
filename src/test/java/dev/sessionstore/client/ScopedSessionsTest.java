package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScopedSessionsTest {
    private final FakeSessionStore store = new FakeSessionStore();
    private final SessionClient client = store.client();
    private final SessionFactory factory = SessionFactory.over(client).build();
    private final ScopedSessions scoped = ScopedSessions.perThread(factory);

    @AfterEach
    void close() {
        client.close();
    }

    private static void inAnotherThread(Runnable work) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(work);
        thread.setUncaughtExceptionHandler((self, failure) -> thrown.set(failure));
        thread.start();
        thread.join();
        assertThat(thrown).hasNullValue();
    }

    @Test
    void theProxyMeansTheScopesSession() throws InterruptedException {
        WebSession proxy = scoped.proxy();
        WebSession session = scoped.open(null);
        proxy.set("a", 1);
        assertThat(session.get("a")).isEqualTo(1);
        assertThat(scoped.current()).isSameAs(session);
        inAnotherThread(() -> {
            assertThat(scoped.isOpen()).isFalse();
            scoped.open(null);
            proxy.set("a", 2);
            assertThat(proxy.id()).isNotEqualTo(session.id());
            scoped.remove();
        });
        assertThat(proxy.get("a", Integer.class)).isEqualTo(1);
        assertThat(proxy).isEqualTo(proxy).isNotEqualTo(session).hasToString("WebSession[of the scope]");
        assertThat(proxy.hashCode()).isEqualTo(proxy.hashCode());
    }

    @Test
    void theProxyThrowsWhatTheSessionThrows() {
        scoped.configure(SessionFactory.none());
        scoped.open(null);
        assertThatIllegalStateException()
                .isThrownBy(() -> scoped.proxy().set("a", 1))
                .withMessageContaining("not configured");
    }

    @Test
    void outsideOfAScopeItSaysSo() {
        assertThatIllegalStateException().isThrownBy(scoped::current).withMessageContaining("open(id)");
        assertThatIllegalStateException().isThrownBy(() -> scoped.proxy().get("a"));
        scoped.remove();
        scoped.open(null);
        assertThat(scoped.isOpen()).isTrue();
        scoped.remove();
        assertThat(scoped.isOpen()).isFalse();
        assertThatIllegalStateException().isThrownBy(scoped::current);
    }

    @Test
    void removeSavesNothing() {
        scoped.open(null).set("a", 1);
        scoped.remove();
        assertThat(store.calls()).isZero();
    }

    @Test
    void aScopeHasOneSession() {
        scoped.open(null);
        assertThatIllegalStateException().isThrownBy(() -> scoped.open(null)).withMessageContaining("remove()");
    }

    @Test
    void whatCouldNotBeOpenedIsNotBound() {
        store.setAvailable(false);
        String id = SessionIds.random();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(() -> scoped.open(id));
        store.setAvailable(true);
        scoped.open(id);
    }

    @Test
    void isNotConfiguredAnewWhileAnyScopeIsOpen() {
        scoped.open(null);
        assertThatIllegalStateException()
                .isThrownBy(() -> scoped.configure(SessionFactory.none()))
                .withMessageContaining("1 are open");
        scoped.remove();
        scoped.configure(SessionFactory.none());
        assertThat(scoped.open(null)).isSameAs(NullSession.INSTANCE);
    }

    @Test
    void aDeadThreadHoldsNoScope() throws InterruptedException {
        inAnotherThread(() -> scoped.open(null));
        scoped.configure(SessionFactory.none());
    }

    @Test
    void aScopeCanBeAnything() throws InterruptedException {
        AtomicReference<String> request = new AtomicReference<>("request-1");
        ScopedSessions perRequest = ScopedSessions.per(request::get, factory);
        WebSession first = perRequest.open(null);
        request.set("request-2");
        assertThat(perRequest.isOpen()).isFalse();
        perRequest.open(null);
        request.set("request-1");
        inAnotherThread(() -> assertThat(perRequest.current()).isSameAs(first));
        request.set(null);
        perRequest.remove();
        assertThat(perRequest.isOpen()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> perRequest.open(null))
                .withMessageContaining("no scope");
    }
}
