package dev.sessionstore.core;

/** What came of a conditional write. */
public enum Outcome {
    DONE,
    /** A live session holds the key to be created. */
    EXISTS,
    /** The session is live, and not at the version that was expected: look again. */
    CHANGED,
    /** A tombstone holds the key. */
    GONE,
    /** Nothing holds the key. */
    ABSENT
}
