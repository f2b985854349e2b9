package dev.sessionstore.client;

/** Decides what is stored when two requests changed one session. */
@FunctionalInterface
public interface ConflictResolver {
    /**
     * Changes {@code mine} to what shall be stored; it is then saved over {@code theirs}. What this request had not changed
     * reads in {@code mine} as the other one left it.
     *
     * <pre>{@code
     * (mine, theirs) -> mine.set("visits", theirs.get("visits", Integer.class) + 1)
     * }</pre>
     *
     * @param mine this request's session; not to be saved in here
     * @param theirs the session as another request left it
     */
    void resolve(WebSession mine, StoredSession theirs);
}
