package dev.sessionstore.store.redis;

import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Engine;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all cells by SCAN, master after master. A scan's batch may hold more than a page takes: then the next page
 * takes the same step again, and goes on in it behind the last key shown, in an order that depends on keys alone. If
 * that step ends elsewhere by then, as the server's table changed, it is shown from its beginning.
 *
 * <p>A page's cursor: {@code hi} is where the step begins, {@code lo} where it ended, {@code createdAt} the master's
 * number in its highest 10 bits, then what of the step was shown. Thread-safe.
 */
final class RedisWalk implements Engine.Walk {
    private static final int LEAST_COUNT = 20;
    private static final int MOST_COUNT = 1000;
    private static final int MOST_STEPS = 10;
    private static final int MARK_BITS = 53;
    private static final long MARKS = (1L << MARK_BITS) - 1;

    private final RedisCalls calls;
    private final RedisNames names;
    private final RedisCells cells;

    RedisWalk(RedisCalls calls, RedisNames names, RedisCells cells) {
        this.calls = calls;
        this.names = names;
        this.cells = cells;
    }

    /** @param shown the highest mark that was shown of the step; 0: none */
    private record At(int master, long begins, long ends, long shown) {
        static final At START = new At(0, 0, 0, 0);

        static At of(Page.Cursor cursor) {
            return new At(
                    (int) (cursor.createdAt() >>> MARK_BITS),
                    cursor.key().hi(),
                    cursor.key().lo(),
                    cursor.createdAt() & MARKS);
        }

        Page.Cursor cursor() {
            return new Page.Cursor((long) master << MARK_BITS | shown, new SessionKey(begins, ends), 0);
        }
    }

    /** @param next where the next step begins; 0: there is none */
    private record Step(List<SessionKey> keys, long next, int masters) {}

    @Override
    public Engine.Part cells(@Nullable String namespace, Page.@Nullable Cursor after, int limit) {
        At at = after == null ? At.START : At.of(after);
        // A step that is cut is taken again by the next page, which must not get another one.
        int count = at.shown() != 0 ? LEAST_COUNT : Math.max(LEAST_COUNT, limit / 2);
        Step step = step(at, count);
        // Among many keys of others: longer and longer steps.
        for (int more = 0; more < MOST_STEPS && step.keys().isEmpty() && step.next() != 0; more++) {
            at = new At(at.master(), step.next(), 0, 0);
            count = Math.max(count, Math.min(2 * count, MOST_COUNT));
            step = step(at, count);
        }
        if (count > LEAST_COUNT && step.keys().size() > limit) {
            step = step(at, LEAST_COUNT);
        }
        return part(namespace, at, step, limit);
    }

    private Step step(At at, int count) {
        return calls.call(link -> scan(link, at, count));
    }

    private Engine.Part part(@Nullable String namespace, At at, Step step, int limit) {
        boolean same = at.shown() != 0 && at.ends() == step.next();
        List<SessionKey> keys = step.keys().stream()
                .filter(key -> !same || mark(key) > at.shown())
                .sorted(Comparator.comparingLong(RedisWalk::mark))
                .toList();
        List<SessionKey> page = keys.subList(0, Math.min(limit, keys.size()));
        List<Cell> found = cells.read(page).stream()
                .filter(cell -> namespace == null || cell.namespace().equals(namespace))
                .toList();
        return new Engine.Part(found, next(at, step, page.size() < keys.size() ? page.get(limit - 1) : null));
    }

    private static Page.@Nullable Cursor next(At at, Step step, @Nullable SessionKey last) {
        if (last != null) {
            return new At(at.master(), at.begins(), step.next(), mark(last)).cursor();
        }
        if (step.next() != 0) {
            return new At(at.master(), step.next(), 0, 0).cursor();
        }
        return at.master() + 1 < step.masters() ? new At(at.master() + 1, 0, 0, 0).cursor() : null;
    }

    /** Never 0, and of two keys hardly ever the same. */
    private static long mark(SessionKey key) {
        long mixed = (key.hi() ^ Long.rotateLeft(key.lo(), 32)) * 0x9e3779b97f4a7c15L;
        return (mixed ^ mixed >>> 32) & MARKS | 1;
    }

    private CompletableFuture<Step> scan(RedisLink link, At at, int count) {
        StatefulRedisConnection<byte[], byte[]> server = link.server();
        StatefulRedisClusterConnection<byte[], byte[]> cluster = link.cluster();
        if (server != null) {
            return scan(server, at, count, 1);
        }
        List<RedisClusterNode> masters = cluster == null
                ? List.of()
                : cluster.getPartitions().stream()
                        .filter(node -> node.getRole().isUpstream() && !node.hasNoSlots())
                        .sorted(Comparator.comparing(node -> node.getSlots().get(0)))
                        .toList();
        if (cluster == null || at.master() >= masters.size()) {
            return CompletableFuture.completedFuture(new Step(List.of(), 0, masters.size()));
        }
        return cluster.getConnectionAsync(masters.get(at.master()).getNodeId())
                .thenCompose(master -> scan(master, at, count, masters.size()));
    }

    private CompletableFuture<Step> scan(
            StatefulRedisConnection<byte[], byte[]> master, At at, int count, int masters) {
        ScanArgs which = ScanArgs.Builder.limit(count).match(names.glob());
        return master.async()
                .scan(ScanCursor.of(Long.toUnsignedString(at.begins())), which)
                .toCompletableFuture()
                .thenApply(step -> new Step(keysOf(step), nextOf(step), masters));
    }

    private static long nextOf(KeyScanCursor<byte[]> step) {
        return step.isFinished() ? 0 : Long.parseUnsignedLong(step.getCursor());
    }

    private List<SessionKey> keysOf(KeyScanCursor<byte[]> step) {
        return step.getKeys().stream()
                .flatMap(name -> names.keyOf(name).stream())
                .distinct()
                .toList();
    }
}
