package dev.sessionstore.http;

import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A request as Jetty itself hands it over, before any servlet. For one thread at a time. */
final class CoreHead implements RequestHead {
    private final Request request;
    private final HttpFields fields;
    /** A bit for each name that is there: most of those that are asked for are not. */
    private final long names;

    CoreHead(Request request) {
        this.request = request;
        fields = request.getHeaders();
        long bits = 0;
        for (HttpField field : fields) {
            bits |= bitOf(field.getName());
        }
        names = bits;
    }

    private static long bitOf(String name) {
        int length = name.length();
        return 1L << (length * 7 + (name.charAt(length - 1) | 0x20));
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String path() {
        return request.getHttpURI().getPath();
    }

    @Override
    public @Nullable String query() {
        return request.getHttpURI().getQuery();
    }

    @Override
    public List<String> headers(String name) {
        return (names & bitOf(name)) == 0 ? List.of() : fields.getValuesList(name);
    }

    @Override
    public @Nullable String header(String name) {
        return (names & bitOf(name)) == 0 ? null : fields.get(name);
    }

    @Override
    public long contentLength() {
        long length = request.getLength();
        return length < 0 && isOld() && !fields.contains(HttpHeader.TRANSFER_ENCODING) ? 0 : length;
    }

    /** HTTP/1: a body is announced by its length or its coding, or there is none (RFC 9112, section 6.3). */
    private boolean isOld() {
        return request.getConnectionMetaData().getHttpVersion().compareTo(HttpVersion.HTTP_1_1) <= 0;
    }
}
