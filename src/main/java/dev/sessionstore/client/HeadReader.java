package dev.sessionstore.client;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.util.CharArrayBuffer;

/**
 * An answer's status and those of its headers that mean something here. The library's own reader makes an object and a
 * buffer of each header, of which every answer has ten. For one connection: not thread-safe.
 */
final class HeadReader implements HttpMessageParser<ClassicHttpResponse> {
    private static final String[] KEPT = {
        "Content-Length", "Transfer-Encoding", "Connection", "ETag", "Retry-After", "X-Request-Id", "Session-Expired"
    };
    private static final int MOST_HEADERS = 100;
    private static final String VERSION = "HTTP/1.";
    /** {@code HTTP/1.1 200}. */
    private static final int STATUS_END = 12;

    private final CharArrayBuffer line = new CharArrayBuffer(256);

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in) throws IOException, HttpException {
        next(buffer, in);
        ClassicHttpResponse response = new BasicClassicHttpResponse(status());
        next(buffer, in);
        for (int headers = 0; !line.isEmpty(); headers++) {
            if (headers == MOST_HEADERS) {
                throw new ProtocolException("more than " + MOST_HEADERS + " headers");
            }
            keep(response);
            next(buffer, in);
        }
        return response;
    }

    private void next(SessionInputBuffer buffer, InputStream in) throws IOException {
        line.clear();
        if (buffer.readLine(line, in) < 0) {
            throw new NoHttpResponseException("the connection was closed before the end of an answer's head");
        }
    }

    private int status() throws ProtocolException {
        boolean isHttp = line.length() >= STATUS_END
                && line.substring(0, VERSION.length()).equals(VERSION)
                && line.charAt(STATUS_END - 4) == ' '
                && (line.length() == STATUS_END || line.charAt(STATUS_END) == ' ');
        int status = 0;
        for (int i = STATUS_END - 3; isHttp && i < STATUS_END; i++) {
            int digit = line.charAt(i) - '0';
            isHttp = digit >= 0 && digit <= 9;
            status = status * 10 + digit;
        }
        if (!isHttp || status < 100 || status > 599) {
            throw new ProtocolException("no status line of HTTP/1");
        }
        return status;
    }

    private void keep(ClassicHttpResponse response) throws ProtocolException {
        int colon = line.indexOf(':');
        if (colon < 1 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
            throw new ProtocolException("a header line without a name");
        }
        for (String name : KEPT) {
            if (name.length() == colon && isNamed(name)) {
                response.addHeader(name, line.substringTrimmed(colon + 1, line.length()));
                return;
            }
        }
    }

    private boolean isNamed(String name) {
        for (int i = 0; i < name.length(); i++) {
            // Letters differ by one bit in case; nothing else in these names differs by it from what a name can have.
            if ((line.charAt(i) | 0x20) != (name.charAt(i) | 0x20)) {
                return false;
            }
        }
        return true;
    }
}
