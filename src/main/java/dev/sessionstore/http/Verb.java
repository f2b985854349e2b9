package dev.sessionstore.http;

import org.jspecify.annotations.Nullable;

/** The methods of HTTP that some route has. */
public enum Verb {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE;

    /** Methods are case-sensitive (RFC 9110, section 9.1); null for one that no route has. */
    static @Nullable Verb of(String method) {
        return switch (method) {
            case "GET" -> GET;
            case "HEAD" -> HEAD;
            case "POST" -> POST;
            case "PUT" -> PUT;
            case "PATCH" -> PATCH;
            case "DELETE" -> DELETE;
            default -> null;
        };
    }
}
