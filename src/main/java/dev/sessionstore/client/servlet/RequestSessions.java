package dev.sessionstore.client.servlet;

import dev.sessionstore.client.SessionCookie;
import dev.sessionstore.client.SessionFactory;
import dev.sessionstore.client.WebSession;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * One request's session, whatever number of dispatches and wrappers it goes through: opened when it is first asked for,
 * saved before the response commits and at the end. Thread-safe: an asynchronous request has several threads.
 */
final class RequestSessions {
    private static final String ATTRIBUTE = RequestSessions.class.getName();

    private final SessionFactory factory;
    private final SessionCookie cookie;
    private final Listeners listeners;
    private final @Nullable Duration idleTimeout;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final InstantSource clock = InstantSource.system();
    private final @Nullable String cookieHeader;
    private final @Nullable String requestedId;

    /** Opened, for as long as nobody invalidated it. */
    private @Nullable WebSession opened;
    /** The last one that was invalidated: its cookie has to go, unless another session takes its place. */
    private @Nullable WebSession ended;

    /** What the application holds of it; null until it asks, and after an invalidation. */
    private @Nullable StoredHttpSession current;
    /** Whether what the request presented was found; null until it is known. */
    private @Nullable Boolean requestedIsValid;

    private final CommitAwareResponse guarded;

    RequestSessions(
            SessionFactory factory,
            SessionCookie cookie,
            Listeners listeners,
            @Nullable Duration idleTimeout,
            HttpServletRequest request,
            HttpServletResponse response) {
        this.factory = factory;
        this.cookie = cookie;
        this.listeners = listeners;
        this.idleTimeout = idleTimeout;
        this.request = request;
        this.response = response;
        cookieHeader = cookieHeader(request);
        requestedId = cookie.read(cookieHeader).orElse(null);
        guarded = new CommitAwareResponse(response, this::beforeCommit);
        request.setAttribute(ATTRIBUTE, this);
    }

    private static @Nullable String cookieHeader(HttpServletRequest request) {
        Enumeration<String> headers = request.getHeaders("Cookie");
        return headers == null || !headers.hasMoreElements() ? null : String.join("; ", Collections.list(headers));
    }

    static @Nullable RequestSessions of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof RequestSessions known ? known : null;
    }

    SessionRequest wrap(HttpServletRequest dispatched) {
        return new SessionRequest(dispatched, this);
    }

    @Nullable String requestedId() {
        return requestedId;
    }

    /** Whether the id that the request presented is that of a session that lives; asks the service, once. */
    synchronized boolean isRequestedValid() {
        if (requestedId == null) {
            return false;
        }
        if (requestedIsValid == null) {
            open();
        }
        WebSession session = opened;
        return Boolean.TRUE.equals(requestedIsValid) && session != null && !session.isEnded();
    }

    private WebSession open() {
        WebSession session = opened;
        if (session == null) {
            // After an invalidation what was presented is over: the next one is new.
            boolean isFirst = requestedIsValid == null;
            session = factory.open(isFirst ? requestedId : null, request.getHeader("User-Agent"));
            if (isFirst) {
                requestedIsValid = !session.isNew();
            }
            opened = session;
        }
        return session;
    }

    /** @throws IllegalStateException if it would be a new one, and the response is committed and can set no cookie */
    synchronized @Nullable StoredHttpSession get(boolean create) {
        StoredHttpSession known = current;
        if (known != null) {
            return known;
        }
        if (!create && requestedId == null) {
            return null;
        }
        WebSession session = open();
        if (session.isNew()) {
            if (!create) {
                return null;
            }
            if (response.isCommitted()) {
                throw new IllegalStateException("the response is committed: no cookie can be set for a new session");
            }
            if (idleTimeout != null) {
                session.setIdleTimeout(idleTimeout);
            }
        }
        StoredHttpSession made =
                new StoredHttpSession(session, this, listeners, request.getServletContext(), clock.millis());
        current = made;
        if (session.isNew()) {
            listeners.created(made);
        }
        return made;
    }

    synchronized String changeId() {
        StoredHttpSession session = get(false);
        if (session == null) {
            throw new IllegalStateException("the request has no session whose id could change; getSession() makes one");
        }
        return session.changeId();
    }

    /** The application ended it; what it asks for next is another one. */
    synchronized void invalidated() {
        current = null;
        ended = opened;
        opened = null;
    }

    /** Through which the response is written, so that the session is saved before. */
    CommitAwareResponse response() {
        return guarded;
    }

    /** While headers can still be set. What this throws is the request's failure: nothing was answered yet. */
    private synchronized void beforeCommit() {
        save();
        WebSession told = opened != null && (ended == null || opened.isStored()) ? opened : ended;
        if (told == null) {
            return;
        }
        cookie.write(told, cookieHeader).forEach((name, value) -> {
            if (!response.getHeaders(name).contains(value)) {
                response.addHeader(name, value);
            }
        });
    }

    /** Stores what changed. */
    synchronized void save() {
        StoredHttpSession session = current;
        WebSession web = opened;
        if (session != null) {
            session.save();
        } else if (web != null) {
            web.save();
        }
    }

    /** The request ends: its response is committed now, if it was not before, and what came after is saved. */
    void finish() {
        guarded.finish();
        save();
    }
}
