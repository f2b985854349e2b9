package dev.sessionstore.client.servlet;

import dev.sessionstore.client.WebSession;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the application holds of a request's session. Thread-safe, by the one lock of the request's sessions. */
final class StoredHttpSession implements HttpSession {
    private final WebSession web;
    private final RequestSessions request;
    private final Listeners listeners;
    private final ServletContext context;
    private final long openedAt;
    /** Whose values are in use: told that they are back, and not yet that they are to be stored. */
    private final Set<String> active = new LinkedHashSet<>();

    private boolean isEnding;
    private boolean invalidated;

    StoredHttpSession(WebSession web, RequestSessions request, Listeners listeners, ServletContext context, long now) {
        this.web = web;
        this.request = request;
        this.listeners = listeners;
        this.context = context;
        openedAt = now;
    }

    /** One that ended by itself, emptied and saved, or in another request, reads as empty: this page may go on. */
    private void checkValid() {
        if (invalidated) {
            throw new IllegalStateException("the session was invalidated");
        }
    }

    @Override
    public String getId() {
        synchronized (request) {
            return web.id();
        }
    }

    @Override
    public long getCreationTime() {
        synchronized (request) {
            checkValid();
            return web.createdAt().map(Instant::toEpochMilli).orElse(openedAt);
        }
    }

    @Override
    public long getLastAccessedTime() {
        synchronized (request) {
            checkValid();
            return web.lastAccessedAt().map(Instant::toEpochMilli).orElse(openedAt);
        }
    }

    @Override
    public ServletContext getServletContext() {
        return context;
    }

    /** Zero and less: it never times out. */
    @Override
    public void setMaxInactiveInterval(int seconds) {
        synchronized (request) {
            checkValid();
            request.changed();
            web.setIdleTimeout(seconds <= 0 ? null : Duration.ofSeconds(seconds));
        }
    }

    /** Zero: it never times out, or the service decides when the session is stored. */
    @Override
    public int getMaxInactiveInterval() {
        synchronized (request) {
            checkValid();
            return web.idleTimeout()
                    .map(timeout -> (int) Math.min(timeout.toSeconds(), Integer.MAX_VALUE))
                    .orElse(0);
        }
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        synchronized (request) {
            checkValid();
            return read(name);
        }
    }

    private @Nullable Object read(String name) {
        Object value = web.get(name);
        if (value != null && active.add(name)) {
            Listeners.activated(this, value);
        }
        return value;
    }

    @Override
    public Enumeration<String> getAttributeNames() {
        synchronized (request) {
            checkValid();
            return Collections.enumeration(web.names());
        }
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        synchronized (request) {
            if (value == null) {
                removeAttribute(name);
                return;
            }
            checkValid();
            request.checkCanKeep(web);
            request.changed();
            Object before = read(name);
            Listeners.willBind(this, name, before, value);
            web.set(name, value);
            active.add(name);
            listeners.changed(this, name, before, value);
        }
    }

    @Override
    public void removeAttribute(String name) {
        synchronized (request) {
            checkValid();
            if (!web.contains(name)) {
                return;
            }
            request.changed();
            Object before = read(name);
            if (web.remove(name) && before != null) {
                listeners.changed(this, name, before, null);
            }
        }
    }

    @Override
    public void invalidate() {
        synchronized (request) {
            checkValid();
            // A listener that is told of it may do the same.
            if (!isEnding) {
                isEnding = true;
                end().forEach((name, value) -> listeners.changed(this, name, value, null));
            }
        }
    }

    /** What it held. */
    private Map<String, Object> end() {
        Map<String, Object> values = new LinkedHashMap<>();
        try {
            listeners.destroyed(this);
            for (String name : web.names()) {
                Object value = read(name);
                if (value != null) {
                    values.put(name, value);
                }
            }
        } finally {
            // Whatever a listener throws: who logs out is logged out.
            invalidated = true;
            request.invalidate(web);
        }
        return values;
    }

    @Override
    public boolean isNew() {
        synchronized (request) {
            checkValid();
            return web.isNew();
        }
    }

    /** For what runs after this request: without a request there is nothing to save it by. */
    @Override
    public Accessor getAccessor() {
        throw new UnsupportedOperationException(
                "a stored session belongs to its request; open it by the session client for work that outlives one");
    }

    String changeId() {
        synchronized (request) {
            checkValid();
            String oldId = web.id();
            web.rotate();
            listeners.renamed(this, oldId);
            return web.id();
        }
    }

    void save() {
        synchronized (request) {
            if (!invalidated) {
                passivate();
                web.save();
            }
        }
    }

    /** Whoever reads a value again after that activates it again. */
    private void passivate() {
        // A copy: who is told may ask the session for more.
        for (String name : List.copyOf(active)) {
            if (web.contains(name)) {
                Listeners.willPassivate(this, web.get(name));
            }
        }
        active.clear();
    }

    /** The id is a secret. */
    @Override
    public String toString() {
        return "StoredHttpSession[" + (invalidated ? "invalidated" : "valid") + "]";
    }
}
