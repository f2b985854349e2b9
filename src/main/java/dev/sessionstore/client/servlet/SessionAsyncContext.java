package dev.sessionstore.client.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/** Saves the session before an asynchronous request completes, for then its response is committed. */
final class SessionAsyncContext implements AsyncContext {
    private final AsyncContext context;
    private final RequestSessions sessions;
    private final ServletRequest request;
    private final ServletResponse response;

    SessionAsyncContext(
            AsyncContext context, RequestSessions sessions, ServletRequest request, ServletResponse response) {
        this.context = context;
        this.sessions = sessions;
        this.request = request;
        this.response = response;
    }

    /** If the session cannot be saved, the answer is an error, as it is without asynchrony; not none, until a timeout. */
    @Override
    public void complete() {
        try {
            sessions.finish();
        } catch (RuntimeException e) {
            sessions.fail(e);
            throw e;
        } finally {
            context.complete();
        }
    }

    @Override
    public ServletRequest getRequest() {
        return request;
    }

    @Override
    public ServletResponse getResponse() {
        return response;
    }

    @Override
    public boolean hasOriginalRequestAndResponse() {
        return context.hasOriginalRequestAndResponse();
    }

    @Override
    public void dispatch() {
        context.dispatch();
    }

    @Override
    public void dispatch(String path) {
        context.dispatch(path);
    }

    @Override
    public void dispatch(ServletContext servlets, String path) {
        context.dispatch(servlets, path);
    }

    @Override
    public void start(Runnable task) {
        context.start(task);
    }

    @Override
    public void addListener(AsyncListener listener) {
        context.addListener(listener);
    }

    @Override
    public void addListener(AsyncListener listener, ServletRequest request, ServletResponse response) {
        context.addListener(listener, request, response);
    }

    @Override
    public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
        return context.createListener(type);
    }

    @Override
    public void setTimeout(long millis) {
        context.setTimeout(millis);
    }

    @Override
    public long getTimeout() {
        return context.getTimeout();
    }
}
