package dev.sessionstore.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/** Sends a head and a small body in one piece: to gather them from two places costs the system more than a copy does. */
final class JoiningEndPoint extends SocketChannelEndPoint {
    JoiningEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        return buffers.length == 2 && join(buffers[0], buffers[1]) ? flushOne(buffers[0]) : super.flush(buffers);
    }

    /** Moves all of the body behind the head, if there is room left in the head's own buffer. */
    private static boolean join(ByteBuffer head, ByteBuffer body) {
        int end = head.limit();
        if (head.isReadOnly() || !head.hasRemaining() || head.capacity() - end < body.remaining()) {
            return false;
        }
        int start = head.position();
        head.limit(end + body.remaining()).position(end);
        head.put(body).position(start);
        return true;
    }

    private boolean flushOne(ByteBuffer all) throws IOException {
        int flushed;
        try {
            flushed = getChannel().write(all);
        } catch (IOException gone) {
            throw new EofException(gone);
        }
        if (flushed > 0) {
            notIdle();
        }
        return !all.hasRemaining();
    }
}
