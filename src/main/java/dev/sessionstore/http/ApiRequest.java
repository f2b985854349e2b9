package dev.sessionstore.http;

import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.Refusal;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.wire.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An admitted request, as its endpoint sees it. Belongs to one request at a time. */
final class ApiRequest {
    static final String ID_OUTSIDE = "-";

    private final RequestHead head;
    private final RouteTable.Match match;
    private final Caller caller;
    private final Query query;
    private final String mediaType;
    private final byte[] json;
    private final KeyHash keyHash;
    private @Nullable SessionKey key;

    ApiRequest(
            RequestHead head,
            RouteTable.Match match,
            Caller caller,
            Query query,
            String mediaType,
            byte[] json,
            KeyHash keyHash) {
        this.head = head;
        this.match = match;
        this.caller = caller;
        this.query = query;
        this.mediaType = mediaType;
        this.json = json;
        this.keyHash = keyHash;
    }

    String namespace() {
        return match.segment(RouteTable.NAMESPACE);
    }

    /** A decoded segment of the path by its place in the template: {@code {name}}. */
    String segment(String place) {
        return match.segment(place);
    }

    Query query() {
        return query;
    }

    /** The body's media type, without parameters; empty where there is no body. */
    String mediaType() {
        return mediaType;
    }

    /** The body: checked JSON without insignificant white space; empty where there is none. */
    byte[] json() {
        return json;
    }

    boolean hasBody() {
        return json.length > 0;
    }

    /** Whether reading is an access: not for a caller that may only read, nor with {@code touch=false}. */
    boolean slides() {
        return caller.role().covers(Role.WRITE) && !"false".equals(query.get("touch"));
    }

    List<String> headers(String name) {
        return head.headers(name);
    }

    /** The one value of a header; null where there is none. */
    @Nullable String onlyHeader(String name) {
        List<String> values = head.headers(name);
        if (values.size() > 1) {
            throw ApiProblem.malformed("the header " + name + " is given more than once");
        }
        return values.isEmpty() ? null : HeaderText.utf8(values.get(0));
    }

    /** The id that the path, or with {@code -} the header {@code Session-Id}, gives: any text. */
    private String idText() {
        String inPath = match.segment("{id}");
        List<String> inHeader = head.headers("Session-Id");
        if (inPath.equals(ID_OUTSIDE)) {
            if (inHeader.size() != 1 || inHeader.get(0).isEmpty()) {
                throw ApiProblem.malformed("with `-` for the id in the path, exactly one header Session-Id gives it");
            }
            return inHeader.get(0);
        }
        if (!inHeader.isEmpty()) {
            throw ApiProblem.malformed("the header Session-Id needs `-` for the id in the path");
        }
        return inPath;
    }

    /** The id; one of the wrong shape is simply not found. */
    SessionId id() {
        SessionId id = SessionId.parse(idText()).orElseThrow(Refusal::notFound);
        key = keyHash.keyOf(namespace(), id);
        return id;
    }

    /** The id of a session that may be created under it, so its shape must be right. */
    SessionId idToBe() {
        SessionId id = idToBe(idText(), "the id");
        key = keyHash.keyOf(namespace(), id);
        return id;
    }

    static SessionId idToBe(String text, String what) {
        return SessionId.parse(text)
                .orElseThrow(() -> ApiProblem.of(
                        ErrorCode.MALFORMED_ID,
                        what + " has " + text.length() + " characters; it must be " + SessionId.MIN_LENGTH + " to "
                                + SessionId.MAX_LENGTH + " of A-Z a-z 0-9 . _ ~ -"));
    }

    /** The key of the session that the path names by id. */
    SessionKey key() {
        if (key == null) {
            id();
        }
        return java.util.Objects.requireNonNull(key);
    }

    /** Notes which session a request without id turned out to be about, for the log. */
    void about(SessionKey session) {
        key = session;
    }

    /** The key of the session this was about, as far as it came to that; for the log. */
    @Nullable SessionKey keyIfKnown() {
        return key;
    }

    byte[] fingerprint(String text) {
        return keyHash.fingerprint(text);
    }

    SessionKey keyOf(SessionId id) {
        return keyHash.keyOf(namespace(), id);
    }
}
