package dev.sessionstore.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** The headers that every answer has, whoever writes it. */
final class EveryAnswer {
    private static final String CACHE_CONTROL = "Cache-Control";
    private static final String NO_STORE = "no-store";
    private static final String CONTENT_TYPE_OPTIONS = "X-Content-Type-Options";
    private static final String NO_SNIFF = "nosniff";
    private static final String REQUEST_ID = "X-Request-Id";

    private static final HttpField ENCODED_CACHE_CONTROL = new PreEncodedHttpField(CACHE_CONTROL, NO_STORE);
    private static final HttpField ENCODED_NO_SNIFF = new PreEncodedHttpField(CONTENT_TYPE_OPTIONS, NO_SNIFF);
    private static final HttpField ENCODED_JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, ApiResponse.JSON);

    private EveryAnswer() {}

    static void headers(BiConsumer<String, String> set, String requestId) {
        set.accept(CACHE_CONTROL, NO_STORE);
        set.accept(CONTENT_TYPE_OPTIONS, NO_SNIFF);
        set.accept(REQUEST_ID, requestId);
    }

    static void write(Api.Admission admission, ApiResponse answer, Response to, Callback callback) {
        write(admission.requestId(), admission.verb() == Verb.HEAD, answer, to, callback);
    }

    /** Writes an answer that no servlet has a hand in. */
    static void write(String requestId, boolean isHead, ApiResponse answer, Response to, Callback callback) {
        to.setStatus(answer.status());
        HttpFields.Mutable headers = to.getHeaders();
        String contentType = answer.contentType();
        if (contentType != null) {
            headers.add(ApiResponse.JSON.equals(contentType) ? ENCODED_JSON : contentTypeOf(contentType));
        }
        headers.add(ENCODED_CACHE_CONTROL);
        headers.add(ENCODED_NO_SNIFF);
        headers.add(notOneOfJettys(REQUEST_ID, requestId));
        List<String> own = answer.headers();
        for (int i = 0; i < own.size(); i += 2) {
            headers.add(field(own.get(i), own.get(i + 1)));
        }
        if (contentType != null) {
            headers.add(HttpHeader.CONTENT_LENGTH, answer.body().length);
        }
        boolean hasBody = contentType != null && !isHead;
        to.write(true, hasBody ? ByteBuffer.wrap(answer.body()) : BufferUtil.EMPTY_BUFFER, callback);
    }

    /** Jetty would look each name up among those it knows. */
    private static HttpField field(String name, String value) {
        if (name.equals(SessionHeaders.ETAG)) {
            return new HttpField(HttpHeader.ETAG, value);
        }
        return name.startsWith("Session-") ? notOneOfJettys(name, value) : new HttpField(name, value);
    }

    private static HttpField notOneOfJettys(String name, String value) {
        return new HttpField(null, name, value);
    }

    private static HttpField contentTypeOf(String type) {
        return new HttpField(HttpHeader.CONTENT_TYPE, type);
    }
}
