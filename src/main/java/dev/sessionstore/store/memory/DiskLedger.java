package dev.sessionstore.store.memory;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.memory.disk.Change;
import dev.sessionstore.store.memory.disk.Disk;
import org.jspecify.annotations.Nullable;

/** Tells the disk. Accesses are gathered, since a session that is used all the time need be told of once a while. */
final class DiskLedger implements Ledger {
    private final Disk disk;
    /** By stripe of {@link KeyLocks}, under its lock: the keys that were accessed and not told of. */
    private final @Nullable SessionKeySet[] touched = new SessionKeySet[KeyLocks.STRIPES];

    private volatile boolean isOpen;

    DiskLedger(Disk disk) {
        this.disk = disk;
    }

    /** From now on the disk is told; before, it tells. */
    void open() {
        isOpen = true;
    }

    @Override
    public void admit() {
        disk.admit();
    }

    @Override
    public void changed(SessionKey key, @Nullable Object to) {
        if (to instanceof Session session) {
            disk.append(new Change.Live(session));
        } else if (to instanceof Tombstone tombstone) {
            disk.append(new Change.Gone(tombstone));
        } else {
            disk.append(new Change.Removed(key));
        }
    }

    @Override
    public void moved(Tombstone left, Session arrived) {
        disk.append(new Change.Moved(left, arrived));
    }

    @Override
    public void touched(SessionKey key) {
        int stripe = KeyLocks.stripe(key);
        SessionKeySet keys = touched[stripe];
        if (keys == null) {
            keys = new SessionKeySet();
            touched[stripe] = keys;
        }
        keys.add(key);
    }

    @Override
    public void evicted(Object value) {
        if (isOpen && value instanceof Session session) {
            disk.append(new Change.Evicted(session.key(), session.incarnation(), session.version()));
        }
    }

    /** What was gathered under that stripe, whose lock the caller holds; null: nothing. */
    @Nullable SessionKeySet take(int stripe) {
        SessionKeySet keys = touched[stripe];
        touched[stripe] = null;
        return keys;
    }
}
