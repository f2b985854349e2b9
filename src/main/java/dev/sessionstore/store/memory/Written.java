package dev.sessionstore.store.memory;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.memory.disk.Change;
import dev.sessionstore.store.memory.disk.Contents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The holdings as they are written down. Thread-safe. */
final class Written implements Contents {
    private static final int PORTION = 1000;

    private final Holdings holdings;
    private final DiskLedger ledger;

    Written(Holdings holdings, DiskLedger ledger) {
        this.holdings = holdings;
        this.ledger = ledger;
    }

    @Override
    public void whileQuiet(Runnable work) {
        holdings.locks.lockAll();
        try {
            work.run();
        } finally {
            holdings.locks.unlockAll();
        }
    }

    @Override
    public void forEach(Consumer<Lookup> each) {
        for (int i = 0; i < holdings.entries.shards(); i++) {
            for (Map.Entry<SessionKey, Object> entry : holdings.entries.shard(i).entrySet()) {
                Lookup seen = holdings.seen(entry.getKey(), entry.getValue(), holdings.clock.millis());
                if (seen != Lookup.ABSENT) {
                    each.accept(seen);
                }
            }
        }
    }

    @Override
    public long count() {
        return holdings.usage.sessions() + holdings.usage.tombstones();
    }

    @Override
    public long bytes() {
        return holdings.usage.bytes();
    }

    @Override
    public void takeTouches(Consumer<List<Change.Touch>> portion) {
        List<Change.Touch> touches = new ArrayList<>();
        for (int stripe = 0; stripe < KeyLocks.STRIPES; stripe++) {
            SessionKeySet keys;
            holdings.locks.lockStripe(stripe);
            try {
                keys = ledger.take(stripe);
            } finally {
                holdings.locks.unlockStripe(stripe);
            }
            if (keys != null) {
                for (SessionKey key : keys.toArray()) {
                    if (holdings.entries.look(key) instanceof Session session) {
                        touches.add(DiskLedger.touchOf(session));
                    }
                }
            }
            if (touches.size() >= PORTION || stripe == KeyLocks.STRIPES - 1 && !touches.isEmpty()) {
                portion.accept(touches);
                touches = new ArrayList<>();
            }
        }
    }
}
