package dev.sessionstore.http;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The headers that every answer has, whoever writes it. */
final class EveryAnswer {
    private EveryAnswer() {}

    static void headers(BiConsumer<String, String> set, String requestId) {
        set.accept("Cache-Control", "no-store");
        set.accept("X-Content-Type-Options", "nosniff");
        set.accept("X-Request-Id", requestId);
    }

    /** Writes an answer that no servlet has a hand in. */
    static void write(Response to, Callback callback, String requestId, ApiResponse answer) {
        HttpFields.Mutable headers = to.getHeaders();
        to.setStatus(answer.status());
        headers(headers::put, requestId);
        for (int i = 0; i < answer.headers().size(); i += 2) {
            headers.put(answer.headers().get(i), answer.headers().get(i + 1));
        }
        headers.put("Content-Type", String.valueOf(answer.contentType()));
        to.write(true, ByteBuffer.wrap(answer.body()), callback);
    }
}
