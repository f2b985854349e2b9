package dev.sessionstore.http;

import dev.sessionstore.wire.ErrorCode;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/** The API behind Javalin's servlet. */
final class ServletDoor implements Handler {
    private final Api api;
    private final BodyBudget budget;
    private final long minRequestRate;
    private final SlowBodies slowBodies;
    private final Executor writes;

    /**
     * @param minRequestRate bytes a second that a body must bring on average; 0: none
     * @param writes runs what writes late answers, and may wait for a client
     */
    ServletDoor(Api api, long minRequestRate, SlowBodies slowBodies, Executor writes) {
        this.api = api;
        this.budget = BodyBudget.ofHeap(api.maxBodyBytes());
        this.minRequestRate = minRequestRate;
        this.slowBodies = slowBodies;
        this.writes = writes;
    }

    @Override
    public void handle(Context context) throws IOException {
        Api.Admission admission = api.admit(new ServletHead(context.req()));
        // Taken now: a client that goes away while its answer waits takes the request along.
        HttpServletResponse to = context.res();
        CompletableFuture<ApiResponse> answer = answer(admission, context.req()).toCompletableFuture();
        if (answer.isDone()) {
            write(to, admission, answer.join());
        } else {
            // Not on just any thread that brings it: this way of writing waits for the client.
            context.future(() -> answer.thenAcceptAsync(
                    response -> {
                        try {
                            write(to, admission, response);
                        } catch (IOException clientGone) {
                            // Whatever was asked is done; there is nobody to tell.
                        }
                    },
                    writes));
        }
    }

    private CompletionStage<ApiResponse> answer(Api.Admission admission, HttpServletRequest request) {
        if (!admission.wantsBody()) {
            return admission.answer(new byte[0]);
        }
        try (BodyBudget.Share share = budget.open()) {
            byte[] body = read(request, share, admission.maxBodyBytes());
            return body == null ? admission.answerTooLarge() : admission.answer(body);
        } catch (IOException | RuntimeException unreadable) {
            return CompletableFuture.completedFuture(unreadable(admission, unreadable));
        }
    }

    private byte @Nullable [] read(HttpServletRequest request, BodyBudget.Share share, long limit) throws IOException {
        long announced = request.getContentLengthLong();
        InputStream in = request.getInputStream();
        BodyReader reader = new BodyReader(in, share, minRequestRate);
        if (announced >= 0 && in.available() >= announced) {
            return reader.read(announced, limit);
        }
        slowBodies.add(
                reader,
                ServletContextRequest.getServletContextRequest(request)
                        .getConnectionMetaData()
                        .getConnection()
                        .getEndPoint());
        try {
            return reader.read(announced, limit);
        } finally {
            slowBodies.remove(reader);
        }
    }

    private static ApiResponse unreadable(Api.Admission admission, Exception failure) {
        if (failure instanceof BodyBudget.ExhaustedException) {
            return admission.answerUnreadable(ErrorCode.OVERLOADED, "too many large bodies are being read");
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException
                    || cause instanceof HttpException bad && bad.getCode() == ErrorCode.REQUEST_TIMEOUT.status()) {
                return admission.answerUnreadable(ErrorCode.REQUEST_TIMEOUT, "the body came too slowly");
            }
        }
        return admission.answerUnreadable(ErrorCode.MALFORMED_REQUEST, "the body broke off or its framing is wrong");
    }

    private static void write(HttpServletResponse to, Api.Admission admission, ApiResponse response)
            throws IOException {
        to.setStatus(response.status());
        EveryAnswer.headers(to::setHeader, admission.requestId());
        List<String> headers = response.headers();
        for (int i = 0; i < headers.size(); i += 2) {
            to.setHeader(headers.get(i), headers.get(i + 1));
        }
        // Javalin has set a default; null takes it back.
        to.setContentType(response.contentType());
        if (response.contentType() != null) {
            to.setContentLength(response.body().length);
            if (admission.verb() != Verb.HEAD) {
                to.getOutputStream().write(response.body());
            }
        }
    }

    private record ServletHead(HttpServletRequest request) implements RequestHead {
        @Override
        public String method() {
            return request.getMethod();
        }

        @Override
        public String path() {
            return request.getRequestURI();
        }

        @Override
        public @Nullable String query() {
            return request.getQueryString();
        }

        @Override
        public List<String> headers(String name) {
            // Most of the headers that are asked for are not there.
            return request.getHeader(name) == null ? List.of() : Collections.list(request.getHeaders(name));
        }

        @Override
        public @Nullable String header(String name) {
            return request.getHeader(name);
        }

        @Override
        public long contentLength() {
            long length = request.getContentLengthLong();
            // HTTP/2 need not announce a body.
            boolean isOld = request.getProtocol().startsWith("HTTP/1");
            return length < 0 && isOld && request.getHeader("Transfer-Encoding") == null ? 0 : length;
        }
    }
}
