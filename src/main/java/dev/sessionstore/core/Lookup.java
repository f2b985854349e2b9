package dev.sessionstore.core;

/**
 * What a store knows under a key at one instant, in one answer: a {@link Session}, live or held after its end, a
 * {@link Tombstone} of one that is gone, or nothing.
 */
public sealed interface Lookup permits Session, Tombstone, Lookup.Absent {
    /** Never seen, or gone for so long that it is forgotten. */
    Lookup ABSENT = Absent.ABSENT;

    enum Absent implements Lookup {
        ABSENT
    }
}
