package dev.sessionstore.http;

import dev.sessionstore.core.NamespaceName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All routes, and the one way from a path to a route. Paths are matched segment by segment as they were sent, each
 * decoded once, so nothing that a client or a proxy could fold reaches another route.
 */
public final class RouteTable {
    private final List<Route> routes;
    private final List<Shape> shapes = new ArrayList<>();

    RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        for (Route route : routes) {
            shapeOf(route.template()).routes.put(route.verb(), route);
        }
    }

    private Shape shapeOf(String template) {
        for (Shape shape : shapes) {
            if (shape.template.equals(template)) {
                return shape;
            }
        }
        Shape shape = new Shape(template);
        shapes.add(shape);
        return shape;
    }

    public List<Route> routes() {
        return routes;
    }

    /**
     * @param segments decoded, without the leading empty one
     * @return null if no template fits
     */
    @Nullable Match match(List<String> segments) {
        for (Shape shape : shapes) {
            if (shape.fits(segments)) {
                return new Match(shape, segments);
            }
        }
        return null;
    }

    /** A path that some template fits. */
    record Match(Shape shape, List<String> segments) {
        @Nullable Route route(@Nullable Verb verb) {
            return verb == null ? null : shape.routes.get(verb);
        }

        /** The verbs that this path has, as the header {@code Allow} lists them. */
        String allow() {
            List<String> verbs = new ArrayList<>();
            shape.routes.keySet().forEach(verb -> verbs.add(verb.name()));
            return String.join(", ", verbs);
        }

        /** The segment at a named place of the template. */
        String segment(String name) {
            return segments.get(shape.placeOf(name));
        }

        boolean hasNamespace() {
            return shape.placeOf(NAMESPACE) >= 0;
        }

        String template() {
            return shape.template;
        }
    }

    static final String NAMESPACE = "{namespace}";

    /** The routes of one template. */
    static final class Shape {
        private final String template;
        private final String[] parts;
        private final Map<Verb, Route> routes = new EnumMap<>(Verb.class);

        private Shape(String template) {
            this.template = template;
            this.parts = template.substring(1).split("/");
        }

        private boolean fits(List<String> segments) {
            if (segments.size() != parts.length) {
                return false;
            }
            for (int i = 0; i < parts.length; i++) {
                String part = parts[i];
                boolean fits = part.charAt(0) == '{'
                        ? !part.equals(NAMESPACE) || NamespaceName.isValid(segments.get(i))
                        : part.equals(segments.get(i));
                if (!fits) {
                    return false;
                }
            }
            return true;
        }

        private int placeOf(String name) {
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].equals(name)) {
                    return i;
                }
            }
            return -1;
        }
    }
}
