package dev.sessionstore.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The API before any servlet. What neither waits nor takes long is answered by the very thread that read it from the
 * connection. That thread serves many connections, so everything else goes to one that may wait: large and late bodies,
 * listings, whatever a store needs to block for, and all that is Javalin's.
 */
final class CoreDoor extends Handler.Wrapper {
    private static final byte[] NO_BODY = {};

    private final Api api;
    private final Bodies bodies;
    private final Executor mayWait;

    /** @param mayWait runs each task on a thread that may wait */
    CoreDoor(Api api, Bodies bodies, Executor mayWait) {
        this.api = api;
        this.bodies = bodies;
        this.mayWait = mayWait;
    }

    /** Whatever is behind this door: other threads go there. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!request.getHttpURI().getPath().startsWith("/v1/")) {
            later(request, response, callback, () -> handOn(request, response, callback));
            return true;
        }
        Api.Admission admission = api.admit(new CoreHead(request));
        if (admission.wantsBody()) {
            answerWithBody(admission, request, response, callback);
        } else if (admission.isPrompt()) {
            reply(admission, admission.answer(NO_BODY), response, callback);
        } else {
            later(request, response, callback, () -> reply(admission, admission.answer(NO_BODY), response, callback));
        }
        return true;
    }

    private void answerWithBody(Api.Admission admission, Request request, Response response, Callback callback) {
        ArrivedBody body = ArrivedBody.of(request, admission.contentLength());
        if (body.isWhole() && admission.isPrompt()) {
            byte[] bytes = body.bytes();
            boolean fits = bytes.length <= admission.maxBodyBytes();
            reply(admission, fits ? admission.answer(bytes) : admission.answerTooLarge(), response, callback);
        } else {
            later(
                    request,
                    response,
                    callback,
                    () -> reply(
                            admission,
                            bodies.answer(admission, body.withTheRestOf(request), request),
                            response,
                            callback));
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void later(Request request, Response response, Callback callback, Work work) {
        mayWait.execute(() -> {
            try {
                work.run();
            } catch (Exception failed) {
                Response.writeError(request, response, callback, failed);
            }
        });
    }

    private void handOn(Request request, Response response, Callback callback) throws Exception {
        if (!super.handle(request, response, callback)) {
            Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
        }
    }

    private static void reply(
            Api.Admission admission, CompletionStage<ApiResponse> answer, Response response, Callback callback) {
        CompletableFuture<ApiResponse> future = answer.toCompletableFuture();
        if (future.isDone()) {
            EveryAnswer.write(admission, future.join(), response, callback);
        } else {
            future.thenAccept(later -> EveryAnswer.write(admission, later, response, callback));
        }
    }
}
