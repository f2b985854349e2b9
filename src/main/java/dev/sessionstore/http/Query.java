package dev.sessionstore.http;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request's query parameters: each once, none empty; whatever is wrong is remembered until it is its turn. */
final class Query {
    static final Query NONE = new Query(Map.of(), null);

    private final Map<String, String> values;
    private final @Nullable String fault;

    private Query(Map<String, String> values, @Nullable String fault) {
        this.values = values;
        this.fault = fault;
    }

    static Query parse(@Nullable String raw) {
        if (raw == null) {
            return NONE;
        }
        Map<String, String> values = new LinkedHashMap<>();
        String fault = null;
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = PercentEncoding.decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : PercentEncoding.decode(pair.substring(equals + 1), true);
            if (name == null || value == null) {
                fault = "the query is not percent-encoded UTF-8";
            } else if (name.isEmpty() || value.isEmpty()) {
                fault = "a query parameter is empty; leave it out or give it a value";
            } else if (values.put(name, value) != null) {
                fault = "a query parameter is given more than once";
            }
        }
        return new Query(values, fault);
    }

    @Nullable String get(String name) {
        return values.get(name);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** Refuses what no query may have, and what this route does not know. */
    void check(Map<String, Route.Parameter> known) {
        if (fault != null) {
            throw ApiProblem.malformed(fault);
        }
        values.forEach((name, value) -> {
            Route.Parameter parameter = known.get(name);
            if (parameter == null) {
                throw ApiProblem.malformed(
                        known.isEmpty()
                                ? "this route takes no query parameters"
                                : "an unknown query parameter; this route takes " + String.join(", ", known.keySet()));
            }
            if (!parameter.accepts().test(value)) {
                throw ApiProblem.malformed("the query parameter " + name + " must be " + parameter.rule());
            }
        });
    }
}
