package dev.sessionstore.core;

/** Hears of answered requests. Thread-safe; be quick, throw nothing. */
public interface RequestObserver {
    RequestObserver NONE = (verb, route, status, nanos) -> {};

    /**
     * @param verb the request's method if the service knows it, else {@code OTHER}
     * @param route the route's template, never a path: {@code /v1/{namespace}/sessions/{id}}; {@code none} for no route
     * @param nanos from the request's arrival to its answer
     */
    void answered(String verb, String route, int status, long nanos);
}
