package app;

import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.TypedJsonCodec;
import dev.sessionstore.client.spring.SpringSecurityCodec;
import dev.sessionstore.client.spring.StoredSessionRepository;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.jackson.SecurityJacksonModules;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;
import org.springframework.session.security.SpringSessionBackedSessionRegistry;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.ContextLoaderListener;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import tools.jackson.databind.json.JsonMapper;

/** Spring MVC behind Spring Security: visits are counted in {@code HttpSession}, before and after the login. */
public final class SpringApp implements AutoCloseable {
    /** A value of the application's own. */
    public record Visits(int count) {}

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    /** @param key 32 random bytes, the same for all instances */
    public SpringApp(SessionClient client, byte[] key) throws Exception {
        AnnotationConfigWebApplicationContext spring = new AnnotationConfigWebApplicationContext();
        spring.register(Wiring.class, Pages.class);
        spring.addBeanFactoryPostProcessor(beans -> {
            beans.registerSingleton("client", client);
            beans.registerSingleton("key", key);
        });
        ServletContextHandler context = new ServletContextHandler("/");
        context.addEventListener(new ContextLoaderListener(spring));
        for (String name : List.of("springSessionRepositoryFilter", "springSecurityFilterChain")) {
            FilterHolder filter = new FilterHolder(new DelegatingFilterProxy(name));
            context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ERROR));
        }
        context.addServlet(new ServletHolder(new DispatcherServlet(spring)), "/");
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
    }

    public String uri() {
        return "http://localhost:" + connector.getLocalPort();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }

    @Configuration
    @EnableWebMvc
    @EnableWebSecurity
    @EnableSpringHttpSession
    static class Wiring {
        @Bean
        StoredSessionRepository sessions(SessionClient client, byte[] key) {
            JsonMapper security = JsonMapper.builder()
                    .addModules(SecurityJacksonModules.getModules(getClass().getClassLoader()))
                    .build();
            TypedJsonCodec own = TypedJsonCodec.builder().allow(Visits.class).build();
            return StoredSessionRepository.builder(client)
                    .sealingKey(key)
                    .codec(new SpringSecurityCodec(
                            security::writeValueAsBytes, json -> security.readValue(json, Object.class), own))
                    .build();
        }

        @Bean
        SpringSessionBackedSessionRegistry<?> registry(StoredSessionRepository sessions) {
            return new SpringSessionBackedSessionRegistry<>(sessions);
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("alice").password("{noop}wonderland").build());
        }

        @Bean
        SecurityFilterChain security(HttpSecurity http, SpringSessionBackedSessionRegistry<?> registry)
                throws Exception {
            return http.authorizeHttpRequests(requests -> requests.requestMatchers("/visit")
                            .permitAll()
                            .anyRequest()
                            .authenticated())
                    .formLogin(Customizer.withDefaults())
                    .sessionManagement(all -> all.maximumSessions(1).sessionRegistry(registry))
                    .build();
        }
    }

    @RestController
    static class Pages {
        @GetMapping("/visit")
        String visit(HttpSession session) {
            Visits before = (Visits) session.getAttribute("visits");
            Visits now = new Visits(before == null ? 1 : before.count() + 1);
            session.setAttribute("visits", now);
            return Integer.toString(now.count());
        }

        @GetMapping("/me")
        String me(Principal user) {
            return user.getName();
        }
    }
}
