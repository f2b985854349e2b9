package dev.sessionstore.client.spring;

import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.TypedJsonCodec;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
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
import org.springframework.security.core.session.SessionInformation;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;
import org.springframework.session.security.SpringSessionBackedSessionRegistry;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.ContextLoaderListener;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.FlashMap;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.servlet.view.RedirectView;

/** One instance of an application: Spring MVC, Spring Security with a form login, and sessions in the service. */
final class SpringShop implements AutoCloseable {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    /** @param maximumSessions of one user; -1 for any number */
    SpringShop(SessionClient client, int maximumSessions) throws Exception {
        AnnotationConfigWebApplicationContext spring = new AnnotationConfigWebApplicationContext();
        spring.register(Wiring.class, Pages.class);
        spring.addBeanFactoryPostProcessor(beans -> {
            beans.registerSingleton("client", client);
            beans.registerSingleton("maximumSessions", maximumSessions);
        });
        ServletContextHandler context = new ServletContextHandler("/");
        context.addEventListener(new ContextLoaderListener(spring));
        for (String filter : List.of("springSessionRepositoryFilter", "springSecurityFilterChain")) {
            Filter proxy = new DelegatingFilterProxy(filter);
            context.addFilter(new FilterHolder(proxy), "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ERROR));
        }
        context.addServlet(new ServletHolder(new DispatcherServlet(spring)), "/");
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
    }

    URI at(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + pathAndQuery);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the application does not stop", e);
        }
    }

    @Configuration
    @EnableWebMvc
    @EnableWebSecurity
    @EnableSpringHttpSession
    static class Wiring {
        @Bean
        StoredSessionRepository sessions(SessionClient client) {
            SpringSecurityCodec codec = SecurityMapper.codec(
                    TypedJsonCodec.builder().allow(Item.class, FlashMap.class).build());
            return StoredSessionRepository.builder(client)
                    .sealingKey("a key for tests, of 32 bytes....".getBytes(StandardCharsets.US_ASCII))
                    .codec(codec)
                    .build();
        }

        @Bean
        SpringSessionBackedSessionRegistry<SpringSession> registry(StoredSessionRepository sessions) {
            return new SpringSessionBackedSessionRegistry<>(sessions);
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("alice")
                            .password("{noop}wonderland")
                            .roles("USER")
                            .build(),
                    User.withUsername("bob")
                            .password("{noop}builder")
                            .roles("USER")
                            .build());
        }

        @Bean
        SecurityFilterChain security(HttpSecurity http, SessionRegistry registry, int maximumSessions)
                throws Exception {
            return http.authorizeHttpRequests(requests -> requests.requestMatchers("/cart", "/add")
                            .permitAll()
                            .anyRequest()
                            .authenticated())
                    .formLogin(Customizer.withDefaults())
                    .logout(Customizer.withDefaults())
                    .sessionManagement(
                            all -> all.maximumSessions(maximumSessions).sessionRegistry(registry))
                    .build();
        }
    }

    /** A value of the application's own. */
    record Item(String sku, long cents) {}

    @RestController
    static class Pages {
        private final SpringSessionBackedSessionRegistry<SpringSession> registry;

        Pages(SpringSessionBackedSessionRegistry<SpringSession> registry) {
            this.registry = registry;
        }

        @GetMapping("/add")
        String add(HttpSession session, @RequestParam String sku) {
            List<Item> cart = new ArrayList<>(cartOf(session));
            cart.add(new Item(sku, 999));
            session.setAttribute("cart", cart);
            return cart.toString();
        }

        @GetMapping("/cart")
        String cart(HttpSession session) {
            return cartOf(session).toString();
        }

        @SuppressWarnings("unchecked") // only add sets it
        private static List<Item> cartOf(HttpSession session) {
            List<Item> cart = (List<Item>) session.getAttribute("cart");
            return cart == null ? List.of() : cart;
        }

        @GetMapping("/me")
        String me(Principal principal) {
            return principal.getName();
        }

        @GetMapping("/change-and-end")
        String changeAndEnd(HttpServletRequest request) {
            request.changeSessionId();
            request.getSession().invalidate();
            return "ended";
        }

        @GetMapping("/redirect")
        RedirectView redirect(RedirectAttributes next) {
            next.addFlashAttribute("said", "bought");
            return new RedirectView("/redirected");
        }

        @GetMapping("/redirected")
        String redirected(Model model) {
            return String.valueOf(model.getAttribute("said"));
        }

        @GetMapping("/end-others")
        String endOthers(Principal principal, HttpSession session) {
            List<SessionInformation> others = registry.getAllSessions(principal, false).stream()
                    .filter(other -> !other.getSessionId().equals(session.getId()))
                    .toList();
            others.forEach(SessionInformation::expireNow);
            return "ended " + others.size();
        }
    }
}
