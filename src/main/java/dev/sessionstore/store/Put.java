package dev.sessionstore.store;

import dev.sessionstore.store.Cell.Stamp;
import org.jspecify.annotations.Nullable;

/** What came of a conditional write of a cell. */
public enum Put {
    DONE,
    /** A session stands there, with another stamp. */
    CHANGED,
    /** What stands there is gone, or over. */
    GONE,
    /** Nothing stands there, or what may be dropped. */
    ABSENT,
    /** A reservation stands there, or another cell where none was expected: look. */
    LOOK;

    /**
     * Why a write was refused, for engines that look after it.
     *
     * @param there what stands there
     * @param now by the engine's clock
     */
    public static Put refusalBy(@Nullable Cell there, @Nullable Stamp expected, long now) {
        if (there == null) {
            return ABSENT;
        }
        if (expected == null || there.stamp().revision() == Stamp.RESERVED) {
            return LOOK;
        }
        if (there.isDropped(now)) {
            return ABSENT;
        }
        return there.isSession() && !there.isOver(now) ? CHANGED : GONE;
    }
}
