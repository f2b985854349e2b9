package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An image in a bare map, for looking at files without a store. */
final class PlainImage implements Image {
    private final Map<SessionKey, Object> held = new ConcurrentHashMap<>();

    Map<SessionKey, Object> byKey() {
        return held;
    }

    @Override
    public void expect(int about) {}

    @Override
    public Share share() {
        return new Share() {
            @Override
            public void load(Session session) {
                held.put(session.key(), session);
            }

            @Override
            public void load(Tombstone tombstone) {
                held.put(tombstone.key(), tombstone);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void live(Session session) {
        held.put(session.key(), Image.latest(held.get(session.key()), session));
    }

    @Override
    public void gone(Tombstone tombstone) {
        held.put(tombstone.key(), tombstone);
    }

    @Override
    public void removed(SessionKey key) {
        held.remove(key);
    }

    @Override
    public void evicted(SessionKey key, long incarnation, long version) {
        if (Image.isThatVery(held.get(key), incarnation, version)) {
            held.remove(key);
        }
    }

    @Override
    public void touched(SessionKey key, long incarnation, long at) {
        if (held.get(key) instanceof Session session && session.incarnation() == incarnation) {
            held.put(key, session.accessed(at));
        }
    }
}
