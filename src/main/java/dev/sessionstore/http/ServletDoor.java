package dev.sessionstore.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/** The API behind Javalin's servlet. */
final class ServletDoor implements Handler {
    private final Api api;
    private final Bodies bodies;

    ServletDoor(Api api, Bodies bodies) {
        this.api = api;
        this.bodies = bodies;
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
            context.future(() -> answer.thenAccept(response -> {
                try {
                    write(to, admission, response);
                } catch (IOException clientGone) {
                    // Whatever was asked is done; there is nobody to tell.
                }
            }));
        }
    }

    private CompletionStage<ApiResponse> answer(Api.Admission admission, HttpServletRequest request)
            throws IOException {
        return admission.wantsBody()
                ? bodies.answer(
                        admission, request.getInputStream(), ServletContextRequest.getServletContextRequest(request))
                : admission.answer(new byte[0]);
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
