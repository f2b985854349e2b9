package dev.sessionstore.client.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

/** The request with another idea of its session. */
final class SessionRequest extends HttpServletRequestWrapper {
    private final RequestSessions sessions;

    SessionRequest(HttpServletRequest request, RequestSessions sessions) {
        super(request);
        this.sessions = sessions;
    }

    @Override
    public @Nullable HttpSession getSession() {
        return getSession(true);
    }

    @Override
    public @Nullable HttpSession getSession(boolean create) {
        return sessions.get(create);
    }

    @Override
    public String changeSessionId() {
        return sessions.changeId();
    }

    @Override
    public @Nullable String getRequestedSessionId() {
        return sessions.requestedId();
    }

    @Override
    public boolean isRequestedSessionIdValid() {
        return sessions.isRequestedValid();
    }

    @Override
    public boolean isRequestedSessionIdFromCookie() {
        return sessions.requestedId() != null;
    }

    @Override
    public boolean isRequestedSessionIdFromURL() {
        return false;
    }

    /** With the container's own request and response, for by those it knows where to dispatch to; the filter wraps them again. */
    @Override
    public AsyncContext startAsync() {
        return new SessionAsyncContext(super.startAsync(), sessions, this, sessions.response());
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        return new SessionAsyncContext(super.startAsync(request, response), sessions, request, response);
    }

    @Override
    public AsyncContext getAsyncContext() {
        AsyncContext started = super.getAsyncContext();
        boolean isOurs = !started.hasOriginalRequestAndResponse();
        return new SessionAsyncContext(
                started,
                sessions,
                isOurs ? started.getRequest() : this,
                isOurs ? started.getResponse() : sessions.response());
    }
}
