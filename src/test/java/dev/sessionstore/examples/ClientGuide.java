package dev.sessionstore.examples;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.client.FakeSessionStore;
import dev.sessionstore.client.NewSession;
import dev.sessionstore.client.Sealing;
import dev.sessionstore.client.ServiceUnavailableException;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.SessionPatch;
import dev.sessionstore.client.StoredSession;
import dev.sessionstore.client.TypedJsonCodec;
import dev.sessionstore.client.jetty.ServiceSessionDataStoreFactory;
import dev.sessionstore.client.servlet.SessionStoreFilter;
import dev.sessionstore.client.spring.SpringSecurityCodec;
import dev.sessionstore.client.spring.StoredSessionRepository;
import dev.sessionstore.testing.MutableClock;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSessionListener;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.session.DefaultSessionCacheFactory;
import org.eclipse.jetty.session.SessionCache;
import org.springframework.context.annotation.Bean;
import org.springframework.security.jackson.SecurityJacksonModules;
import org.springframework.session.security.SpringSessionBackedSessionRegistry;
import tools.jackson.databind.json.JsonMapper;

/** What docs/client.md shows: it compiles, and {@link DocsTest} holds the two together. */
final class ClientGuide {
    record Cart(int items) {}

    static final class Audit implements HttpSessionListener {}

    private final byte[] key = new byte[32];

    void calls(String key, Cart cart) {
        // begin: calls
        SessionClient client = SessionClient.builder(
                        URI.create("https://sessions-1:8443"), URI.create("https://sessions-2:8443"))
                .namespace("shop")
                .apiKey(key)
                .timeout(Duration.ofSeconds(3)) // of a call with all its repeats
                .build();

        StoredSession session = client.create(NewSession.builder()
                .principal("user-42")
                .attribute("cart", cart)
                .build());
        client.patch(
                session.id(),
                SessionPatch.builder().attribute("step", 2).remove("coupon").build());
        Cart found = client.find(session.id()).orElseThrow().get("cart", Cart.class);
        client.sessionsOf("user-42").map(StoredSession::handle).forEach(this::show);
        long ended = client.revokeAll("user-42", session.handle()); // all but this one
        client.async().touch(session.id()).thenAccept(this::seen);
        // end: calls
    }

    void show(String handle) {}

    void seen(boolean wasThere) {}

    // begin: servlet containers
    public final class Sessions implements ServletContainerInitializer {
        @Override
        public void onStartup(Set<Class<?>> none, ServletContext context) {
            SessionClient client = SessionClient.builder(URI.create("http://localhost:8080"))
                    .namespace("shop")
                    .build();
            FilterRegistration.Dynamic sessions = context.addFilter(
                    "sessions",
                    SessionStoreFilter.builder(client)
                            .codec(TypedJsonCodec.builder().allow(Cart.class).build())
                            .listener(new Audit()) // HttpSessionListener, …AttributeListener, …IdListener
                            .build());
            sessions.setAsyncSupported(true);
            sessions.addMappingForUrlPatterns(
                    EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR), false, "/*");
        }
    }
    // end: servlet containers

    void embeddedJetty(ServletContextHandler context, SessionStoreFilter filter) {
        // begin: an embedded Jetty
        FilterHolder sessions = new FilterHolder(filter);
        sessions.setAsyncSupported(true);
        context.addFilter(
                sessions, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        // end: an embedded Jetty
    }

    // begin: Spring Session
    @Bean
    StoredSessionRepository sessions(SessionClient client) {
        JsonMapper security = JsonMapper.builder() // Jackson 3, as Spring Security 7 has it
                .addModules(SecurityJacksonModules.getModules(getClass().getClassLoader()))
                .build();
        TypedJsonCodec own = TypedJsonCodec.builder().allow(Cart.class).build();
        return StoredSessionRepository.builder(client)
                .sealingKey(key) // 32 random bytes, the same for all instances
                .codec(new SpringSecurityCodec(
                        security::writeValueAsBytes, json -> security.readValue(json, Object.class), own))
                .build();
    }

    @Bean
    SpringSessionBackedSessionRegistry<?> registry(StoredSessionRepository sessions) {
        return new SpringSessionBackedSessionRegistry<>(sessions);
    }
    // end: Spring Session

    void jetty(Server server, SessionClient client) {
        // begin: Jetty 12
        Sealing sealing = Sealing.withKeys(key); // 32 secret bytes, the same on all servers
        ServiceSessionDataStoreFactory sessions = new ServiceSessionDataStoreFactory(client, sealing);
        sessions.setCodec(
                TypedJsonCodec.builder().allowPackage("com.example.shop.model").build());
        sessions.setSavePeriodSec(60); // optional: a request that only reads then costs one read and no write
        server.addBean(sessions);

        // Where any server may get a session's next request:
        DefaultSessionCacheFactory caches = new DefaultSessionCacheFactory();
        caches.setEvictionPolicy(SessionCache.EVICT_ON_SESSION_EXIT);
        caches.setSaveOnCreate(true);
        caches.setFlushOnResponseCommit(true);
        server.addBean(caches);
        // end: Jetty 12
    }

    static void tests(MutableClock clock) {
        // begin: tests
        FakeSessionStore store = new FakeSessionStore(clock); // any InstantSource; without, the system's
        try (SessionClient client = store.client()) {
            String id = client.create(NewSession.builder()
                            .idleTimeout(Duration.ofMinutes(30))
                            .build())
                    .id();
            clock.advance(Duration.ofMinutes(30));
            assertThatThrownBy(() -> client.find(id)).isInstanceOf(SessionGoneException.class);
            store.setAvailable(false);
            assertThatThrownBy(() -> client.find(id)).isInstanceOf(ServiceUnavailableException.class);
        }
        // end: tests
    }
}
