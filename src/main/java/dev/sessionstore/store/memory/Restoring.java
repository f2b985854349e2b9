package dev.sessionstore.store.memory;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.memory.disk.Image;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Fills the holdings with what was written down, before anybody else uses them. */
final class Restoring implements Image {
    private final Holdings holdings;
    private final Rotations rotations;
    private final long now;
    /** What the journal brings anew. */
    private final Usage.Tally journal;
    /** Keys under which something was over when it was read; what the journal told later may have gone on. */
    private final Queue<SessionKey> over = new ConcurrentLinkedQueue<>();

    Restoring(Holdings holdings, Rotations rotations) {
        this.holdings = holdings;
        this.rotations = rotations;
        now = holdings.clock.millis();
        journal = holdings.usage.tally();
    }

    /** Lets go what was over before all of this was read; returns how many sessions that were. */
    long settle() {
        journal.close();
        long before = holdings.usage.sessions();
        for (SessionKey key : over) {
            holdings.settle(key, now);
        }
        return before - holdings.usage.sessions();
    }

    private void noteEnd(SessionKey key, Lookup value) {
        if (holdings.isUnsettled(value, now)) {
            over.add(key);
        }
    }

    @Override
    public void expect(int about) {
        holdings.entries.expect(about);
    }

    @Override
    public Share share() {
        return new Share() {
            private final Usage.Tally tally = holdings.usage.tally();

            @Override
            public void load(Session session) {
                holdings.load(session.key(), session);
                noteEnd(session.key(), session);
                tally.add(session);
            }

            @Override
            public void load(Tombstone tombstone) {
                noteOrder(tombstone);
                holdings.load(tombstone.key(), tombstone);
                noteEnd(tombstone.key(), tombstone);
                tally.add(tombstone);
            }

            @Override
            public void close() {
                tally.close();
            }
        };
    }

    @Override
    public void live(Session session) {
        Object held = holdings.entries.look(session.key());
        if (held == null) {
            holdings.load(session.key(), session);
            journal.add(session);
            noteEnd(session.key(), session);
            return;
        }
        Session told = Image.latest(held, session);
        holdings.swapUntold(session.key(), held, told);
        noteEnd(session.key(), told);
    }

    @Override
    public void gone(Tombstone tombstone) {
        noteOrder(tombstone);
        put(tombstone.key(), tombstone);
        noteEnd(tombstone.key(), tombstone);
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
            session.touch(at);
        }
    }

    private void put(SessionKey key, @Nullable Object value) {
        Object held = holdings.entries.look(key);
        if (held != value) {
            holdings.swapUntold(key, held, value);
        }
    }
}
