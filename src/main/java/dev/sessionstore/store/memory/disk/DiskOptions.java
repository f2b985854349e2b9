package dev.sessionstore.store.memory.disk;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where and how the memory store writes itself down.
 *
 * @param directory exists or can be made
 * @param snapshotInterval how long after the last snapshot the next one is taken, if anything changed
 * @param keys what files are encrypted with; null: they are plain
 * @param repair whether damage is worked around instead of refused
 */
public record DiskOptions(
        Path directory,
        Fsync fsync,
        Duration snapshotInterval,
        @Nullable DataKeys keys,
        boolean repair) {}
