package dev.sessionstore.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** What of a body is here already, read without waiting; the rest may come later. For one thread. */
final class ArrivedBody {
    /** More than this rarely comes in one piece, and takes long to check. */
    private static final int MOST = 16 * 1024;

    private static final byte[] NOTHING = {};

    private final byte[] bytes;
    private final int length;
    private final boolean isWhole;

    private ArrivedBody(byte[] bytes, int length, boolean isWhole) {
        this.bytes = bytes;
        this.length = length;
        this.isWhole = isWhole;
    }

    /** @param announced the body's length in bytes; -1 if that is not known */
    static ArrivedBody of(Request request, long announced) {
        if (announced > MOST) {
            return new ArrivedBody(NOTHING, 0, false);
        }
        byte[] bytes = new byte[announced < 0 ? 1024 : (int) announced];
        int length = 0;
        boolean isWhole = false;
        while (!isWhole && length <= MOST) {
            Content.Chunk chunk = request.read();
            // A failure stays: whoever reads on meets it again.
            if (chunk == null || Content.Chunk.isFailure(chunk)) {
                break;
            }
            int count = chunk.remaining();
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + count, 4 * bytes.length));
            }
            chunk.get(bytes, length, count);
            chunk.release();
            length += count;
            isWhole = announced < 0 ? chunk.isLast() : length == announced;
            if (chunk.isLast()) {
                break;
            }
        }
        return new ArrivedBody(bytes, length, isWhole);
    }

    boolean isWhole() {
        return isWhole;
    }

    /** Of a whole body. */
    byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** All of it, for a thread that may wait for the rest. */
    InputStream withTheRestOf(Request request) {
        InputStream rest = Content.Source.asInputStream(request);
        return length == 0 ? rest : new SequenceInputStream(new ByteArrayInputStream(bytes, 0, length), rest);
    }
}
