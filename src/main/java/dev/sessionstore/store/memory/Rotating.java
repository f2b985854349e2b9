package dev.sessionstore.store.memory;

import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.time.Instant;
import java.util.Objects;

/**
 * Moves a session to another key at one instant: passages under both keys, one flip, then what the flip made true in
 * their place.
 *
 * <p>Thread-safe.
 */
final class Rotating {
    private final Holdings holdings;
    private final Room room;
    private final Rotations rotations;

    Rotating(Holdings holdings, Room room, Rotations rotations) {
        this.holdings = holdings;
        this.room = room;
        this.rotations = rotations;
    }

    Outcome rotate(Session expected, Session next, Instant graceUntil) {
        SessionKey from = expected.key();
        SessionKey to = next.key();
        if (from.equals(to)) {
            return Outcome.EXISTS;
        }
        holdings.ledger.admit();
        while (true) {
            long now = holdings.clock.millis();
            holdings.settle(from, now);
            holdings.settle(to, now);
            Session held;
            Session arriving;
            long growth;
            boolean hasRoom;
            holdings.locks.lockBoth(from, to);
            try {
                Object there = holdings.entries.look(from);
                Object inTheWay = holdings.entries.look(to);
                if (holdings.isUnsettled(there, now) || holdings.isUnsettled(inTheWay, now)) {
                    continue;
                }
                Outcome refusal = Holdings.refusal(there, expected);
                if (refusal != null) {
                    return refusal;
                }
                if (inTheWay != null) {
                    return Outcome.EXISTS;
                }
                held = (Session) Objects.requireNonNull(there);
                arriving = next.accessed(held.lastAccessedAt());
                // A session that does not grow goes through, whatever its tombstone takes.
                growth = Math.max(0, holdings.usage.growth(held, arriving));
                hasRoom = holdings.usage.reserve(0, growth);
                if (hasRoom && !move(held, arriving, growth, graceUntil.toEpochMilli(), now)) {
                    return Outcome.ABSENT;
                }
            } finally {
                holdings.locks.unlockBoth(from, to);
            }
            if (hasRoom) {
                room.settleDebt();
                holdings.observer.removed(held, Reason.ROTATED);
                return Outcome.DONE;
            }
            room.make(0, growth);
        }
    }

    /** False if the session was evicted meanwhile; nothing is changed then. */
    private boolean move(Session held, Session arriving, long reserved, long graceUntil, long now) {
        SessionKey from = held.key();
        SessionKey to = arriving.key();
        Passage.Flip flip = new Passage.Flip();
        Passage out = Passage.out(flip, held);
        Passage in = Passage.in(flip, arriving);
        if (!holdings.swap(from, held, out, Holdings.UNTOLD)) {
            holdings.usage.take(0, -reserved);
            return false;
        }
        // From here on neither can be evicted, and both keys are locked: the rest succeeds.
        holdings.swap(to, null, in, Holdings.UNTOLD);
        Tombstone left = rotations.flip(out, flip, order -> holdings.rotationOf(held, to, graceUntil, now, order));
        Tombstone kept = left.isForgotten(now) ? null : left;
        Usage usage = holdings.usage;
        usage.take(0, usage.growth(held, arriving) + usage.growth(null, kept) - reserved);
        usage.changedInRoomTaken(held, arriving);
        usage.changedInRoomTaken(null, kept);
        // Before the new session can be evicted, which is told, too.
        holdings.ledger.moved(left, arriving);
        holdings.swap(to, in, arriving, Holdings.UNTOLD);
        holdings.swap(from, out, kept, Holdings.UNTOLD);
        return true;
    }
}
