package dev.sessionstore.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table.
 *
 * @param role what a caller needs at least; null: no key at all
 * @param raised query parameters that, when given (with that value, if not null), need a higher role
 * @param scope where the role must hold
 * @param accepts the media types that a body may have; empty: no body
 * @param produces the media type of a success with a body; null: never a body
 * @param parameters the query parameters it knows, by name
 * @param isPrompt whether its endpoint neither waits nor takes long, whatever it is asked
 */
public record Route(
        Verb verb,
        String template,
        @Nullable Role role,
        List<Raise> raised,
        Scope scope,
        List<String> accepts,
        @Nullable String produces,
        Map<String, Parameter> parameters,
        boolean isPrompt,
        Endpoint endpoint) {

    /** Where a caller's role must hold. */
    public enum Scope {
        /** For the namespace in the path. */
        NAMESPACE,
        /** For all namespaces. */
        ALL
    }

    /** What a route does: plain values in, plain values out, with a completed stage unless it has to wait. */
    @FunctionalInterface
    interface Endpoint {
        CompletionStage<ApiResponse> answer(ApiRequest request);
    }

    record Raise(String parameter, @Nullable String value, Role role) {}

    /** @param rule what a value must be, for people */
    record Parameter(String rule, Predicate<String> accepts) {}

    /** The role that this very request needs. */
    @Nullable Role roleFor(Query query) {
        Role needed = role;
        for (Raise raise : raised) {
            String value = query.get(raise.parameter);
            if (value != null && (raise.value == null || raise.value.equals(value))) {
                needed = raise.role;
            }
        }
        return needed;
    }

    boolean takesBody() {
        return !accepts.isEmpty();
    }

    /** Whether the path names a session by its id. */
    boolean isById() {
        return template.contains("{id}");
    }

    static Builder route(Verb verb, String template, @Nullable Role role, Endpoint endpoint) {
        return new Builder(verb, template, role, endpoint);
    }

    static final class Builder {
        private final Verb verb;
        private final String template;
        private final @Nullable Role role;
        private final Endpoint endpoint;
        private final Map<String, Parameter> parameters = new LinkedHashMap<>();
        private List<Raise> raised = List.of();
        private Scope scope = Scope.NAMESPACE;
        private List<String> accepts = List.of();
        private @Nullable String produces;
        private boolean isPrompt;

        private Builder(Verb verb, String template, @Nullable Role role, Endpoint endpoint) {
            this.verb = verb;
            this.template = template;
            this.role = role;
            this.endpoint = endpoint;
        }

        Builder accepts(String... mediaTypes) {
            accepts = List.of(mediaTypes);
            return this;
        }

        Builder produces(String mediaType) {
            produces = mediaType;
            return this;
        }

        Builder parameter(String name, String rule, Predicate<String> accepts) {
            parameters.put(name, new Parameter(rule, accepts));
            return this;
        }

        Builder raise(Raise... raises) {
            raised = List.of(raises);
            return this;
        }

        Builder everywhere() {
            scope = Scope.ALL;
            return this;
        }

        Builder prompt(boolean value) {
            isPrompt = value;
            return this;
        }

        Route build() {
            return new Route(verb, template, role, raised, scope, accepts, produces, parameters, isPrompt, endpoint);
        }
    }
}
