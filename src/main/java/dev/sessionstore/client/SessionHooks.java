package dev.sessionstore.client;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where an application can step in, as much or as little as it likes: each method does the usual thing unless it is
 * overridden. Given to {@link StoredSessions}, {@link CookieSessions} and {@link SessionCookie}. Implementations are
 * thread-safe.
 *
 * <pre>{@code
 * new SessionHooks() {
 *     public WebSession nullSession(ServiceUnavailableException cause) {
 *         return NullSession.INSTANCE; // pages that only read go on while the service is away
 *     }
 * }
 * }</pre>
 */
public interface SessionHooks {
    /** The usual thing everywhere. */
    SessionHooks NONE = new SessionHooks() {};

    /**
     * Opens a request's session.
     *
     * @param id as presented; null: none
     * @param usual opens it as usual, for this id or another; may be left out, called before or after, its result wrapped
     */
    default WebSession open(@Nullable String id, Function<@Nullable String, WebSession> usual) {
        return usual.apply(id);
    }

    /**
     * Saves a request's session. What it throws comes out of {@link WebSession#save()}.
     *
     * @param usual saves it as usual; may be left out
     */
    default void save(WebSession session, Runnable usual) {
        usual.run();
    }

    /**
     * What a request gets when the service cannot be reached: as usual, the exception. {@link NullSession#INSTANCE} lets it
     * go on without a session, and leaves its cookie alone.
     */
    default WebSession nullSession(ServiceUnavailableException cause) {
        throw cause;
    }

    /**
     * Whether an answer sets the session's cookie. Not asked where there is no session to point at: that a cookie which
     * leads nowhere is deleted is no setting.
     *
     * @param usual what {@link SessionCookie} would do
     */
    default boolean shouldSetCookie(WebSession session, boolean usual) {
        return usual;
    }

    /**
     * For how long the browser keeps the cookie: {@code Max-Age} and {@code Expires}, cut to whole seconds.
     *
     * @param usual as long as the session lives, if it is permanent; empty, until the browser is closed, if it is not
     */
    default Optional<Duration> cookieLifetime(WebSession session, Optional<Duration> usual) {
        return usual;
    }

    /** A new session's or rotation's id: 32 random bytes as base64url. As hard to guess as {@link NewSession.Builder#id} says. */
    default String newId() {
        return SessionIds.random();
    }

    /**
     * What writes and reads attributes' values; asked once, when the factory is built.
     *
     * @param usual the factory's own
     */
    default AttributeCodec codec(AttributeCodec usual) {
        return usual;
    }
}
