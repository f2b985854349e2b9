package dev.sessionstore.store.memory;

import dev.sessionstore.core.Tombstone;
import java.util.function.LongFunction;

/**
 * Puts the rotations in order. A lock and no bare counter, because a listing that begins relies on this: every rotation
 * up to {@link #last} has flipped. With a counter alone one might have its number and flip later, and the listing would
 * take it for one that it need not follow.
 *
 * <p>Thread-safe.
 */
final class Rotations {
    private long last;

    synchronized long last() {
        return last;
    }

    /** For those that were written down: later ones get later orders. */
    synchronized void seen(long order) {
        last = Math.max(last, order);
    }

    /** @param tombstoneOf makes the tombstone of the rotation with that order */
    synchronized Tombstone flip(Passage out, Passage.Flip flip, LongFunction<Tombstone> tombstoneOf) {
        Tombstone tombstone = tombstoneOf.apply(last + 1);
        out.leave(tombstone);
        last++;
        flip.complete();
        return tombstone;
    }
}
