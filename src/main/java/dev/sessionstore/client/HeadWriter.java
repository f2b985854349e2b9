package dev.sessionstore.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.HttpMessageWriter;
import org.apache.hc.core5.http.io.SessionOutputBuffer;

/**
 * A request's line and headers, in UTF-8, for principals and bindings may be anything. Line by line through an encoder, as
 * the library has it, takes several times as long. What stands in headers was checked when the call was made.
 */
final class HeadWriter implements HttpMessageWriter<ClassicHttpRequest> {
    static final HeadWriter INSTANCE = new HeadWriter();

    private HeadWriter() {}

    @Override
    public void write(ClassicHttpRequest request, SessionOutputBuffer buffer, OutputStream out) throws IOException {
        StringBuilder head = new StringBuilder(512);
        head.append(request.getMethod()).append(' ').append(request.getPath()).append(" HTTP/1.1\r\n");
        for (Iterator<Header> headers = request.headerIterator(); headers.hasNext(); ) {
            Header header = headers.next();
            head.append(header.getName()).append(": ").append(header.getValue()).append("\r\n");
        }
        buffer.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8), out);
    }
}
