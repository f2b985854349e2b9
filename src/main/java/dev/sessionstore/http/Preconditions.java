package dev.sessionstore.http;

import dev.sessionstore.core.Session;
import dev.sessionstore.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's {@code If-Match} and {@code If-None-Match} (RFC 9110, section 13). {@code If-Match} compares strongly,
 * {@code If-None-Match} weakly.
 */
final class Preconditions {
    private static final String ANY = "*";

    private final @Nullable List<String> ifMatch;
    private final @Nullable List<String> ifNoneMatch;

    private Preconditions(@Nullable List<String> ifMatch, @Nullable List<String> ifNoneMatch) {
        this.ifMatch = ifMatch;
        this.ifNoneMatch = ifNoneMatch;
    }

    static Preconditions of(ApiRequest request) {
        return new Preconditions(
                tags("If-Match", request.headers("If-Match")), tags("If-None-Match", request.headers("If-None-Match")));
    }

    boolean hasIfMatch() {
        return ifMatch != null;
    }

    /** {@code If-None-Match: *}: only if there is nothing yet. */
    boolean onlyIfAbsent() {
        return ifNoneMatch != null && ifNoneMatch.contains(ANY);
    }

    /** Before a write. */
    void check(Session session) {
        String tag = SessionHeaders.etag(session);
        if (ifMatch != null && !ifMatch.contains(ANY) && !ifMatch.contains(tag)) {
            throw mismatch("the session has another version than If-Match names")
                    .about(session);
        }
        if (isUnchanged(session)) {
            throw mismatch("the session is there, and If-None-Match forbids that")
                    .about(session);
        }
    }

    /** Before a write that adds something to the session: {@code If-None-Match} speaks of that instead. */
    void checkIfMatch(Session session) {
        new Preconditions(ifMatch, null).check(session);
    }

    /** What a read answers with 304. */
    boolean isUnchanged(Session session) {
        if (ifNoneMatch == null) {
            return false;
        }
        String tag = SessionHeaders.etag(session);
        return ifNoneMatch.contains(ANY) || ifNoneMatch.contains(tag) || ifNoneMatch.contains("W/" + tag);
    }

    static ApiProblem mismatch(String detail) {
        return ApiProblem.of(ErrorCode.VERSION_MISMATCH, detail);
    }

    private static @Nullable List<String> tags(String name, List<String> values) {
        if (values.isEmpty()) {
            return null;
        }
        List<String> tags = new ArrayList<>();
        for (String value : values) {
            parse(name, value, tags);
        }
        if (tags.isEmpty() || tags.contains(ANY) && tags.size() > 1) {
            throw malformed(name);
        }
        return tags;
    }

    private static void parse(String name, String value, List<String> tags) {
        int at = 0;
        boolean needsTag = true;
        while (at < value.length()) {
            char c = value.charAt(at);
            if (c == ' ' || c == '\t') {
                at++;
            } else if (c == ',') {
                needsTag = true;
                at++;
            } else if (!needsTag) {
                throw malformed(name);
            } else if (c == '*') {
                tags.add(ANY);
                needsTag = false;
                at++;
            } else {
                int open = value.startsWith("W/\"", at) ? at + 2 : at;
                int close = value.charAt(open) == '"' ? value.indexOf('"', open + 1) : -1;
                if (close < 0) {
                    throw malformed(name);
                }
                tags.add(value.substring(at, close + 1));
                needsTag = false;
                at = close + 1;
            }
        }
    }

    private static ApiProblem malformed(String name) {
        return ApiProblem.malformed("the header " + name + " must be `*` or a list of quoted entity tags");
    }
}
