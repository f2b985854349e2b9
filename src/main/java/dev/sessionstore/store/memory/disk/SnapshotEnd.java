package dev.sessionstore.store.memory.disk;

/**
 * What a whole snapshot ends with.
 *
 * @param sessions how many it holds
 * @param tombstones how many it holds
 * @param through the number of the last change that may be in it: the journal must reach as far
 * @param at when it was complete, in epoch milliseconds
 */
record SnapshotEnd(long sessions, long tombstones, long through, long at) {}
