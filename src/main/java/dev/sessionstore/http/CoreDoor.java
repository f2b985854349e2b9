package dev.sessionstore.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The API before any servlet. What neither waits nor takes long is answered by the very thread that read it from its
 * connection. That thread serves many connections, so everything else is handed on, to a thread that may wait: large and
 * late bodies, listings, a store that may block, all that is Javalin's; and whatever comes while too many answers wait for
 * the disk or the server stops, for the handlers behind to queue or to refuse.
 */
final class CoreDoor extends Handler.Wrapper {
    private static final byte[] NO_BODY = {};

    private final Api api;
    private final Executor mayWait;
    private final int mostWaiting;
    private final InFlight inFlight = new InFlight();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ThreadLocal<Turn> turns = ThreadLocal.withInitial(Turn::new);

    /**
     * @param mayWait runs each task on a thread that may wait
     * @param mostWaiting how many answers may wait for something at once
     */
    CoreDoor(Api api, Executor mayWait, int mostWaiting, Handler next) {
        super(next);
        this.api = api;
        this.mayWait = mayWait;
        this.mostWaiting = mostWaiting;
    }

    /** Whatever is behind this door: other threads go there. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** From now on everything is handed on. Done when nothing is in flight here. */
    CompletableFuture<Void> shutdown() {
        return inFlight.stop();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!isApi(request) || isTurnOver(request) || waiting.get() >= mostWaiting || !inFlight.enter()) {
            handOn(request, response, callback);
            return true;
        }
        Callback end = inFlight.leaving(callback);
        try {
            Api.Admission admission = api.admit(new CoreHead(request));
            if (admission.isPrompt()) {
                answer(admission, request, response, end);
            } else {
                handOn(request, response, end);
            }
        } catch (RuntimeException | Error failed) {
            Response.writeError(request, response, end, failed);
        }
        return true;
    }

    private static boolean isApi(Request request) {
        String path = request.getHttpURI().getPath();
        return path != null && path.startsWith("/v1/");
    }

    private boolean isTurnOver(Request request) {
        return turns.get().isOverFor(request.getConnectionMetaData());
    }

    private void answer(Api.Admission admission, Request request, Response response, Callback callback) {
        if (!admission.wantsBody()) {
            reply(admission, admission.answer(NO_BODY), response, callback);
            return;
        }
        ArrivedBody body = ArrivedBody.of(request, admission.contentLength());
        if (body.isWhole()) {
            byte[] bytes = body.bytes();
            boolean fits = bytes.length <= admission.maxBodyBytes();
            reply(admission, fits ? admission.answer(bytes) : admission.answerTooLarge(), response, callback);
        } else {
            handOn(body.putBack(request), response, callback);
        }
    }

    private void reply(
            Api.Admission admission, CompletionStage<ApiResponse> answer, Response response, Callback callback) {
        CompletableFuture<ApiResponse> future = answer.toCompletableFuture();
        if (future.isDone()) {
            EveryAnswer.write(admission, future.join(), response, callback);
            return;
        }
        waiting.incrementAndGet();
        future.thenAccept(late -> {
            waiting.decrementAndGet();
            EveryAnswer.write(admission, late, response, callback);
        });
    }

    private void handOn(Request request, Response response, Callback callback) {
        mayWait.execute(() -> {
            try {
                if (!super.handle(request, response, callback)) {
                    Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
                }
            } catch (Exception | Error failed) {
                Response.writeError(request, response, callback, failed);
            }
        });
    }

    /** Whose requests a thread has answered last: one connection that never pauses must not have it for itself. */
    private static final class Turn {
        private static final int MOST_IN_A_ROW = 64;

        private @Nullable ConnectionMetaData connection;
        private int inARow;

        boolean isOverFor(ConnectionMetaData next) {
            if (next != connection) {
                connection = next;
                inARow = 0;
            }
            inARow = inARow == MOST_IN_A_ROW ? 0 : inARow + 1;
            return inARow == 0;
        }
    }
}
