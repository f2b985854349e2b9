package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Lookup;
import java.util.List;
import java.util.function.Consumer;

/** What there is to write down. Thread-safe. */
public interface Contents {
    /** Runs this while no change is made: each is in memory and told, or neither. */
    void whileQuiet(Runnable work);

    /**
     * Gives every session and every tombstone that counts, by one thread, while changes go on: what is changed
     * meanwhile comes in its old state or in its new one.
     */
    void forEach(Consumer<Lookup> each);

    /** About how many there are. */
    long count();

    /** About how many bytes all of it would take. */
    long bytes();

    /** The accesses since the last call that no change has told yet, in portions. */
    void takeTouches(Consumer<List<Change.Touch>> portion);
}
