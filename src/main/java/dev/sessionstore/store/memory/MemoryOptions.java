package dev.sessionstore.store.memory;

/**
 * How much the memory store may hold.
 *
 * @param maxSessions 0: no limit
 * @param maxMemoryBytes what sessions, tombstones and indexes may take together, by estimate; 0: no limit
 */
public record MemoryOptions(long maxSessions, long maxMemoryBytes, WhenFull whenFull) {
    /** What to do when one more session would be too many. */
    public enum WhenFull {
        /** Refuse it: no session is lost. */
        REJECT,
        /** Forget sessions that were not used for long. */
        EVICT
    }

    public MemoryOptions {
        if (maxSessions < 0 || maxMemoryBytes < 0) {
            throw new IllegalArgumentException("limits are " + maxSessions + " sessions and " + maxMemoryBytes
                    + " bytes; the least is 0, no limit");
        }
    }
}
