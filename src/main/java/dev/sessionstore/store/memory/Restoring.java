package dev.sessionstore.store.memory;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.memory.disk.Image;
import org.jspecify.annotations.Nullable;

/** Fills the holdings with what was written down, before anybody else uses them. */
final class Restoring implements Image {
    private final Holdings holdings;
    private final Rotations rotations;

    Restoring(Holdings holdings, Rotations rotations) {
        this.holdings = holdings;
        this.rotations = rotations;
    }

    @Override
    public void load(Session session) {
        holdings.swapUntold(session.key(), null, session);
    }

    @Override
    public void load(Tombstone tombstone) {
        noteOrder(tombstone);
        holdings.swapUntold(tombstone.key(), null, tombstone);
    }

    @Override
    public void live(Session session) {
        Object held = holdings.entries.look(session.key());
        holdings.swapUntold(session.key(), held, Image.latest(held, session));
    }

    @Override
    public void gone(Tombstone tombstone) {
        noteOrder(tombstone);
        put(tombstone.key(), tombstone);
    }

    private void noteOrder(Tombstone tombstone) {
        if (tombstone.rotation() != null) {
            rotations.seen(tombstone.rotation().order());
        }
    }

    @Override
    public void removed(SessionKey key) {
        put(key, null);
    }

    @Override
    public void evicted(SessionKey key, long incarnation, long version) {
        if (Image.isThatVery(holdings.entries.look(key), incarnation, version)) {
            put(key, null);
        }
    }

    @Override
    public void touched(SessionKey key, long incarnation, long at) {
        if (holdings.entries.look(key) instanceof Session session && session.incarnation() == incarnation) {
            put(key, session.accessed(at));
        }
    }

    private void put(SessionKey key, @Nullable Object value) {
        Object held = holdings.entries.look(key);
        if (held != value) {
            holdings.swapUntold(key, held, value);
        }
    }
}
