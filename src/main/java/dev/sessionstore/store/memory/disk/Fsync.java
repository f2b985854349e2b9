package dev.sessionstore.store.memory.disk;

/** How safe a write is when it is answered. */
public enum Fsync {
    /** It survives a power cut: the answer waits for the disk, one sync for many writes. */
    ALWAYS,
    /** It survives the process; a power cut may take the last second. */
    EVERYSEC,
    /** It survives the process; what a power cut takes is up to the operating system. */
    NEVER
}
