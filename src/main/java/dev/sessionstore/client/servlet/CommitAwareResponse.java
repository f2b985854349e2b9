package dev.sessionstore.client.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/**
 * A response that says when it is about to be committed: by a flush, an error, a redirect or the end of its body; and, as
 * each container has its own idea of when a body outgrows its buffer, before each write, too.
 */
final class CommitAwareResponse extends HttpServletResponseWrapper {
    private final RequestSessions sessions;
    private final HttpServletResponse original;
    /** Bytes of the body so far; of a writer's characters each counts for the most bytes that one can take. */
    private long written;

    private long contentLength = -1;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;

    CommitAwareResponse(HttpServletResponse response, RequestSessions sessions) {
        super(response);
        this.sessions = sessions;
        original = response;
    }

    /** To set headers at: a container may put something in between that ignores them, for as long as an include lasts. */
    HttpServletResponse original() {
        return original;
    }

    private void commit() {
        sessions.beforeCommit();
    }

    /** Before so many bytes more. */
    private void willWrite(long bytes) {
        written += bytes;
        if (contentLength > 0 && written >= contentLength) {
            commit();
        } else {
            sessions.beforeWrite();
        }
    }

    /** Ids are in cookies only. */
    @Override
    public String encodeURL(String url) {
        return url;
    }

    /** Ids are in cookies only. */
    @Override
    public String encodeRedirectURL(String url) {
        return url;
    }

    @Override
    public void sendError(int status) throws IOException {
        commit();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        commit();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        commit();
        super.sendRedirect(location);
    }

    @Override
    public void sendRedirect(String location, boolean clearBuffer) throws IOException {
        commit();
        super.sendRedirect(location, clearBuffer);
    }

    @Override
    public void sendRedirect(String location, int status) throws IOException {
        commit();
        super.sendRedirect(location, status);
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        commit();
        super.sendRedirect(location, status, clearBuffer);
    }

    @Override
    public void flushBuffer() throws IOException {
        commit();
        super.flushBuffer();
    }

    @Override
    public void setContentLength(int length) {
        expect(length);
        super.setContentLength(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        expect(length);
        super.setContentLengthLong(length);
    }

    /** The body may be written already: then its length ends it. */
    private void expect(long length) {
        contentLength = length;
        willWrite(0);
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        written = 0;
    }

    /** Takes the headers back, too, so that they have to be set again. */
    @Override
    public void reset() {
        super.reset();
        written = 0;
        contentLength = -1;
        stream = null;
        writer = null;
        sessions.changed();
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (stream == null) {
            stream = new Stream(super.getOutputStream());
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (writer == null) {
            writer = new PrintWriter(new Characters(super.getWriter()));
        }
        return writer;
    }

    private final class Stream extends ServletOutputStream {
        private final ServletOutputStream out;

        Stream(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int one) throws IOException {
            willWrite(1);
            out.write(one);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            willWrite(length);
            out.write(bytes, from, length);
        }

        @Override
        public void flush() throws IOException {
            commit();
            out.flush();
        }

        @Override
        public void close() throws IOException {
            commit();
            out.close();
        }

        @Override
        public boolean isReady() {
            return out.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            out.setWriteListener(listener);
        }
    }

    private final class Characters extends Writer {
        private static final int MOST_BYTES = 4;

        private final PrintWriter out;

        Characters(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void write(char[] characters, int from, int length) {
            willWrite((long) length * MOST_BYTES);
            out.write(characters, from, length);
        }

        @Override
        public void flush() throws IOException {
            commit();
            if (out.checkError()) {
                throw new IOException("the response cannot be written");
            }
        }

        @Override
        public void close() {
            commit();
            out.close();
        }
    }
}
