package dev.sessionstore.client.servlet;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/** Saves when an asynchronous request has ended without anybody saying so, and what came after its response. */
final class FinishWhenAsyncEnds implements AsyncListener {
    private final RequestSessions sessions;

    FinishWhenAsyncEnds(RequestSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void onComplete(AsyncEvent event) {
        sessions.finish();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        sessions.finish();
    }

    @Override
    public void onError(AsyncEvent event) {
        sessions.finish();
    }

    /** Within a dispatch, which comes through the filter: that adds another one. */
    @Override
    public void onStartAsync(AsyncEvent event) {}
}
