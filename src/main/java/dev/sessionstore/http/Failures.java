package dev.sessionstore.http;

import dev.sessionstore.core.Refusal;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.wire.ErrorCode;
import dev.sessionstore.wire.FieldFault;
import dev.sessionstore.wire.MalformedJsonException;
import dev.sessionstore.wire.Problem;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From what an endpoint throws to what the caller reads. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    static final String RETRY_AFTER_SECONDS = "1";

    private final Predicate<Session> expiredButHeld;

    /** @param expiredButHeld whether a session that is not gone expired */
    Failures(Predicate<Session> expiredButHeld) {
        this.expiredButHeld = expiredButHeld;
    }

    /** @param obstacle for people */
    static ApiProblem notReady(String obstacle) {
        return ApiProblem.of(ErrorCode.NOT_READY, obstacle).header("Retry-After", RETRY_AFTER_SECONDS);
    }

    ApiProblem problemOf(Throwable failure, String requestId) {
        if (failure instanceof ApiProblem problem) {
            return problem;
        }
        if (failure instanceof Refusal refusal) {
            return problemOf(refusal);
        }
        if (failure instanceof MalformedJsonException malformed) {
            return ApiProblem.of(ErrorCode.MALFORMED_JSON, String.valueOf(malformed.getMessage()));
        }
        if (failure instanceof StoreFullException full) {
            return ApiProblem.of(ErrorCode.STORE_FULL, String.valueOf(full.getMessage()));
        }
        if (failure instanceof StoreUnavailableException unavailable) {
            LOG.warn("request {}: the store does not answer", requestId, unavailable);
            return ApiProblem.of(ErrorCode.STORE_UNAVAILABLE, "the store does not answer")
                    .header("Retry-After", RETRY_AFTER_SECONDS);
        }
        LOG.error("request {}: a fault of this service", requestId, failure);
        return ApiProblem.of(ErrorCode.INTERNAL, "a fault of this service; its log has it under the request id");
    }

    private static ApiProblem problemOf(Refusal refusal) {
        if (refusal.rule() == Refusal.Rule.NOT_THE_PRINCIPALS) {
            return ApiProblem.invalid(List.of(new FieldFault("/except", String.valueOf(refusal.getMessage()))));
        }
        ApiProblem problem = ApiProblem.of(codeOf(refusal.rule()), String.valueOf(refusal.getMessage()));
        Session current = refusal.current();
        if (current != null) {
            problem.about(current);
        }
        if (refusal.reason() != null) {
            problem.reason(refusal.reason().word());
        }
        return problem;
    }

    private static ErrorCode codeOf(Refusal.Rule rule) {
        return switch (rule) {
            case NOT_FOUND -> ErrorCode.SESSION_NOT_FOUND;
            case GONE -> ErrorCode.SESSION_GONE;
            case ATTRIBUTE_NOT_FOUND -> ErrorCode.ATTRIBUTE_NOT_FOUND;
            case BINDING_MISMATCH -> ErrorCode.BINDING_MISMATCH;
            case VERSION_MISMATCH -> ErrorCode.VERSION_MISMATCH;
            case EXISTS -> ErrorCode.SESSION_EXISTS;
            case SESSION_LIMIT -> ErrorCode.SESSION_LIMIT;
            case TOO_LARGE -> ErrorCode.SESSION_TOO_LARGE;
            case NOT_THE_PRINCIPALS -> ErrorCode.INVALID_FIELD;
            case NOT_SUPPORTED -> ErrorCode.NOT_SUPPORTED;
        };
    }

    ApiResponse documentOf(ApiProblem problem, String requestId) {
        byte[] document =
                new Problem(problem.code, problem.detail(), requestId, problem.faults, problem.reason).toJson();
        ApiResponse response = ApiResponse.of(problem.code.status(), ApiResponse.PROBLEM, document);
        response.headers().addAll(problem.headers);
        Session session = problem.session;
        if (session != null) {
            SessionHeaders.add(response.headers(), session, session.lastAccessedAt(), expiredButHeld.test(session));
        }
        return response;
    }
}
