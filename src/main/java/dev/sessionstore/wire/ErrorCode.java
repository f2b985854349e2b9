package dev.sessionstore.wire;

/** Every kind of failure an answer may name, with the status it comes with. */
public enum ErrorCode {
    MALFORMED_JSON(400, "Malformed JSON"),
    MALFORMED_REQUEST(400, "Malformed request"),
    MALFORMED_ID(400, "Malformed id"),
    UNAUTHENTICATED(401, "Unauthenticated"),
    FORBIDDEN(403, "Forbidden"),
    BINDING_MISMATCH(403, "Binding mismatch"),
    SESSION_NOT_FOUND(404, "Session not found"),
    ATTRIBUTE_NOT_FOUND(404, "Attribute not found"),
    ROUTE_NOT_FOUND(404, "Route not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    REQUEST_TIMEOUT(408, "Request timeout"),
    SESSION_LIMIT(409, "Session limit"),
    SESSION_GONE(410, "Session gone"),
    VERSION_MISMATCH(412, "Version mismatch"),
    SESSION_EXISTS(412, "Session exists"),
    SESSION_TOO_LARGE(413, "Session too large"),
    BODY_TOO_LARGE(413, "Body too large"),
    URI_TOO_LONG(414, "URI too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    INVALID_FIELD(422, "Invalid field"),
    HEADERS_TOO_LARGE(431, "Headers too large"),
    INTERNAL(500, "Internal error"),
    NOT_SUPPORTED(501, "Not supported"),
    OVERLOADED(503, "Overloaded"),
    STORE_UNAVAILABLE(503, "Store unavailable"),
    NOT_READY(503, "Not ready"),
    HTTP_VERSION_NOT_SUPPORTED(505, "HTTP version not supported"),
    STORE_FULL(507, "Store full");

    private final String code;
    private final int status;
    private final String title;

    ErrorCode(int status, String title) {
        // Not by toLowerCase: that is locale's business, and Turkish has another i.
        StringBuilder code = new StringBuilder();
        for (char c : name().toCharArray()) {
            code.append(c == '_' ? '-' : (char) (c + ('a' - 'A')));
        }
        this.code = code.toString();
        this.status = status;
        this.title = title;
    }

    /** As answers name it: {@code session-not-found}. */
    public String code() {
        return code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** For people. */
    public String title() {
        return title;
    }
}
