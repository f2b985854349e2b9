package dev.sessionstore.http;

import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A request as Jetty itself hands it over, before any servlet. */
record CoreHead(Request request) implements RequestHead {
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
        HttpFields fields = request.getHeaders();
        HttpField first = fields.getField(name);
        // Most of the headers that are asked for are not there.
        return first == null ? List.of() : fields.getValuesList(name);
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeaders().get(name);
    }

    @Override
    public long contentLength() {
        long length = request.getLength();
        return length < 0 && isOld() && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING) ? 0 : length;
    }

    /** HTTP/1: a body is announced by its length or its coding, or there is none (RFC 9112, section 6.3). */
    private boolean isOld() {
        return request.getConnectionMetaData().getHttpVersion().compareTo(HttpVersion.HTTP_1_1) <= 0;
    }
}
