package dev.sessionstore.core;

import java.util.Map;

/** The capability to count sessions. */
public interface Count {
    /** Of one namespace; zeros for one that has no sessions. */
    Counted count(String namespace);

    /** Of all namespaces that have sessions, by name. */
    Map<String, Counted> countAll();

    /**
     * @param sessions live sessions; those that expired and are held are none
     * @param bytes what the store estimates that they take
     */
    record Counted(long sessions, long bytes) {
        public static final Counted NONE = new Counted(0, 0);
    }
}
