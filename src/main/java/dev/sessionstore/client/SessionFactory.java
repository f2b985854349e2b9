package dev.sessionstore.client;

import org.jspecify.annotations.Nullable;

/**
 * Opens the session of each request. {@link #over} keeps sessions in the service; {@link CookieSessions} keeps them in
 * their cookies; {@link #none} has none. Which one it is, is one line of an application. Thread-safe.
 *
 * <pre>{@code
 * WebSession session = sessions.open(cookie.read(request.header("Cookie")).orElse(null));
 * session.set("step", 2);
 * session.save();
 * cookie.write(session).forEach(response::addHeader);
 * }</pre>
 */
public interface SessionFactory {
    /** Sessions that the service keeps. */
    static StoredSessions.Builder over(SessionClient client) {
        return new StoredSessions.Builder(client);
    }

    /** No sessions: each is a {@link NullSession}. */
    static SessionFactory none() {
        return (id, binding) -> NullSession.INSTANCE;
    }

    /**
     * The session that the request presents, or a new one if that is unknown, over, unreadable or null. A new session is
     * never stored under an id that somebody presented, and not at all while it is empty.
     *
     * @param id what the cookie holds; null if there is none
     */
    default WebSession open(@Nullable String id) {
        return open(id, null);
    }

    /**
     * The same, for factories that bind sessions to something: a session that is bound to something else is not opened.
     *
     * @param binding say, the user agent; null: none is known. Ignored by factories that bind nothing.
     */
    WebSession open(@Nullable String id, @Nullable String binding);
}
