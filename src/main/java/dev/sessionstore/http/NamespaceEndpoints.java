package dev.sessionstore.http;

import static dev.sessionstore.http.Answers.now;
import static dev.sessionstore.http.Answers.whenDurable;

import dev.sessionstore.core.Count;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Refusal;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Shown;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.wire.FieldFault;
import dev.sessionstore.wire.SessionDocument;
import dev.sessionstore.wire.Times;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Many sessions at once, and sessions by handle: what people and administration do, without ids. */
final class NamespaceEndpoints {
    static final String PRINCIPAL_HEADER = "Session-Principal";
    static final String EXPIRED_BEFORE = "expiredBefore";
    static final String TIME_RULE =
            "an RFC 3339 time with seconds and an offset, as 2026-11-21T18:10:02.001Z; a + is written %2B";
    private static final int DEFAULT_LIMIT = 100;

    private final SessionService service;
    private final SessionStore store;
    private final Answers answers;

    NamespaceEndpoints(SessionService service, SessionStore store) {
        this.service = service;
        this.store = store;
        answers = new Answers(service);
    }

    CompletionStage<ApiResponse> list(ApiRequest request) {
        String namespace = request.namespace();
        String principal = principalOf(request);
        Query query = request.query();
        String expiredBefore = query.get(EXPIRED_BEFORE);
        if (principal != null && expiredBefore != null) {
            throw ApiProblem.malformed(
                    EXPIRED_BEFORE + " lists a whole namespace, and a principal is named; give one of the two");
        }
        Shown shown = expiredBefore == null ? Shown.LIVE : Shown.endingBy(Times.parse(expiredBefore));
        String listing = listing(namespace, principal, shown);
        Page.Cursor after = Cursors.read(query.get("cursor"), listing);
        String limitText = query.get("limit");
        int limit = limitText == null ? DEFAULT_LIMIT : Integer.parseInt(limitText);
        Page page = principal == null
                ? service.sessions(namespace, shown, after, limit)
                : service.sessionsOf(namespace, principal, after, limit);
        return now(ApiResponse.json(200, pageOf(page, query.has("include"), listing)));
    }

    /** What is listed, as no other listing is called: no principal has a control character. */
    private static String listing(String namespace, @Nullable String principal, Shown shown) {
        if (principal != null) {
            return namespace + '\0' + principal;
        }
        return shown.equals(Shown.LIVE) ? namespace : namespace + "\0\0" + shown.endingBy();
    }

    static boolean isTime(String text) {
        try {
            Times.parse(text);
            return true;
        } catch (IllegalArgumentException notATime) {
            return false;
        }
    }

    private static byte[] pageOf(Page page, boolean withAttributes, String listing) {
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(64 + 512 * page.sessions().size());
        ascii(out, "{\"sessions\":[");
        String separator = "";
        for (Session session : page.sessions()) {
            ascii(out, separator);
            SessionDocuments.of(null, session, withAttributes).appendTo(out);
            separator = ",";
        }
        Page.Cursor next = page.next();
        ascii(out, "],\"nextCursor\":");
        ascii(out, next == null ? "null" : '"' + Cursors.write(next, listing) + '"');
        ascii(out, "}");
        return out.toByteArray();
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    CompletionStage<ApiResponse> revoke(ApiRequest request) {
        String namespace = request.namespace();
        String principal = principalOf(request);
        Query query = request.query();
        String confirm = query.get("confirm");
        if (principal == null) {
            if (query.has("except") || !namespace.equals(confirm)) {
                throw ApiProblem.malformed(
                        "this revokes sessions: name a principal, or confirm all with confirm= and the namespace");
            }
            return whenDurable(store, revoked(service.revokeNamespace(namespace)));
        }
        if (confirm != null) {
            throw ApiProblem.malformed("principal and confirm are two different wishes; give one");
        }
        String except = query.get("except");
        return whenDurable(
                store, revoked(service.revokeAll(namespace, principal, except == null ? null : spared(except))));
    }

    private static SessionKey spared(String handle) {
        return SessionKey.parseHandle(handle)
                .orElseThrow(() -> ApiProblem.invalid(
                        List.of(new FieldFault("/except", "is no handle: 22 characters of base64url"))));
    }

    private static ApiResponse revoked(long count) {
        return ApiResponse.json(200, ("{\"revoked\":" + count + "}").getBytes(StandardCharsets.US_ASCII));
    }

    private static @Nullable String principalOf(ApiRequest request) {
        String inHeader = request.onlyHeader(PRINCIPAL_HEADER);
        String inQuery = request.query().get("principal");
        if (inHeader == null) {
            return inQuery;
        }
        if (inQuery != null) {
            throw ApiProblem.malformed("the principal is in the query and in " + PRINCIPAL_HEADER + "; give it once");
        }
        if (!isPrincipal(inHeader)) {
            throw ApiProblem.malformed("the header " + PRINCIPAL_HEADER + " must be " + PRINCIPAL_RULE);
        }
        return inHeader;
    }

    static final String PRINCIPAL_RULE = "1 to 256 characters without control characters";

    static boolean isPrincipal(String text) {
        int points = text.codePointCount(0, text.length());
        return points >= 1 && points <= 256 && text.chars().noneMatch(Character::isISOControl);
    }

    CompletionStage<ApiResponse> getByHandle(ApiRequest request) {
        Preconditions preconditions = Preconditions.of(request);
        Session session = service.look(handleOf(request));
        if (preconditions.isUnchanged(session)) {
            return now(answers.notModified(session));
        }
        SessionDocument document =
                SessionDocuments.of(null, session, request.query().has("include"));
        return now(answers.with(document, 200, session));
    }

    CompletionStage<ApiResponse> deleteByHandle(ApiRequest request) {
        Preconditions preconditions = Preconditions.of(request);
        service.remove(handleOf(request), preconditions::check, Reason.REVOKED);
        return whenDurable(store, ApiResponse.empty(204));
    }

    /** The key that the path names, if this namespace has or had it. */
    private SessionKey handleOf(ApiRequest request) {
        SessionKey key = SessionKey.parseHandle(request.segment("{handle}")).orElseThrow(Refusal::notFound);
        request.about(key);
        Lookup found = service.find(key);
        boolean isHere = found instanceof Session session && session.namespace().equals(request.namespace())
                || found instanceof Tombstone tombstone && tombstone.namespace().equals(request.namespace());
        if (!isHere) {
            throw Refusal.notFound();
        }
        return key;
    }

    CompletionStage<ApiResponse> stats(ApiRequest request) {
        StringBuilder json = new StringBuilder(128);
        Count.Counted counted =
                store.count().map(count -> count.count(request.namespace())).orElse(null);
        json.append("{\"sessions\":").append(counted == null ? "null" : counted.sessions());
        json.append(",\"bytes\":").append(counted == null ? "null" : counted.bytes());
        json.append(",\"store\":\"").append(store.name()).append("\",\"capabilities\":[");
        String separator = "";
        for (String capability : capabilities()) {
            json.append(separator).append('"').append(capability).append('"');
            separator = ",";
        }
        json.append("]}");
        return now(ApiResponse.json(200, json.toString().getBytes(StandardCharsets.US_ASCII)));
    }

    private List<String> capabilities() {
        java.util.ArrayList<String> names = new java.util.ArrayList<>(3);
        store.principalIndex().ifPresent(index -> names.add("principal-index"));
        store.scan().ifPresent(scan -> names.add("scan"));
        store.count().ifPresent(count -> names.add("count"));
        return names;
    }
}
