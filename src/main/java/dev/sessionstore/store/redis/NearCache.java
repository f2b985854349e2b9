package dev.sessionstore.store.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.UnreadableCellException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cells that this node read lately. Redis remembers which those are and sends word when one changes, on the connection
 * that they were read by: so a word never overtakes the answer that it is about. While that connection is in doubt
 * nothing is kept and nothing served.
 *
 * <p>A reader leaves a mark under the key before it asks. What drops a cell takes the mark away, too, and a reader whose
 * mark is gone keeps its answer to itself: it may be of before the change. Thread-safe.
 */
final class NearCache implements PushListener, RedisConnectionStateListener {
    private static final Logger LOG = LoggerFactory.getLogger(NearCache.class);

    /** Compared by identity. */
    private static final class Slot {
        private final Object epoch;
        private final @Nullable Cell cell;

        /** @param cell null: a reader's mark */
        Slot(Object epoch, @Nullable Cell cell) {
            this.epoch = epoch;
            this.cell = cell;
        }
    }

    /** Asks Redis. */
    interface Reader {
        @Nullable Cell read() throws UnreadableCellException;
    }

    private final RedisNames names;
    private final Cache<SessionKey, Slot> cache;
    private final ConcurrentMap<SessionKey, Slot> slots;
    /** Since when Redis sends word; what was read before is not served. Null: it does not. Written under this lock. */
    private volatile @Nullable Object epoch;
    /** How often it was lost; guarded by this. */
    private long losses;

    NearCache(int size, RedisNames names) {
        this.names = names;
        cache = Caffeine.newBuilder().maximumSize(size).build();
        slots = cache.asMap();
    }

    @Nullable Cell find(SessionKey key, long now, Reader reader) throws UnreadableCellException {
        Object at = epoch;
        if (at == null) {
            return reader.read();
        }
        Slot there = cache.getIfPresent(key);
        if (there != null && there.epoch == at && there.cell != null && !there.cell.isDropped(now)) {
            return there.cell;
        }
        Slot mark = new Slot(at, null);
        boolean marked = there == null || there.epoch == at && there.cell == null
                ? slots.putIfAbsent(key, mark) == null
                : slots.replace(key, there, mark);
        try {
            Cell cell = reader.read();
            if (marked && cell != null) {
                slots.replace(key, mark, new Slot(at, cell));
            }
            return cell;
        } finally {
            if (marked) {
                slots.remove(key, mark);
            }
        }
    }

    /** After each write of this node's own. */
    void drop(SessionKey key) {
        slots.remove(key);
    }

    /** A new connection. */
    void watch(RedisLink link) {
        StatefulRedisConnection<byte[], byte[]> server = link.server();
        if (server == null) {
            LOG.warn("the near cache is off: it works with one master, and this is a cluster");
            return;
        }
        server.addListener((PushListener) this);
        server.addListener((RedisConnectionStateListener) this);
    }

    /** Asks for words of changes, if they do not come. Does not wait. */
    void begin(RedisLink link) {
        StatefulRedisConnection<byte[], byte[]> server = link.server();
        if (server == null || epoch != null) {
            return;
        }
        long before;
        synchronized (this) {
            before = losses;
        }
        // Also of this node's own changes: one that timed out may be carried out later.
        server.async().clientTracking(TrackingArgs.Builder.enabled()).whenComplete((done, failure) -> {
            if (failure == null) {
                stands(before);
            } else {
                LOG.debug(
                        "Redis does not send word of changes: {}",
                        RedisFailure.of(failure).getMessage());
            }
        });
    }

    private synchronized void stands(long before) {
        if (losses == before && epoch == null) {
            cache.invalidateAll();
            epoch = new Object();
        }
    }

    /** The connection broke, or is dumb: words may be missing. */
    synchronized void lost() {
        losses++;
        epoch = null;
        cache.invalidateAll();
    }

    boolean stands() {
        return epoch != null;
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        lost();
    }

    @Override
    public void onPushMessage(PushMessage message) {
        if (!message.getType().equals("invalidate")) {
            return;
        }
        List<Object> content = message.getContent(NearCache::bytes);
        if (content.size() == 2 && content.get(1) instanceof List<?> changed) {
            for (Object name : changed) {
                names.keyOf((byte[]) name).ifPresent(this::drop);
            }
        } else {
            // All at once: FLUSHALL.
            cache.invalidateAll();
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
