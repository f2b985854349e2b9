package dev.sessionstore.store.memory;

import dev.sessionstore.core.SessionKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says which keys are worth a look: a ring of one-second slots. It promises that a key comes up within about a second
 * after the time it was scheduled for, and may come up earlier or more than once: who takes a key looks at what is due
 * and schedules it again if nothing is. So a session that is used slides without a word to the wheel.
 *
 * <p>Thread-safe. Lock order: the wheel, then one slot; neither calls out.
 */
final class ExpiryWheel {
    static final int SLOTS = 600;

    private static final class Slot {
        private SessionKeySet keys = new SessionKeySet();
        /** The last second for which this slot was emptied. */
        private long drained;
    }

    private final Slot[] slots = new Slot[SLOTS];
    /** The last second that was drained; written under this wheel's lock. */
    private volatile long second;
    /** A slot's keys that were taken out and not yet handed out, and where to go on in them. Under this wheel's lock. */
    private @Nullable SessionKeySet taken;

    private int place;

    ExpiryWheel(long now) {
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Slot();
        }
        startAt(Math.floorDiv(now, 1000L));
    }

    /** @param due epoch milliseconds; past times come up next */
    void schedule(SessionKey key, long due) {
        long last = second;
        long wanted = -Math.floorDiv(-due, 1000L);
        if (wanted - last >= SLOTS) {
            // Too far ahead: a look at each turn, always in the key's own slot, so that its duplicates become one.
            Slot slot = slots[phase(key)];
            synchronized (slot) {
                slot.keys.add(key);
            }
            return;
        }
        for (long at = Math.max(wanted, last + 1); ; at++) {
            Slot slot = slots[(int) Math.floorMod(at, (long) SLOTS)];
            synchronized (slot) {
                // Emptied for that second since we looked: the next slot is still to come.
                if (slot.drained < at) {
                    slot.keys.add(key);
                    return;
                }
            }
        }
    }

    /** Takes out at most that many keys whose slot's time has come. Empty: there is none. */
    synchronized List<SessionKey> take(long now, int most) {
        long target = Math.floorDiv(now, 1000L);
        if (target < second) {
            // The clock was set back. Whatever lies in a slot comes up within one turn, so nothing need move.
            startAt(target);
        } else if (target - second > SLOTS) {
            // The clock leapt: one turn empties every slot.
            second = target - SLOTS;
        }
        List<SessionKey> keys = new ArrayList<>();
        while (keys.size() < most) {
            if (taken == null) {
                if (second >= target) {
                    break;
                }
                taken = emptyNextSlot();
                place = 0;
            }
            place = taken.copyFrom(place, keys, most - keys.size());
            if (place == taken.end()) {
                taken = null;
            }
        }
        return keys;
    }

    private SessionKeySet emptyNextSlot() {
        long next = second + 1;
        Slot slot = slots[(int) Math.floorMod(next, (long) SLOTS)];
        synchronized (slot) {
            SessionKeySet keys = slot.keys;
            slot.keys = new SessionKeySet();
            slot.drained = next;
            second = next;
            return keys;
        }
    }

    private void startAt(long start) {
        for (int i = 0; i < SLOTS; i++) {
            synchronized (slots[i]) {
                slots[i].drained = start - Math.floorMod(start - i, (long) SLOTS);
            }
        }
        second = start;
    }

    private static int phase(SessionKey key) {
        return Math.floorMod(key.hashCode(), SLOTS);
    }
}
