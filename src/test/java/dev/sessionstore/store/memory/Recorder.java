package dev.sessionstore.store.memory;

import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.Tombstone;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Notes what a store reports. */
final class Recorder implements SessionObserver {
    final AtomicInteger created = new AtomicInteger();
    final AtomicInteger dropped = new AtomicInteger();
    final Map<SessionKey, List<Reason>> removed = new ConcurrentHashMap<>();

    @Override
    public void created(Session session) {
        created.incrementAndGet();
    }

    @Override
    public void removed(Session last, Reason why) {
        removed.computeIfAbsent(last.key(), key -> new CopyOnWriteArrayList<>()).add(why);
    }

    @Override
    public void tombstoneDropped(Tombstone tombstone) {
        dropped.incrementAndGet();
    }
}
