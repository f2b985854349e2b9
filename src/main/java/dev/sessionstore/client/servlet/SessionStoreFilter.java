package dev.sessionstore.client.servlet;

import dev.sessionstore.client.AttributeCodec;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionCookie;
import dev.sessionstore.client.SessionFactory;
import dev.sessionstore.client.TypedJsonCodec;
import dev.sessionstore.client.WebSession;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code request.getSession()} a session that the service keeps. Put it before everything that uses sessions, for all
 * requests and the dispatches REQUEST, ASYNC and ERROR, with asynchronous support if anything behind it has that; and
 * FORWARD, if pages forward to others that begin a session and write no body.
 *
 * <pre>{@code
 * FilterRegistration.Dynamic sessions = context.addFilter(
 *         "sessions",
 *         SessionStoreFilter.builder(client)
 *                 .codec(TypedJsonCodec.builder().allow(Cart.class).build())
 *                 .build());
 * sessions.setAsyncSupported(true);
 * sessions.addMappingForUrlPatterns(
 *         EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR), false, "/*");
 * }</pre>
 *
 * <p>The session is saved before the response commits: whoever follows a redirect finds what was stored before it. It is
 * saved once more at the end, for what came later. One that is new and empty is not stored and gets no cookie; one that was
 * emptied is deleted. Parallel requests of one session each have their own {@code HttpSession}, and their changes of
 * different attributes all survive.
 *
 * <p>Differences from a container's own sessions: attributes are values, not objects that requests share, so a change within
 * one counts at the end of the request; {@code sessionDestroyed} is told of an invalidation, not of an expiry, which happens
 * in the service; a request that does not ask for its session does not prolong it; {@code getLastAccessedTime()} is the time
 * of this very request; ids are in cookies only. Thread-safe.
 */
public final class SessionStoreFilter implements Filter {
    private final SessionFactory sessions;
    private final SessionCookie cookie;
    private final Listeners listeners;
    private final @Nullable Duration idleTimeout;

    private SessionStoreFilter(Builder from) {
        SessionFactory given = from.sessions;
        sessions = given != null
                ? given
                : SessionFactory.over(Objects.requireNonNull(from.client))
                        .codec(from.codec)
                        .build();
        cookie = from.cookie;
        listeners = new Listeners(from.listeners);
        idleTimeout = from.idleTimeout;
    }

    /** Sessions as {@link SessionFactory#over} makes them, with values of the JDK's own classes unless a codec is named. */
    public static Builder builder(SessionClient client) {
        return new Builder(Objects.requireNonNull(client, "client"), null);
    }

    /** @param sessions whose codec gives a value back as what it was, without being told its class */
    public static Builder builder(SessionFactory sessions) {
        return new Builder(null, Objects.requireNonNull(sessions, "sessions"));
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
            chain.doFilter(request, response);
            return;
        }
        RequestSessions known = RequestSessions.of(http);
        if (known != null && known.isUnderWay()) {
            // A forward, an include, or this filter a second time.
            chain.doFilter(known.wrap(http), answer);
            if (http.getDispatcherType() == DispatcherType.FORWARD) {
                // The response ends with it, and some containers let nobody else set a header after it.
                known.beforeCommit();
            }
            return;
        }
        RequestSessions mine =
                known != null ? known : new RequestSessions(sessions, cookie, listeners, idleTimeout, http);
        HttpServletResponse guarded = mine.begin(http.getDispatcherType(), answer);
        try {
            chain.doFilter(mine.wrap(http), guarded);
            mine.leave();
        } catch (IOException | ServletException | RuntimeException | Error e) {
            mine.leave();
            finishAfter(e, mine);
            throw e;
        }
        if (!goesOn(http, mine)) {
            mine.finish();
        }
    }

    /** What was set before a failure is kept; the failure is what the container is told. */
    private static void finishAfter(Throwable failure, RequestSessions mine) {
        try {
            mine.finish();
        } catch (RuntimeException unsaved) {
            if (unsaved != failure) {
                failure.addSuppressed(unsaved);
            }
        }
    }

    /** Whether the request is not over, as it is asynchronous. */
    private static boolean goesOn(HttpServletRequest request, RequestSessions mine) {
        if (!request.isAsyncStarted()) {
            return false;
        }
        try {
            request.getAsyncContext().addListener(new FinishWhenAsyncEnds(mine));
            return true;
        } catch (IllegalStateException e) {
            // Another thread has just completed it.
            return false;
        }
    }

    /**
     * The session behind {@code request.getSession()}, for what the Servlet API has no words for: whose it is, its label,
     * whether its cookie outlives the browser. It is saved with the request; what is done to it is told to no listener. Not
     * thread-safe.
     *
     * @throws IllegalStateException if the request did not come through such a filter, or the session would be a new one
     *     and the response is committed
     */
    public static WebSession session(HttpServletRequest request) {
        RequestSessions known = RequestSessions.of(request);
        if (known == null) {
            throw new IllegalStateException("the request did not come through a SessionStoreFilter");
        }
        return known.web();
    }

    /** The cookie's name. */
    @Override
    public String toString() {
        return "SessionStoreFilter[" + cookie.name() + "]";
    }

    /** Not thread-safe. */
    public static final class Builder {
        private final @Nullable SessionClient client;
        private final @Nullable SessionFactory sessions;
        private final List<EventListener> listeners = new ArrayList<>();
        private AttributeCodec codec = TypedJsonCodec.builder().build();
        private SessionCookie cookie = SessionCookie.builder().build();
        private @Nullable Duration idleTimeout;

        private Builder(@Nullable SessionClient client, @Nullable SessionFactory sessions) {
            this.client = client;
            this.sessions = sessions;
        }

        /**
         * What writes and reads attributes' values. A {@link TypedJsonCodec} that allows the application's classes;
         * {@link dev.sessionstore.client.SerializationCodec} for those that can be nothing but serialised.
         *
         * @throws IllegalStateException if the filter was given a factory, which has its own
         */
        public Builder codec(AttributeCodec value) {
            if (client == null) {
                throw new IllegalStateException("the session factory has its own codec; set it there");
            }
            codec = Objects.requireNonNull(value, "codec");
            return this;
        }

        /** The cookie of the session; {@code __Host-session}, for HTTPS, unless named. */
        public Builder cookie(SessionCookie value) {
            cookie = Objects.requireNonNull(value, "cookie");
            return this;
        }

        /** How long new sessions live after their last access; whole seconds; as the service has it unless named. */
        public Builder idleTimeout(Duration value) {
            if (value.getSeconds() < 1 || value.getNano() != 0) {
                throw new IllegalArgumentException(
                        "the idle timeout is " + value + "; it must be whole seconds, at least 1 s");
            }
            idleTimeout = value;
            return this;
        }

        /**
         * Adds an {@code HttpSessionListener}, {@code HttpSessionAttributeListener} or {@code HttpSessionIdListener}; those
         * that the container was given see its own sessions only. A value that is an {@code HttpSessionBindingListener} or
         * {@code HttpSessionActivationListener} is told without.
         */
        public Builder listener(EventListener value) {
            Listeners.check(value);
            listeners.add(value);
            return this;
        }

        public SessionStoreFilter build() {
            return new SessionStoreFilter(this);
        }
    }
}
