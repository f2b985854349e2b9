package dev.sessionstore.client.servlet;

import dev.sessionstore.client.NullSession;
import dev.sessionstore.client.SessionCookie;
import dev.sessionstore.client.SessionFactory;
import dev.sessionstore.client.WebSession;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request's session, whatever number of dispatches and wrappers it goes through: opened when it is first asked for,
 * saved before the response commits and at the end. Thread-safe: an asynchronous request has several threads.
 */
final class RequestSessions {
    private static final String ATTRIBUTE = RequestSessions.class.getName();

    private final SessionFactory factory;
    private final RequestCookie cookie;
    private final Listeners listeners;
    private final @Nullable Duration idleTimeout;
    private final HttpServletRequest request;
    private final InstantSource clock = InstantSource.system();

    /** The response of this dispatch. */
    private @Nullable CommitAwareResponse guarded;
    /** Opened, for as long as nobody invalidated it. */
    private @Nullable WebSession opened;
    /** The first one that ended: its cookie has to go, unless another session takes its place. */
    private @Nullable WebSession ended;
    /** What the application holds of it; null until it asks, and after an invalidation. */
    private @Nullable StoredHttpSession current;
    /** Whether what the request presented was found; null until it is known. */
    private @Nullable Boolean requestedIsValid;

    private boolean isUnderWay;
    /** Whether the application did something to the session since it was last saved. */
    private boolean isChanged;
    /** Whether the last save failed. */
    private boolean hasFailed;
    /** Whether that has led to an error page: what was not saved then will not be. */
    private boolean isGivenUp;

    RequestSessions(
            SessionFactory factory,
            SessionCookie cookie,
            Listeners listeners,
            @Nullable Duration idleTimeout,
            HttpServletRequest request) {
        this.factory = factory;
        this.cookie = new RequestCookie(cookie, request);
        this.listeners = listeners;
        this.idleTimeout = idleTimeout;
        this.request = request;
        request.setAttribute(ATTRIBUTE, this);
    }

