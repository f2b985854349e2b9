package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.store.memory.MemoryOptions;
import dev.sessionstore.store.memory.MemoryStore;
import dev.sessionstore.testing.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What can be read off the table of routes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TableTest {
    private static final Set<String> VERBS = Set.of("get", "head", "post", "put", "patch", "delete");

    private final TestServer server = TestServer.startWithKeys(Map.of());
    private final RouteTable table = table();

    @AfterAll
    void stop() {
        server.close();
    }

    private static RouteTable table() {
        MemoryStore store = new MemoryStore(
                new MemoryOptions(0, 1 << 20, MemoryOptions.WhenFull.REJECT),
                Policies.allDefault(),
                new MutableClock(),
                SessionObserver.NONE);
        SessionService service = new SessionService(store, Policies.allDefault(), 1 << 18);
        return Routes.of(service, store, new Readiness(), () -> "", false);
    }

    @Test
    @SuppressWarnings("unchecked")
    void theSpecificationHasTheVeryRoutesOfTheTable() throws IOException {
        Map<String, Object> specification = (Map<String, Object>) new Load(
                        LoadSettings.builder().setMaxAliasesForCollections(1000).build())
                .loadFromString(Files.readString(Path.of("openapi.yaml")));
        TreeSet<String> described = new TreeSet<>();
        ((Map<String, Map<String, Object>>) specification.get("paths"))
                .forEach((path, item) -> item.keySet().stream()
                        .filter(VERBS::contains)
                        .forEach(verb -> described.add(verb.toUpperCase(Locale.ROOT) + " " + path)));

        TreeSet<String> rows = new TreeSet<>();
        table.routes().forEach(route -> rows.add(route.verb() + " " + route.template()));
        assertThat(described).isEqualTo(rows);
    }

    @TestFactory
    Stream<DynamicTest> aRouteWithARoleRefusesCallersWithoutIt() {
        String reader = server.newKey("read", "shop");
        String writer = server.newKey("write", "shop");
        String stranger = server.newKey("admin", "elsewhere");
        return table.routes().stream()
                .filter(route -> route.role() != null)
                .map(route -> DynamicTest.dynamicTest(route.verb() + " " + route.template(), () -> {
                    assertThat(status(route, null)).isEqualTo(401);
                    assertThat(status(route, stranger)).isEqualTo(403);
                    if (route.scope() == Route.Scope.NAMESPACE) {
                        assertThat(status(route, reader) == 403).isEqualTo(route.role() != Role.READ);
                        assertThat(status(route, writer) == 403).isEqualTo(route.role() == Role.ADMIN);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> aParameterThatRaisesTheRoleRefusesCallersWithoutIt() {
        String reader = server.newKey("read", "shop");
        String writer = server.newKey("write", "shop");
        return table.routes().stream()
                .flatMap(route -> route.raised().stream().map(raise -> {
                    String query = raise.parameter() + "=" + (raise.value() == null ? "shop" : raise.value());
                    return DynamicTest.dynamicTest(route.verb() + " " + route.template() + "?" + query, () -> {
                        assertThat(status(route, reader, query)).isEqualTo(403);
                        assertThat(status(route, writer, query) == 403).isEqualTo(raise.role() == Role.ADMIN);
                    });
                }));
    }

    private int status(Route route, String key, String... query) {
        String path = route.template()
                .replace("{namespace}", "shop")
                .replace("{id}", "x".repeat(43))
                .replace("{name}", "n")
                .replace("{handle}", "x".repeat(22));
        var request = server.given();
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return request.request(
                        route.verb().name(),
                        path + (query.length == 0 ? "" : "?" + List.of(query).get(0)))
                .statusCode();
    }
}
