package dev.sessionstore.http;

import dev.sessionstore.wire.ErrorCode;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty itself refuses, as problem documents like all others, whatever the verb. */
final class ProblemPages implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        if (request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException refused) {
            status = refused.getCode();
        }
        ErrorCode code = codeOf(status);
        String requestId = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
        ApiProblem problem = ApiProblem.of(code, detailOf(code));
        if (code.status() == 503) {
            problem.header("Retry-After", Failures.RETRY_AFTER_SECONDS);
        }
        ApiResponse document = new Failures(session -> false).documentOf(problem, requestId);
        EveryAnswer.write(requestId, request.getMethod().equals("HEAD"), document, response, callback);
        return true;
    }

    private static ErrorCode codeOf(int status) {
        return switch (status) {
            case 404 -> ErrorCode.ROUTE_NOT_FOUND;
            case 408 -> ErrorCode.REQUEST_TIMEOUT;
            case 413 -> ErrorCode.BODY_TOO_LARGE;
            case 414 -> ErrorCode.URI_TOO_LONG;
            case 431 -> ErrorCode.HEADERS_TOO_LARGE;
            case 503 -> ErrorCode.OVERLOADED;
            case 505 -> ErrorCode.HTTP_VERSION_NOT_SUPPORTED;
            default -> status < 500 ? ErrorCode.MALFORMED_REQUEST : ErrorCode.INTERNAL;
        };
    }

    private static String detailOf(ErrorCode code) {
        return switch (code) {
            case OVERLOADED -> "more requests are waiting than this server takes, or it is shutting down";
            case URI_TOO_LONG -> "the path and query are longer than this server takes";
            case HEADERS_TOO_LARGE -> "the headers are longer than this server takes";
            case HTTP_VERSION_NOT_SUPPORTED -> "this server speaks HTTP/1.0, HTTP/1.1 and HTTP/2";
            case MALFORMED_REQUEST -> "the request is not well-formed HTTP";
            default -> code.title();
        };
    }
}
