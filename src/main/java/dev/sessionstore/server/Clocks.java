package dev.sessionstore.server;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What time it is.
 *
 * @param node for stores without an engine that keeps the time
 * @param everywhere for tests: what counts instead of an engine's clock, too; null: nothing does
 */
public record Clocks(InstantSource node, @Nullable InstantSource everywhere) {
    /** Engines by their own clocks. */
    public static Clocks ofNode(InstantSource node) {
        return new Clocks(node, null);
    }

    /** All in the hands of a test. */
    public static Clocks given(InstantSource clock) {
        return new Clocks(clock, clock);
    }
}
