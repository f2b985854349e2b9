package dev.sessionstore.http;

import dev.sessionstore.core.RequestObserver;
import dev.sessionstore.core.SessionKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line for each request at debug, for each refusal or failure at warn: verb, route template, status, code, request id,
 * handle. Never a path, which may hold an id, nor a query, which may hold a principal.
 */
final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sessionstore.requests");

    private final RequestObserver observer;

    RequestLog(RequestObserver observer) {
        this.observer = observer;
    }

    void answered(Api.Admission admission, int status, @Nullable ApiProblem problem) {
        Verb known = admission.verb();
        String verb = known == null ? "OTHER" : known.name();
        long nanos = admission.nanos();
        observer.answered(verb, admission.template(), status, nanos);
        if (problem == null) {
            if (LOG.isDebugEnabled()) {
                LOG.debug(
                        "{} {} {} request={} handle={} {}us",
                        verb,
                        admission.template(),
                        status,
                        admission.requestId(),
                        handleOf(admission),
                        nanos / 1000);
            }
        } else {
            LOG.warn(
                    "{} {} {} {} request={} handle={} {}us",
                    verb,
                    admission.template(),
                    status,
                    problem.code.code(),
                    admission.requestId(),
                    handleOf(admission),
                    nanos / 1000);
        }
    }

    private static String handleOf(Api.Admission admission) {
        ApiRequest request = admission.request();
        SessionKey key = request == null ? null : request.keyIfKnown();
        return key == null ? "-" : key.handle();
    }
}
