package dev.sessionstore.client.jetty;

import org.eclipse.jetty.session.DefaultSessionCache;
import org.eclipse.jetty.session.ManagedSession;
import org.eclipse.jetty.session.SessionCache;
import org.eclipse.jetty.session.SessionManager;
import org.eclipse.jetty.util.thread.AutoLock;
import org.jspecify.annotations.Nullable;

/**
 * This server's own copies of sessions. One that other servers overtook or ended must go without a word to listeners: to
 * invalidate it, as Jetty would at its next request, ends a session that lives, or one session twice.
 */
final class CachedCopies {
    private final SessionManager manager;

    CachedCopies(SessionManager manager) {
        this.manager = manager;
    }

    /** Whether there is a copy that was in the store once, so that its absence there means its end. */
    boolean wasStored(String hostId) {
        DefaultSessionCache cache = cache();
        ManagedSession copy = cache == null ? null : cache.doGet(hostId);
        return copy != null && copy.getSessionData().getLastSaved() > 0;
    }

    /**
     * Forgets the copy, if there is one and no request uses it.
     *
     * @return whether there was
     */
    boolean drop(String hostId) {
        DefaultSessionCache cache = cache();
        ManagedSession copy = cache == null ? null : cache.doGet(hostId);
        if (cache == null || copy == null) {
            return false;
        }
        AutoLock lock = copy.lock();
        try {
            if (copy.getRequests() > 0) {
                return false;
            }
            cache.doDelete(hostId);
            copy.setResident(false);
            return true;
        } finally {
            lock.close();
        }
    }

    /** Whether copies outlive the requests that they were made for. */
    boolean areKept() {
        DefaultSessionCache cache = cache();
        return cache != null && cache.getEvictionPolicy() != SessionCache.EVICT_ON_SESSION_EXIT;
    }

    /** Null: Jetty's other cache keeps no copies. */
    private @Nullable DefaultSessionCache cache() {
        SessionCache cache = manager.getSessionCache();
        return cache instanceof DefaultSessionCache copies ? copies : null;
    }
}
