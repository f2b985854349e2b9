package dev.sessionstore.http;

import java.util.ArrayList;
import java.util.List;

/** Splits a path as it was sent into decoded segments. */
final class Paths {
    private Paths() {}

    /**
     * Refuses what a client, a proxy or a server could fold into another path: a segment that is empty, {@code .} or
     * {@code ..}, raw or encoded, and a trailing slash.
     */
    static List<String> segments(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            throw ApiProblem.malformed("the path must begin with a slash");
        }
        List<String> segments = new ArrayList<>(6);
        int from = 1;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            String segment = PercentEncoding.decode(path.substring(from, to), false);
            if (segment == null) {
                throw ApiProblem.malformed("the path is not percent-encoded UTF-8");
            }
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw ApiProblem.malformed("the path has an empty, `.` or `..` segment, or ends with a slash");
            }
            segments.add(segment);
            from = to + 1;
        }
        return segments;
    }
}
