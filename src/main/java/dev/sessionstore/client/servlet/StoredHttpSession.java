package dev.sessionstore.client.servlet;

import dev.sessionstore.client.WebSession;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the application holds of a request's session. Thread-safe, by the one lock of the request's sessions. */
final class StoredHttpSession implements HttpSession {
    private final WebSession web;
    private final RequestSessions request;
    private final Listeners listeners;
    private final ServletContext context;
    private final long openedAt;
    /** Whose values were told that they are back; each once. */
    private final Set<String> activated = new HashSet<>();

    private boolean invalidated;

    StoredHttpSession(WebSession web, RequestSessions request, Listeners listeners, ServletContext context, long now) {
        this.web = web;
        this.request = request;
        this.listeners = listeners;
        this.context = context;
        openedAt = now;
    }

    private void checkValid() {
        if (invalidated || web.isEnded()) {
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
        if (value != null && activated.add(name)) {
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
            Object before = read(name);
            web.set(name, value);
            activated.add(name);
            listeners.changed(this, name, before, value);
        }
    }

    @Override
    public void removeAttribute(String name) {
        synchronized (request) {
            checkValid();
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
            listeners.destroyed(this);
            for (String name : web.names()) {
                Object value = read(name);
                if (value != null) {
                    listeners.changed(this, name, value, null);
                }
            }
            invalidated = true;
            request.invalidated();
            web.invalidate();
        }
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
            if (invalidated) {
                return;
            }
            if (web.isModified()) {
                for (String name : activated) {
                    if (web.contains(name)) {
                        Listeners.willPassivate(this, web.get(name));
                    }
                }
            }
            web.save();
        }
    }

    /** The id is a secret. */
    @Override
    public String toString() {
        return "StoredHttpSession[" + (invalidated ? "invalidated" : "valid") + "]";
    }
}
