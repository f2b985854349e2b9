package dev.sessionstore.http;

import static dev.sessionstore.http.Answers.now;
import static dev.sessionstore.http.Answers.whenDurable;

import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Refusal;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionChange;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.wire.ErrorCode;
import dev.sessionstore.wire.ExpireInput;
import dev.sessionstore.wire.RotateInput;
import dev.sessionstore.wire.SessionInput;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One session by its id. */
final class SessionEndpoints {
    private static final Consumer<Session> ANY = session -> {};

    private final SessionService service;
    private final SessionStore store;
    private final Answers answers;

    SessionEndpoints(SessionService service, SessionStore store) {
        this.service = service;
        this.store = store;
        answers = new Answers(service);
    }

    CompletionStage<ApiResponse> create(ApiRequest request) {
        SessionInput input =
                request.hasBody() ? SessionInput.parse(request.json(), SessionInput.Kind.CREATE) : SessionInput.EMPTY;
        Guards.checkFields(input.faults());
        SessionChange values = Changes.of(input, SessionInput.Kind.CREATE, request);
        SessionId id = SessionId.generate();
        request.about(request.keyOf(id));
        Session session = service.create(request.key(), request.namespace(), values, ANY);
        ApiResponse response = answers.document(201, id, session)
                .header(
                        "Location",
                        "/v1/" + request.namespace() + "/handles/"
                                + session.key().handle());
        return whenDurable(store, response);
    }

    CompletionStage<ApiResponse> get(ApiRequest request) {
        return read(request, request.slides());
    }

    CompletionStage<ApiResponse> head(ApiRequest request) {
        return read(request, false);
    }

    private CompletionStage<ApiResponse> read(ApiRequest request, boolean slides) {
        SessionId id = request.id();
        Preconditions preconditions = Preconditions.of(request);
        Session session = service.read(request.key(), Guards.binding(request), slides);
        return now(
                preconditions.isUnchanged(session) ? answers.notModified(session) : answers.document(200, id, session));
    }

    CompletionStage<ApiResponse> put(ApiRequest request) {
        SessionInput input = SessionInput.parse(bodyOf(request), SessionInput.Kind.PUT);
        SessionId id = request.idToBe();
        Preconditions preconditions = Preconditions.of(request);
        return preconditions.onlyIfAbsent()
                ? putNew(request, id, input, preconditions)
                : putInPlace(request, id, input, preconditions);
    }

    private CompletionStage<ApiResponse> putInPlace(
            ApiRequest request, SessionId id, SessionInput input, Preconditions preconditions) {
        if (preconditions.hasIfMatch() && service.find(request.key()) == Lookup.ABSENT) {
            throw Preconditions.mismatch("there is no session that If-Match could name");
        }
        Consumer<Session> guard = Guards.write(request, input.faults());
        Session session = service.change(request.key(), guard, lazily(input, SessionInput.Kind.PUT, request));
        return whenDurable(store, answers.document(200, id, session));
    }

    private CompletionStage<ApiResponse> putNew(
            ApiRequest request, SessionId id, SessionInput input, Preconditions preconditions) {
        Lookup found = service.find(request.key());
        if (found instanceof Tombstone tombstone) {
            throw Refusal.gone(tombstone.reason());
        }
        Consumer<Session> binding = Guards.binding(request);
        if (found instanceof Session live) {
            binding.accept(live);
            preconditions.checkIfMatch(live);
            throw Refusal.of(Refusal.Rule.EXISTS, "a live session has this id already", live);
        }
        if (preconditions.hasIfMatch()) {
            throw Preconditions.mismatch("there is no session that If-Match could name");
        }
        Guards.checkFields(input.faults());
        SessionChange values = Changes.of(input, SessionInput.Kind.PUT, request);
        Session session = service.create(request.key(), request.namespace(), values, binding);
        return whenDurable(store, answers.document(201, id, session));
    }

    CompletionStage<ApiResponse> patch(ApiRequest request) {
        SessionInput.Kind kind =
                request.mediaType().equals(MediaTypes.MERGE_PATCH) ? SessionInput.Kind.MERGE : SessionInput.Kind.PATCH;
        SessionInput input = SessionInput.parse(bodyOf(request), kind);
        SessionId id = request.id();
        Session session =
                service.change(request.key(), Guards.write(request, input.faults()), lazily(input, kind, request));
        return whenDurable(store, answers.document(200, id, session));
    }

    CompletionStage<ApiResponse> delete(ApiRequest request) {
        service.remove(request.key(), Guards.write(request, java.util.List.of()), Reason.DELETED);
        return whenDurable(store, ApiResponse.empty(204));
    }

    CompletionStage<ApiResponse> touch(ApiRequest request) {
        Session session = service.touch(request.key(), Guards.write(request, java.util.List.of()));
        return whenDurable(store, answers.about(session, ApiResponse.empty(204)));
    }

    CompletionStage<ApiResponse> expire(ApiRequest request) {
        Session session = request.hasBody()
                ? expireAt(request, ExpireInput.parse(request.json()))
                : service.expire(request.key(), Guards.write(request, java.util.List.of()));
        ApiResponse response = ApiResponse.empty(204);
        boolean isGone = session.isExpired(service.now()) && !service.isExpiredButHeld(session);
        return whenDurable(store, isGone ? response : answers.about(session, response));
    }

    private Session expireAt(ApiRequest request, ExpireInput input) {
        return service.expireAt(request.key(), Guards.write(request, input.faults()), endOf(input));
    }

    private long endOf(ExpireInput input) {
        Long at = input.at();
        Long inMillis = input.inMillis();
        // With faults there is neither; the guard refuses before it is used.
        return at != null ? at : service.now() + (inMillis == null ? 0 : inMillis);
    }

    CompletionStage<ApiResponse> rotate(ApiRequest request) {
        RotateInput input = request.hasBody() ? RotateInput.parse(request.json()) : RotateInput.EMPTY;
        String given = input.newId();
        SessionId newId = given == null ? SessionId.generate() : ApiRequest.idToBe(given, "newId");
        Session session = service.rotate(
                request.key(),
                Guards.write(request, input.faults()),
                Guards.binding(request),
                request.keyOf(newId),
                lazily(input.changes(), SessionInput.Kind.PATCH, request),
                input.graceSeconds() * 1000L);
        return whenDurable(store, answers.document(200, newId, session));
    }

    /** Faults are refused by the guard, which comes first; a change is made of faultless input only. */
    private static SessionChange lazily(SessionInput input, SessionInput.Kind kind, ApiRequest request) {
        return input.faults().isEmpty() ? Changes.of(input, kind, request) : SessionChange.NOTHING;
    }

    private static byte[] bodyOf(ApiRequest request) {
        if (!request.hasBody()) {
            throw ApiProblem.of(ErrorCode.MALFORMED_JSON, "the body is empty; a JSON object is needed");
        }
        return request.json();
    }
}
