package dev.sessionstore.http;

import dev.sessionstore.wire.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Bodies that take their time, whichever door they come by: read by a thread that may wait. Thread-safe. */
final class Bodies implements AutoCloseable {
    private final BodyBudget budget;
    private final long minRequestRate;
    private final SlowBodies slow = new SlowBodies();

    /** @param minRequestRate bytes a second that a body must bring on average; 0: none */
    Bodies(long maxBodyBytes, long minRequestRate) {
        this.budget = BodyBudget.ofHeap(maxBodyBytes);
        this.minRequestRate = minRequestRate;
    }

    /** Reads the body of an admitted request, and answers. */
    CompletionStage<ApiResponse> answer(Api.Admission admission, InputStream in, Request request) {
        try (BodyBudget.Share share = budget.open()) {
            byte[] body = read(in, admission, share, request);
            return body == null ? admission.answerTooLarge() : admission.answer(body);
        } catch (IOException | RuntimeException unreadable) {
            return CompletableFuture.completedFuture(unreadable(admission, unreadable));
        }
    }

    private byte @Nullable [] read(InputStream in, Api.Admission admission, BodyBudget.Share share, Request request)
            throws IOException {
        long announced = admission.contentLength();
        BodyReader reader = new BodyReader(in, share, minRequestRate);
        if (announced >= 0 && in.available() >= announced) {
            return reader.read(announced, admission.maxBodyBytes());
        }
        slow.add(reader, request.getConnectionMetaData().getConnection().getEndPoint());
        try {
            return reader.read(announced, admission.maxBodyBytes());
        } finally {
            slow.remove(reader);
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

    @Override
    public void close() {
        slow.close();
    }
}
