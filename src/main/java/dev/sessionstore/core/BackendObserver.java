package dev.sessionstore.core;

/** Hears how the engine behind a store does. Thread-safe; be quick, throw nothing. */
public interface BackendObserver {
    BackendObserver NONE = new BackendObserver() {};

    /** A record that cannot be read was met. */
    default void unreadable() {}

    /**
     * One exchange with the engine is over.
     *
     * @param operation a word of a few: {@code find}, {@code put}
     * @param failed whether the engine did not answer
     */
    default void called(String operation, long nanos, boolean failed) {}
}
