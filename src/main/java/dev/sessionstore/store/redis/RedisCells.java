package dev.sessionstore.store.redis;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.UnreadableCellException;
import io.lettuce.core.KeyValue;
import java.util.ArrayList;
import java.util.List;

/** Reads many cells at once, for listings and walks. Thread-safe. */
final class RedisCells {
    /** Large sessions all together would take longer than an exchange may. */
    private static final int MOST_AT_ONCE = 100;

    private final RedisCalls calls;
    private final RedisNames names;
    private final BackendObserver observer;

    RedisCells(RedisCalls calls, RedisNames names, BackendObserver observer) {
        this.calls = calls;
        this.names = names;
        this.observer = observer;
    }

    /** A listing that is none. */
    List<byte[]> unreadable() {
        observer.unreadable();
        return List.of();
    }

    /** Those that stand and can be read, in that order. */
    List<Cell> read(List<SessionKey> keys) {
        List<Cell> cells = new ArrayList<>(keys.size());
        for (int from = 0; from < keys.size(); from += MOST_AT_ONCE) {
            readInto(cells, keys.subList(from, Math.min(keys.size(), from + MOST_AT_ONCE)));
        }
        return cells;
    }

    private void readInto(List<Cell> cells, List<SessionKey> keys) {
        byte[][] wanted = keys.stream().map(names::cell).toArray(byte[][]::new);
        List<KeyValue<byte[], byte[]>> values =
                calls.call(link -> link.commands().mget(wanted).toCompletableFuture());
        for (int i = 0; i < keys.size(); i++) {
            KeyValue<byte[], byte[]> each = values.get(i);
            if (each.hasValue()) {
                try {
                    cells.add(RedisValue.read(keys.get(i), each.getValue()));
                } catch (UnreadableCellException e) {
                    observer.unreadable();
                }
            }
        }
    }
}
