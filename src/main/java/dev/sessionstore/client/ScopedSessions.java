package dev.sessionstore.client;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Binds one session to a scope, so that code deep within a request finds it without being handed it: the thread, or
 * whatever a function names. Thread-safe; the sessions are not, as ever.
 *
 * <pre>{@code
 * ScopedSessions scoped = ScopedSessions.perThread(sessions);
 * WebSession session = scoped.proxy(); // injected wherever one is wanted
 *
 * scoped.open(cookie.read(header).orElse(null));
 * try {
 *     handle(request); // session.set("step", 2)
 *     session.save();
 * } finally {
 *     scoped.remove();
 * }
 * }</pre>
 */
public final class ScopedSessions {
    /** Guards the two fields below; never held while a factory works. */
    private final Object lock = new Object();

    /** By scope; null while it is being opened. */
    private final Map<Object, @Nullable WebSession> sessions;

    private SessionFactory factory;
    private final Supplier<?> scope;
    private final WebSession proxy;

    private ScopedSessions(Map<Object, @Nullable WebSession> sessions, Supplier<?> scope, SessionFactory factory) {
        this.sessions = sessions;
        this.scope = scope;
        this.factory = Objects.requireNonNull(factory, "factory");
        proxy = (WebSession) Proxy.newProxyInstance(
                WebSession.class.getClassLoader(), new Class<?>[] {WebSession.class}, onCurrent());
    }

    /** A scope is a thread. One that ends without {@link #remove()} takes its scope with it. */
    public static ScopedSessions perThread(SessionFactory factory) {
        return new ScopedSessions(new WeakHashMap<>(), Thread::currentThread, factory);
    }

    /**
     * A scope is what the function names, told apart by {@code equals}: a request's number, a coroutine.
     *
     * @param scope asked at each call; null: there is none at the moment
     */
    public static ScopedSessions per(Supplier<?> scope, SessionFactory factory) {
        return new ScopedSessions(new HashMap<>(), Objects.requireNonNull(scope, "scope"), factory);
    }

    /** {@link #open(String, String)} without a binding. */
    public WebSession open(@Nullable String id) {
        return open(id, null);
    }

    /**
     * Opens a session and binds it to the scope, until {@link #remove()}. What the factory throws comes out, and nothing is
     * bound then.
     *
     * @throws IllegalStateException if the scope has one already, or there is no scope
     */
    public WebSession open(@Nullable String id, @Nullable String binding) {
        Object key = key();
        SessionFactory opener;
        synchronized (lock) {
            if (sessions.containsKey(key)) {
                throw new IllegalStateException(
                        "this scope has a session already; remove() it when its request is over");
            }
            sessions.put(key, null);
            opener = factory;
        }
        WebSession session = null;
        try {
            session = opener.open(id, binding);
            return session;
        } finally {
            synchronized (lock) {
                if (session == null) {
                    sessions.remove(key);
                } else {
                    sessions.put(key, session);
                }
            }
        }
    }

    /** @throws IllegalStateException if none is open in this scope, or there is no scope */
    public WebSession current() {
        WebSession session;
        Object key = key();
        synchronized (lock) {
            session = sessions.get(key);
        }
        if (session == null) {
            throw new IllegalStateException("no session is open in this scope; open(id) one when its request begins");
        }
        return session;
    }

    /** Whether there is a scope, and a session is open in it. */
    public boolean isOpen() {
        Object key = scope.get();
        synchronized (lock) {
            return key != null && sessions.get(key) != null;
        }
    }

    /** Takes the session from the scope, and saves nothing. If there is none it does nothing. */
    public void remove() {
        Object key = scope.get();
        synchronized (lock) {
            sessions.remove(key);
        }
    }

    /**
     * Opens sessions from another factory from now on.
     *
     * @throws IllegalStateException while a session is open in any scope
     */
    public void configure(SessionFactory value) {
        Objects.requireNonNull(value, "factory");
        synchronized (lock) {
            sessions.keySet().removeIf(key -> key instanceof Thread thread && !thread.isAlive());
            if (!sessions.isEmpty()) {
                throw new IllegalStateException("sessions cannot be configured anew while " + sessions.size()
                        + " are open; do it before the first request");
            }
            factory = value;
        }
    }

    /**
     * A session that always means the current scope's: each call throws {@link IllegalStateException} where there is none.
     * Can be shared by all threads.
     */
    public WebSession proxy() {
        return proxy;
    }

    private Object key() {
        Object key = scope.get();
        if (key == null) {
            throw new IllegalStateException("there is no scope here to have a session");
        }
        return key;
    }

    private InvocationHandler onCurrent() {
        return (self, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "WebSession[of the scope]";
                };
            }
            try {
                return method.invoke(current(), arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
    }
}
