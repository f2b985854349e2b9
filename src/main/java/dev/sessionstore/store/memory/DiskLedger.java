package dev.sessionstore.store.memory;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.memory.disk.Change;
import dev.sessionstore.store.memory.disk.Disk;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the disk. Of a session that is used all the time an access is told once a while; one after a quiet time at once,
 * since the disk would know nothing of it for as long as that was.
 */
final class DiskLedger implements Ledger {
    private static final long QUIET_MILLIS = 10_000;

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
    public void touched(Session session, long before) {
        boolean wasQuiet = session.lastAccessedAt() - before >= QUIET_MILLIS;
        if (wasQuiet && !disk.refuses()) {
            disk.append(new Change.Touched(List.of(touchOf(session))));
        } else {
            gather(session.key());
        }
    }

    static Change.Touch touchOf(Session session) {
        return new Change.Touch(session.key(), session.incarnation(), session.lastAccessedAt());
    }

    private void gather(SessionKey key) {
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