    static @Nullable RequestSessions of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof RequestSessions known ? known : null;
    }

    /** Whether a dispatch goes on, so that another one is within it. */
    synchronized boolean isUnderWay() {
        return isUnderWay;
    }

    /**
     * A dispatch begins.
     *
     * @return the response that says when it is committed: errors come with the container's own again, and so may what is
     *     asynchronous
     */
    synchronized HttpServletResponse begin(DispatcherType dispatch, HttpServletResponse answer) {
        isUnderWay = true;
        isGivenUp = dispatch == DispatcherType.ERROR && hasFailed;
        CommitAwareResponse known = guarded;
        if (known != null
                && (answer == known
                        || answer instanceof ServletResponseWrapper wrapper && wrapper.isWrapperFor(known))) {
            return answer;
        }
        CommitAwareResponse made = new CommitAwareResponse(answer, this);
        guarded = made;
        return made;
    }

    /** It ends, and the request may go on. */
    synchronized void leave() {
        isUnderWay = false;
    }

    SessionRequest wrap(HttpServletRequest dispatched) {
        return new SessionRequest(dispatched, this);
    }

    /** Through which the response is written, so that the session is saved before. */
    synchronized CommitAwareResponse response() {
        return Objects.requireNonNull(guarded, "a dispatch has begun");
    }

    @Nullable String requestedId() {
        return cookie.requestedId();
    }

    /** Whether the id that the request presented is that of a session that lives; asks the service, once. */
    synchronized boolean isRequestedValid() {
        if (requestedId() == null) {
            return false;
        }
        if (requestedIsValid == null) {
            open();
        }
        WebSession session = opened;
        return Boolean.TRUE.equals(requestedIsValid) && session != null && !session.isNew() && !session.isEnded();
    }

    private @Nullable String userAgent() {
        return request.getHeader("User-Agent");
    }

    private WebSession open() {
        if (opened != null && opened.isEnded()) {
            leaveBehind();
        }
        WebSession session = opened;
        if (session == null) {
            // After an invalidation what was presented is over: the next one is new.
            boolean isFirst = requestedIsValid == null;
            session = factory.open(isFirst ? requestedId() : null, userAgent());
            if (isFirst) {
                requestedIsValid = !session.isNew();
            }
            opened = session;
            isChanged = true;
        }
        return session;
    }

    /** @throws IllegalStateException if it would be a new one, and the response is committed and can set no cookie */
    synchronized @Nullable StoredHttpSession get(boolean create) {
        if (current == null && !create && requestedId() == null) {
            return null;
        }
        WebSession session = open();
        StoredHttpSession known = current;
        if (known != null) {
            return known;
        }
        if (session.isNew()) {
            if (!create) {
                return null;
            }
            checkCanKeep(session);
            if (idleTimeout != null && !(session instanceof NullSession)) {
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

    /** The session behind the one that the application has, for what the Servlet API has no words for. */
    synchronized WebSession web() {
        get(true);
        changed();
        return open();
    }

    /** @throws IllegalStateException if it is not stored, and never will be found again if it is */
    synchronized void checkCanKeep(WebSession session) {
        if (!session.isStored() && !session.isEnded() && response().isCommitted()) {
            throw new IllegalStateException("the response is committed: no cookie can be set for a new session");
        }
    }

    synchronized String changeId() {
        StoredHttpSession session = get(false);
        if (session == null) {
            throw new IllegalStateException("the request has no session whose id could change; getSession() makes one");
        }
        if (response().isCommitted()) {
            throw new IllegalStateException("the response is committed: no cookie can be set for another id");
        }
        changed();
        String id = session.changeId();
        requestedIsValid = false;
        return id;
    }

    /** The application does something to the session: it is to be saved before more of the response is written. */
    synchronized void changed() {
        isChanged = true;
    }

    synchronized void invalidate(WebSession session) {
        leaveBehind();
        session.invalidate();
    }

    /** It ended; what the application asks for next is another one. */
    private void leaveBehind() {
        current = null;
        ended = ended == null ? opened : ended;
        opened = null;
        isChanged = true;
    }

    /** A write, with which the response may be committed. Not the end of an emptied session: it may be filled again. */
    synchronized void beforeWrite() {
        if (isChanged && !isEmptied()) {
            beforeCommit();
        }
    }

    private boolean isEmptied() {
        WebSession session = opened;
        return session != null
                && session.isStored()
                && session.isEmpty()
                && session.principal().isEmpty();
    }

    /** While headers can still be set. What this throws is the request's failure: nothing was answered yet. */
    synchronized void beforeCommit() {
        CommitAwareResponse response = response();
        if (isGivenUp || response.isCommitted()) {
            return;
        }
        save();
        WebSession told = opened != null && (ended == null || opened.isStored()) ? opened : ended;
        if (told != null && !(told instanceof NullSession)) {
            cookie.write(told, response.original());
        }
        isChanged = false;
    }

    /** Stores what changed. */
    private void save() {
        hasFailed = true;
        if (current != null) {
            current.save();
        } else if (opened != null) {
            opened.save();
        }
        hasFailed = false;
    }

    /** The request ends: its response is committed now, if it was not before, and what came after is saved. */
    synchronized void finish() {
        if (response().isCommitted() && !isGivenUp) {
            saveLate();
        } else {
            beforeCommit();
        }
    }

    private void saveLate() {
        WebSession session = opened;
        if (session == null || !session.isStored()) {
            save();
            return;
        }
        String id = session.id();
        save();
        if (session.isStored() && !session.id().equals(id)) {
            throw new IllegalStateException("the session was changed after the response was committed, and its cookie,"
                    + " which holds it, cannot be set any more");
        }
    }

    /** The request ends, and its session is not saved: the answer says so, if it is not too late. */
    void fail(RuntimeException failure) {
        CommitAwareResponse response = response();
        if (!response.isCommitted()) {
            try {
                response.original().sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }
}
