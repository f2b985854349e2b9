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
    private final RedisCalls calls;
    private final RedisNames names;
    private final BackendObserver observer;

    RedisCells(RedisCalls calls, RedisNames names, BackendObserver observer) {
        this.calls = calls;
        this.names = names;
        this.observer = observer;
    }

    /** Those that stand and can be read, in that order. */
    List<Cell> read(List<SessionKey> keys) {
        List<Cell> cells = new ArrayList<>(keys.size());
        if (keys.isEmpty()) {
            return cells;
        }
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
        return cells;
    }
}
