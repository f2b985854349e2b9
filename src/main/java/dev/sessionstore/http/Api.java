package dev.sessionstore.http;

import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.Session;
import dev.sessionstore.wire.ErrorCode;
import dev.sessionstore.wire.JsonText;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * From a raw request to an answer, by the contract's order of checks: framing and path (400), key (401), route (404),
 * verb (405), role and namespace (403), query (400), 406, 415, size (413), JSON (400), then the endpoint. While sessions
 * are loaded the head is checked and the rest is 503. A door calls {@link #admit} with the head, reads the body only if
 * it must, and calls {@link Admission#answer}.
 *
 * <p>Thread-safe.
 */
public final class Api {
    static final int MAX_DEPTH = 64;
    private static final byte[] NO_BODY = {};

    private final RouteTable table;
    private final AccessRules access;
    private final Readiness readiness;
    private final KeyHash keyHash;
    private final Failures failures;
    private final RequestLog log;
    private final long maxBodyBytes;

    /**
     * @param expiredButHeld whether a session that an answer speaks of expired, and is held for its application
     * @param maxBodyBytes the most bytes that a body may have
     */
    public Api(
            RouteTable table,
            AccessRules access,
            Readiness readiness,
            KeyHash keyHash,
            dev.sessionstore.core.RequestObserver observer,
            Predicate<Session> expiredButHeld,
            long maxBodyBytes) {
        this.table = table;
        this.access = access;
        this.readiness = readiness;
        this.keyHash = keyHash;
        this.failures = new Failures(expiredButHeld);
        this.log = new RequestLog(observer);
        this.maxBodyBytes = maxBodyBytes;
    }

    public RouteTable table() {
        return table;
    }

    long maxBodyBytes() {
        return maxBodyBytes;
    }

    /** Everything that can be said before the body. */
    public Admission admit(RequestHead head) {
        Admission admission = new Admission(head, requestIdOf(head));
        try {
            admission.check();
        } catch (RuntimeException refused) {
            admission.refused = refused;
        }
        return admission;
    }

    private static String requestIdOf(RequestHead head) {
        String given = head.header("X-Request-Id");
        return given != null && isSane(given)
                ? given
                : Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    }

    /** 1 to 128 visible ASCII characters that no log or header could trip over. */
    private static boolean isSane(String requestId) {
        if (requestId.isEmpty() || requestId.length() > 128) {
            return false;
        }
        for (int i = 0; i < requestId.length(); i++) {
            char c = requestId.charAt(i);
            boolean allowed =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-_.:/+=@~".indexOf(c) >= 0;
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    /** A request of which the head is checked. Belongs to one thread at a time. */
    public final class Admission {
        private final RequestHead head;
        private final @Nullable Verb verb;
        private final String requestId;
        private final long arrived = System.nanoTime();
        private RouteTable.@Nullable Match match;
        private @Nullable Route route;
        private @Nullable Caller caller;
        private Query query = Query.NONE;
        private @Nullable String mediaType;
        private @Nullable ApiRequest request;
        private @Nullable RuntimeException refused;

        private Admission(RequestHead head, String requestId) {
            this.head = head;
            this.verb = Verb.of(head.method());
            this.requestId = requestId;
        }

        public String requestId() {
            return requestId;
        }

        /** Whether the body matters for the answer; at most {@link #maxBodyBytes} of it. */
        public boolean wantsBody() {
            return refused == null && head.contentLength() != 0;
        }

        long contentLength() {
            return head.contentLength();
        }

        /** Whether answering neither waits nor takes long. */
        boolean isPrompt() {
            return refused != null || java.util.Objects.requireNonNull(route).isPrompt();
        }

        /** One more than this, and the body is too large: a door may stop reading there. */
        public long maxBodyBytes() {
            return route != null && route.takesBody() ? maxBodyBytes : 0;
        }

        private void check() {
            access.checkOrigin(head);
            for (String coding : head.headers("Transfer-Encoding")) {
                if (!coding.equalsIgnoreCase("chunked")) {
                    throw ApiProblem.malformed("the only transfer coding taken is chunked");
                }
            }
            List<String> segments = Paths.segments(head.path());
            boolean isApi = segments.get(0).equals("v1");
            boolean needsKey = isApi || isMetrics(segments) && !access.metricsOpen();
            Caller known = needsKey ? access.authenticate(head) : null;
            caller = known;
            RouteTable.Match matched = table.match(segments);
            if (matched == null) {
                throw ApiProblem.of(ErrorCode.ROUTE_NOT_FOUND, "there is no such route; /openapi.yaml lists them");
            }
            match = matched;
            Route found = matched.route(verb);
            if (found == null) {
                throw ApiProblem.of(ErrorCode.METHOD_NOT_ALLOWED, "this route has " + matched.allow() + " only")
                        .header("Allow", matched.allow());
            }
            route = found;
            query = Query.parse(head.query());
            if (known != null) {
                checkRole(found, known, matched);
            }
            query.check(found.parameters());
            String produces = found.produces();
            if (produces != null && !MediaTypes.isAcceptable(head.headers("Accept"), produces)) {
                throw ApiProblem.of(ErrorCode.NOT_ACCEPTABLE, "this route answers " + produces);
            }
            checkContentType(found);
            String loading = isApi ? readiness.loading() : null;
            if (loading != null) {
                throw Failures.notReady(loading);
            }
        }

        private boolean isMetrics(List<String> segments) {
            return segments.size() == 1 && segments.get(0).equals("metrics");
        }

        private void checkRole(Route found, Caller known, RouteTable.Match matched) {
            Role needed = found.roleFor(query);
            if (needed == null) {
                return;
            }
            boolean covers = found.scope() == Route.Scope.NAMESPACE && matched.hasNamespace()
                    ? known.covers(matched.segment(RouteTable.NAMESPACE))
                    : known.coversAll();
            if (!covers) {
                throw AccessRules.forbidden("the key does not cover this namespace");
            }
            if (!known.role().covers(needed)) {
                throw AccessRules.forbidden(
                        "this needs a key with the role " + needed.name().toLowerCase(java.util.Locale.ROOT));
            }
        }

        private void checkContentType(Route found) {
            if (!head.headers("Content-Encoding").isEmpty()) {
                throw unsupported(found, "bodies must not be encoded").header("Accept-Encoding", "identity");
            }
            mediaType = MediaTypes.accepted(head.headers("Content-Type"), found.accepts());
            if (head.contentLength() > 0) {
                refuseBodyWhereNoneBelongs(found);
                refuseOtherType(found);
                if (head.contentLength() > maxBodyBytes) {
                    throw tooLarge("the body is " + head.contentLength() + " bytes");
                }
            }
        }

        private void refuseBodyWhereNoneBelongs(Route found) {
            if (!found.takesBody()) {
                throw ApiProblem.malformed("this route takes no body");
            }
        }

        private void refuseOtherType(Route found) {
            if (mediaType == null) {
                throw unsupported(
                        found, "the body must be " + String.join(" or ", found.accepts()) + ", in UTF-8 if anything");
            }
        }

        private ApiProblem unsupported(Route found, String detail) {
            ApiProblem problem = ApiProblem.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, detail);
            String accepts = String.join(", ", found.accepts());
            if (found.verb() == Verb.PATCH) {
                problem.header("Accept-Patch", accepts);
            }
            return found.takesBody() ? problem.header("Accept", accepts) : problem;
        }

        private ApiProblem tooLarge(String what) {
            return ApiProblem.of(ErrorCode.BODY_TOO_LARGE, what + "; the limit is " + maxBodyBytes);
        }

        /** Answers a request whose body has more than {@link #maxBodyBytes} bytes. */
        public CompletionStage<ApiResponse> answerTooLarge() {
            return finish(() -> {
                Route found = java.util.Objects.requireNonNull(route);
                refuseBodyWhereNoneBelongs(found);
                refuseOtherType(found);
                throw tooLarge("the body has more than " + maxBodyBytes + " bytes");
            });
        }

        /** Answers a request whose body could not be read. */
        public ApiResponse answerUnreadable(ErrorCode code, String detail) {
            ApiProblem problem = ApiProblem.of(code, detail).header("Connection", "close");
            return done(code.status() == 503 ? problem.header("Retry-After", Failures.RETRY_AFTER_SECONDS) : problem);
        }

        /** @param body all of it; empty if {@link #wantsBody} was false */
        public CompletionStage<ApiResponse> answer(byte[] body) {
            return finish(() -> {
                RuntimeException early = refused;
                if (early != null) {
                    throw early;
                }
                Route found = java.util.Objects.requireNonNull(route);
                byte[] json = NO_BODY;
                if (body.length > 0) {
                    refuseBodyWhereNoneBelongs(found);
                    refuseOtherType(found);
                    json = JsonText.compact(body, MAX_DEPTH);
                }
                request = new ApiRequest(
                        head,
                        java.util.Objects.requireNonNull(match),
                        caller == null ? NOBODY : caller,
                        query,
                        mediaType == null ? "" : mediaType,
                        json,
                        keyHash);
                return found.endpoint().answer(request);
            });
        }

        private CompletionStage<ApiResponse> finish(java.util.function.Supplier<CompletionStage<ApiResponse>> work) {
            try {
                CompletableFuture<ApiResponse> answer = work.get().toCompletableFuture();
                if (answer.isDone() && !answer.isCompletedExceptionally()) {
                    return CompletableFuture.completedFuture(done(answer.join()));
                }
                return answer.handle((response, failure) -> failure == null ? done(response) : done(causeOf(failure)));
            } catch (RuntimeException failure) {
                return CompletableFuture.completedFuture(done(failure));
            }
        }

        private ApiResponse done(Throwable failure) {
            ApiProblem problem = failures.problemOf(failure, requestId);
            log.answered(this, problem.code.status(), problem);
            return failures.documentOf(problem, requestId);
        }

        private ApiResponse done(ApiResponse response) {
            log.answered(this, response.status(), null);
            return response;
        }

        /** Null for a method that no route has. Kept here: when an answer had to wait, the request may be gone by now. */
        @Nullable Verb verb() {
            return verb;
        }

        String template() {
            return match == null ? "none" : match.template();
        }

        long nanos() {
            return System.nanoTime() - arrived;
        }

        @Nullable ApiRequest request() {
            return request;
        }
    }

    private static final Caller NOBODY = new Caller(Role.READ, java.util.Set.of());

    private static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
