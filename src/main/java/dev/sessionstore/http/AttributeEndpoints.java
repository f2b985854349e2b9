package dev.sessionstore.http;

import static dev.sessionstore.http.Answers.now;
import static dev.sessionstore.http.Answers.whenDurable;

import dev.sessionstore.core.Refusal;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionChange;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.wire.ErrorCode;
import dev.sessionstore.wire.JsonEdit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A session's attributes, all or one by name. */
final class AttributeEndpoints {
    private static final String NAME = "{name}";

    private final SessionService service;
    private final SessionStore store;
    private final Answers answers;

    AttributeEndpoints(SessionService service, SessionStore store) {
        this.service = service;
        this.store = store;
        answers = new Answers(service);
    }

    CompletionStage<ApiResponse> getAll(ApiRequest request) {
        return read(request, request.slides(), session -> session.attributes().json());
    }

    CompletionStage<ApiResponse> headAll(ApiRequest request) {
        return read(request, false, session -> session.attributes().json());
    }

    CompletionStage<ApiResponse> get(ApiRequest request) {
        return read(request, request.slides(), session -> valueOf(session, request.segment(NAME)));
    }

    CompletionStage<ApiResponse> head(ApiRequest request) {
        return read(request, false, session -> valueOf(session, request.segment(NAME)));
    }

    private interface Part {
        byte[] of(Session session);
    }

    private CompletionStage<ApiResponse> read(ApiRequest request, boolean slides, Part part) {
        Preconditions preconditions = Preconditions.of(request);
        // A read that finds no such attribute fails, and what fails never slides: look before recording the access.
        Session session = service.read(request.key(), Guards.binding(request).andThen(part::of), slides);
        return now(
                preconditions.isUnchanged(session)
                        ? answers.notModified(session)
                        : answers.about(session, ApiResponse.json(200, part.of(session))));
    }

    CompletionStage<ApiResponse> put(ApiRequest request) {
        if (!request.hasBody()) {
            throw ApiProblem.of(ErrorCode.MALFORMED_JSON, "the body is empty; a JSON value is needed");
        }
        String name = request.segment(NAME);
        byte[] value = request.json();
        Preconditions preconditions = Preconditions.of(request);
        boolean[] existed = new boolean[1];
        Consumer<Session> guard = Guards.binding(request)
                .andThen(preconditions::checkIfMatch)
                .andThen(session -> {
                    existed[0] = JsonEdit.get(session.attributes().json(), name) != null;
                    if (existed[0] && preconditions.onlyIfAbsent()) {
                        throw Preconditions.mismatch("the attribute is there, and If-None-Match forbids that")
                                .about(session);
                    }
                });
        SessionChange change = SessionChange.ofAttributes(
                current -> Changes.edited(current, JsonEdit.apply(current.json(), Map.of(name, value), Set.of())));
        Session session = service.change(request.key(), guard, change);
        ApiResponse response = ApiResponse.json(existed[0] ? 200 : 201, value);
        return whenDurable(store, answers.about(session, response));
    }

    CompletionStage<ApiResponse> delete(ApiRequest request) {
        String name = request.segment(NAME);
        Preconditions preconditions = Preconditions.of(request);
        Consumer<Session> guard = Guards.binding(request)
                .andThen(session -> valueOf(session, name))
                .andThen(preconditions::check);
        SessionChange change = SessionChange.ofAttributes(
                current -> Changes.edited(current, JsonEdit.apply(current.json(), Map.of(), Set.of(name))));
        Session session = service.change(request.key(), guard, change);
        return whenDurable(store, answers.about(session, ApiResponse.empty(204)));
    }

    private static byte[] valueOf(Session session, String name) {
        byte[] value = JsonEdit.get(session.attributes().json(), name);
        if (value == null) {
            throw Refusal.of(Refusal.Rule.ATTRIBUTE_NOT_FOUND, "the session has no attribute of that name");
        }
        return value;
    }
}
