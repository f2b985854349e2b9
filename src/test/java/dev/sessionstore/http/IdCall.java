package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;

import java.util.stream.Stream;

/** Every call that names a session by its id, in a form that succeeds on a session with the attribute {@code a}. */
enum IdCall {
    READ("GET", "", null),
    HEAD("HEAD", "", null),
    ATTRIBUTES("GET", "/attributes", null),
    ATTRIBUTE("GET", "/attributes/a", null),
    PUT("PUT", "", json("{'attributes': {'b': 2}}")),
    PATCH("PATCH", "", json("{'set': {'b': 2}}")),
    MERGE("PATCH", "", json("{'attributes': {'b': 2}}")),
    DELETE("DELETE", "", null),
    TOUCH("POST", "/touch", null),
    EXPIRE("POST", "/expire", null),
    EXPIRE_LATER("POST", "/expire", json("{'inSeconds': 60}")),
    ROTATE("POST", "/rotate", null),
    PUT_ATTRIBUTE("PUT", "/attributes/a", "2"),
    DELETE_ATTRIBUTE("DELETE", "/attributes/a", null);

    private final String verb;
    private final String path;
    private final String body;

    IdCall(String verb, String path, String body) {
        this.verb = verb;
        this.path = path;
        this.body = body;
    }

    static Stream<IdCall> writes() {
        return Stream.of(values()).filter(call -> !call.reads());
    }

    static Stream<IdCall> readings() {
        return Stream.of(values()).filter(IdCall::reads);
    }

    /** The calls that take a body, required or not. */
    static Stream<IdCall> withBodies() {
        return Stream.of(PUT, PATCH, MERGE, EXPIRE_LATER, ROTATE, PUT_ATTRIBUTE);
    }

    boolean reads() {
        return ordinal() <= ATTRIBUTE.ordinal();
    }

    /** {@code id} may be {@code -}. */
    Answer on(Sessions sessions, String id, String... headers) {
        return body == null
                ? sessions.call(verb, "/sessions/" + id + path, headers)
                : with(sessions, id, body, headers);
    }

    Answer with(Sessions sessions, String id, String otherBody, String... headers) {
        String[] all = this == MERGE ? Sessions.with(headers, "Content-Type", Sessions.MERGE_PATCH) : headers;
        return sessions.callWith(verb, "/sessions/" + id + path, otherBody, all);
    }

    /** The same with a query, which starts with a question mark. */
    Answer asking(Sessions sessions, String id, String query, String... headers) {
        return body == null
                ? sessions.raw(verb, "/sessions/" + id + path + query, headers)
                : sessions.rawWith(verb, "/sessions/" + id + path + query, body, typed(headers));
    }

    private String[] typed(String... headers) {
        return Sessions.with(headers, "Content-Type", this == MERGE ? Sessions.MERGE_PATCH : "application/json");
    }
}
