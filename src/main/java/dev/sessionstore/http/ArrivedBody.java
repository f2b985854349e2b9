package dev.sessionstore.http;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** What of a body is here already, read without waiting. For one thread. */
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

    /** The request as it was before any of its body was read. */
    Request putBack(Request request) {
        return length == 0
                ? request
                : new Unread(request, Content.Chunk.from(ByteBuffer.wrap(bytes, 0, length), false));
    }

    /** Read by one thread at a time, like every request. */
    private static final class Unread extends Request.Wrapper {
        private Content.@Nullable Chunk first;

        Unread(Request request, Content.Chunk first) {
            super(request);
            this.first = first;
        }

        @Override
        public Content.Chunk read() {
            Content.Chunk chunk = first;
            first = null;
            return chunk == null ? super.read() : chunk;
        }

        @Override
        public void demand(Runnable whenThere) {
            if (first == null) {
                super.demand(whenThere);
            } else {
                getContext().execute(whenThere);
            }
        }
    }
}
