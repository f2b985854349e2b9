package dev.sessionstore.http;

import static dev.sessionstore.http.Route.route;

import dev.sessionstore.core.SessionService;
import dev.sessionstore.core.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The table's rows. */
public final class Routes {
    private static final String SESSIONS = "/v1/{namespace}/sessions";
    private static final String SESSION = SESSIONS + "/{id}";
    private static final String ATTRIBUTES = SESSION + "/attributes";
    private static final String ATTRIBUTE = ATTRIBUTES + "/{name}";
    private static final String HANDLE = "/v1/{namespace}/handles/{handle}";

    private static final String SNAPSHOT = "/v1/admin/snapshot";

    private Routes() {}

    /**
     * @param scrape makes the metrics in Prometheus' text format
     * @param metricsOpen whether metrics need no key
     */
    public static RouteTable of(
            SessionService service,
            SessionStore store,
            Readiness readiness,
            Supplier<String> scrape,
            boolean metricsOpen) {
        List<Route.Builder> rows = new ArrayList<>();
        sessions(rows, new SessionEndpoints(service, store));
        attributes(rows, new AttributeEndpoints(service, store));
        // One session each: no more than a few looks into the store.
        rows.forEach(row -> row.prompt(!store.mayBlock()));
        namespace(rows, new NamespaceEndpoints(service, store));
        admin(rows, new AdminEndpoints(store));
        operation(rows, new OperationEndpoints(readiness, scrape), metricsOpen);
        return new RouteTable(rows.stream().map(Route.Builder::build).toList());
    }

    private static void sessions(List<Route.Builder> rows, SessionEndpoints session) {
        rows.add(json(route(Verb.POST, SESSIONS, Role.WRITE, session::create)).accepts(ApiResponse.JSON));
        rows.add(touch(json(route(Verb.GET, SESSION, Role.READ, session::get))));
        rows.add(json(route(Verb.HEAD, SESSION, Role.READ, session::head)));
        rows.add(json(route(Verb.PUT, SESSION, Role.WRITE, session::put)).accepts(ApiResponse.JSON));
        rows.add(json(route(Verb.PATCH, SESSION, Role.WRITE, session::patch))
                .accepts(ApiResponse.JSON, MediaTypes.MERGE_PATCH));
        rows.add(route(Verb.DELETE, SESSION, Role.WRITE, session::delete));
        rows.add(route(Verb.POST, SESSION + "/touch", Role.WRITE, session::touch));
        rows.add(route(Verb.POST, SESSION + "/expire", Role.WRITE, session::expire)
                .accepts(ApiResponse.JSON));
        rows.add(json(route(Verb.POST, SESSION + "/rotate", Role.WRITE, session::rotate))
                .accepts(ApiResponse.JSON));
    }

    private static void attributes(List<Route.Builder> rows, AttributeEndpoints attributes) {
        rows.add(touch(json(route(Verb.GET, ATTRIBUTES, Role.READ, attributes::getAll))));
        rows.add(json(route(Verb.HEAD, ATTRIBUTES, Role.READ, attributes::headAll)));
        rows.add(touch(json(route(Verb.GET, ATTRIBUTE, Role.READ, attributes::get))));
        rows.add(json(route(Verb.HEAD, ATTRIBUTE, Role.READ, attributes::head)));
        rows.add(json(route(Verb.PUT, ATTRIBUTE, Role.WRITE, attributes::put)).accepts(ApiResponse.JSON));
        rows.add(route(Verb.DELETE, ATTRIBUTE, Role.WRITE, attributes::delete));
    }

    private static void namespace(List<Route.Builder> rows, NamespaceEndpoints namespace) {
        rows.add(include(principal(json(route(Verb.GET, SESSIONS, Role.READ, namespace::list))))
                .parameter("limit", "an integer from 1 to 1000", Routes::isLimit)
                .parameter("cursor", "a cursor", text -> true)
                .parameter(
                        NamespaceEndpoints.EXPIRED_BEFORE, NamespaceEndpoints.TIME_RULE, NamespaceEndpoints::isTime));
        rows.add(principal(json(route(Verb.DELETE, SESSIONS, Role.WRITE, namespace::revoke)))
                .parameter("except", "a handle", text -> true)
                .parameter("confirm", "the namespace", text -> true)
                .raise(new Route.Raise("confirm", null, Role.ADMIN)));
        rows.add(include(json(route(Verb.GET, HANDLE, Role.READ, namespace::getByHandle))));
        rows.add(route(Verb.DELETE, HANDLE, Role.WRITE, namespace::deleteByHandle));
        rows.add(json(route(Verb.GET, "/v1/{namespace}/stats", Role.READ, namespace::stats)));
    }

    private static void admin(List<Route.Builder> rows, AdminEndpoints admin) {
        rows.add(json(route(Verb.POST, SNAPSHOT, Role.ADMIN, admin::takeSnapshot))
                .everywhere());
        rows.add(json(route(Verb.GET, SNAPSHOT, Role.ADMIN, admin::snapshot)).everywhere());
    }

    private static void operation(List<Route.Builder> rows, OperationEndpoints operation, boolean metricsOpen) {
        rows.add(json(route(Verb.GET, "/health/live", null, operation::live)));
        rows.add(json(route(Verb.HEAD, "/health/live", null, operation::live)));
        rows.add(json(route(Verb.GET, "/health/ready", null, operation::ready)));
        rows.add(json(route(Verb.HEAD, "/health/ready", null, operation::ready)));
        rows.add(route(Verb.GET, "/metrics", metricsOpen ? null : Role.READ, operation::metrics)
                .everywhere()
                .produces("text/plain"));
        rows.add(
                route(Verb.GET, "/openapi.yaml", null, operation::specification).produces("application/yaml"));
        rows.add(route(Verb.GET, "/docs", null, operation::docs).produces("text/html"));
        // Whatever a browser asks for it with: a page's parts have the types they have.
        rows.add(route(Verb.GET, "/docs/{file}", null, operation::docsFile));
    }

    private static Route.Builder json(Route.Builder row) {
        return row.produces(ApiResponse.JSON);
    }

    private static Route.Builder touch(Route.Builder row) {
        return row.parameter("touch", "true or false", text -> text.equals("true") || text.equals("false"));
    }

    private static Route.Builder include(Route.Builder row) {
        return row.parameter("include", "attributes", "attributes"::equals)
                .raise(new Route.Raise("include", "attributes", Role.WRITE));
    }

    private static Route.Builder principal(Route.Builder row) {
        return row.parameter("principal", NamespaceEndpoints.PRINCIPAL_RULE, NamespaceEndpoints::isPrincipal);
    }

    private static boolean isLimit(String text) {
        return text.matches("[1-9][0-9]{0,3}") && Integer.parseInt(text) <= 1000;
    }
}
