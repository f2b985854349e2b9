package dev.sessionstore.client;

import dev.sessionstore.wire.ErrorCode;
import dev.sessionstore.wire.ExpireInput;
import dev.sessionstore.wire.FieldFault;
import dev.sessionstore.wire.JsonEdit;
import dev.sessionstore.wire.JsonText;
import dev.sessionstore.wire.MalformedJsonException;
import dev.sessionstore.wire.Problem;
import dev.sessionstore.wire.RotateInput;
import dev.sessionstore.wire.SessionInput;
import dev.sessionstore.wire.Times;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The contract's answers to the calls that a client makes, from a map. Thread-safe: one call at a time. */
final class FakeService implements Transport {
    private static final String NAMESPACE = "default";
    private static final long TOMBSTONE_MILLIS = 300_000;
    private static final long MOST_TOUCH_GRAIN = 30_000;
    private static final int MOST_BYTES = 256 << 10;
    private static final int MAX_DEPTH = 64;

    private final InstantSource clock;
    /** By handle, in the order of their creation. */
    private final Map<String, FakeSession> sessions = new LinkedHashMap<>();

    private long incarnations;
    private long calls;
    private boolean available = true;

    FakeService(InstantSource clock) {
        this.clock = clock;
    }

    /** A refusal, on its way to becoming an answer. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;
        private final @Nullable String etag;

        Refused(Problem problem, @Nullable String etag) {
            super(problem.detail(), null, false, false);
            this.problem = problem;
            this.etag = etag;
        }

        static Refused of(ErrorCode code, String detail) {
            return new Refused(new Problem(code, detail, "fake"), null);
        }

        static Refused of(ErrorCode code, String detail, FakeSession session) {
            return new Refused(new Problem(code, detail, "fake"), session.etag());
        }

        static Refused gone(GoneReason reason) {
            String name = reason.name().toLowerCase(java.util.Locale.ROOT);
            return new Refused(
                    new Problem(ErrorCode.SESSION_GONE, "the session is gone: " + name, "fake").withReason(name), null);
        }
    }

    @Override
    public <T> T send(Call call, Function<Answer, T> reader) {
        return reader.apply(answer(call));
    }

    private synchronized Answer answer(Call call) {
        calls++;
        if (!available) {
            throw new ServiceUnavailableException(
                    "the fake session store was made unavailable", null, false, null, null);
        }
        settle();
        try {
            return route(call);
        } catch (Refused refused) {
            Problem problem = refused.problem;
            return new Answer(problem.code().status(), refused.etag, false, -1, "fake", problem.toJson(), false);
        } catch (MalformedJsonException e) {
            Problem problem = new Problem(ErrorCode.MALFORMED_JSON, String.valueOf(e.getMessage()), "fake");
            return new Answer(problem.code().status(), null, false, -1, "fake", problem.toJson(), false);
        }
    }

    /** Ends what is over and forgets what has been gone for long enough. */
    private void settle() {
        long now = clock.millis();
        for (FakeSession session : sessions.values()) {
            if (session.gone == null && now >= session.expiresAt()) {
                session.end(GoneReason.EXPIRED, session.expiresAt());
            }
        }
        sessions.values().removeIf(session -> session.gone != null && now >= session.goneAt + TOMBSTONE_MILLIS);
    }

    private Answer route(Call call) {
        int question = call.target().indexOf('?');
        String path = question < 0 ? call.target() : call.target().substring(0, question);
        Map<String, String> query =
                question < 0 ? Map.of() : parameters(call.target().substring(question + 1));
        String[] steps = path.substring(1).split("/", -1);
        String last = steps[steps.length - 1];
        if (steps[0].equals("handles")) {
            return byHandle(call, last);
        }
        if (steps[0].equals("stats")) {
            return json(
                    200,
                    "{\"sessions\":" + live() + ",\"bytes\":null,\"store\":\"fake\",\"capabilities\":"
                            + "[\"principal-index\",\"scan\",\"count\"]}");
        }
        if (steps.length == 1) {
            return byPrincipal(call, query);
        }
        if (steps.length == 4) {
            return attribute(call, URLDecoder.decode(last, StandardCharsets.UTF_8));
        }
        return switch (last) {
            case "touch" -> touch(call);
            case "expire" -> expire(call);
            case "rotate" -> rotate(call);
            default -> session(call, !"false".equals(query.get("touch")));
        };
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : query.split("&")) {
            String[] both = parameter.split("=", 2);
            parameters.put(both[0], URLDecoder.decode(both[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    // One session by its id

    private Answer session(Call call, boolean slides) {
        return switch (call.verb()) {
            case GET -> {
                FakeSession session = readable(call);
                if (slides && session.gone == null) {
                    slide(session, false);
                }
                yield document(200, call, session);
            }
            case PUT -> call.creates() ? create(call) : change(call, SessionInput.Kind.PUT);
            case PATCH -> change(call, SessionInput.Kind.PATCH);
            default -> {
                FakeSession session = writable(call);
                session.end(GoneReason.DELETED, clock.millis());
                yield empty();
            }
        };
    }

    private Answer create(Call call) {
        SessionInput input = SessionInput.parse(compact(call), SessionInput.Kind.PUT);
        String handle = handleOf(id(call));
        FakeSession held = sessions.get(handle);
        if (held != null) {
            throw held.gone != null
                    ? Refused.gone(held.gone)
                    : Refused.of(ErrorCode.SESSION_EXISTS, "a live session has this id already", held);
        }
        check(input.faults());
        FakeSession session = new FakeSession(handle, ++incarnations, clock.millis());
        session.apply(input);
        session.version = 1;
        checkSize(session);
        sessions.put(handle, session);
        return document(201, call, session);
    }

    private Answer change(Call call, SessionInput.Kind kind) {
        SessionInput input = SessionInput.parse(compact(call), kind);
        if (call.ifMatch() != null && !sessions.containsKey(handleOf(id(call)))) {
            throw Refused.of(ErrorCode.VERSION_MISMATCH, "there is no session that If-Match could name");
        }
        FakeSession session = writable(call);
        check(input.faults());
        FakeSession next = session.copy();
        next.apply(input);
        checkSize(next);
        session.apply(input);
        slide(session, true);
        Answer answer = document(200, call, session);
        settle();
        return answer;
    }

    private Answer touch(Call call) {
        slide(writable(call), true);
        return empty();
    }

    private Answer expire(Call call) {
        FakeSession session;
        if (call.body() == null) {
            session = writable(call);
            session.end(GoneReason.EXPIRED, clock.millis());
            return empty();
        }
        ExpireInput input = ExpireInput.parse(compact(call));
        session = writable(call);
        check(input.faults());
        session.setEnd(Objects.requireNonNull(input.at()));
        settle();
        return empty();
    }

    private Answer rotate(Call call) {
        RotateInput input = RotateInput.parse(compact(call));
        String newHandle = handleOf(Objects.requireNonNull(input.newId()));
        Call renamed = call.session(input.newId(), call.binding());
        FakeSession old = sessions.get(handleOf(id(call)));
        if (old != null && newHandle.equals(old.successor)) {
            FakeSession successor = sessions.get(newHandle);
            if (successor != null && successor.gone == null) {
                checkBinding(call, successor);
                return document(200, renamed, successor);
            }
        }
        FakeSession session = writable(call);
        check(input.faults());
        FakeSession taken = sessions.get(newHandle);
        if (taken != null) {
            throw taken.gone != null
                    ? Refused.gone(taken.gone)
                    : Refused.of(ErrorCode.SESSION_EXISTS, "a live session has the new id already", taken);
        }
        FakeSession next = session.copy();
        next.handle = newHandle;
        next.apply(input.changes());
        checkSize(next);
        long now = clock.millis();
        session.before = session.copy();
        session.successor = newHandle;
        session.graceUntil = now + input.graceSeconds() * 1000L;
        session.end(GoneReason.ROTATED, now);
        sessions.put(newHandle, next);
        return document(200, renamed, next);
    }

    private Answer attribute(Call call, String name) {
        if (call.verb() == Call.Verb.GET) {
            FakeSession session = readable(call);
            byte[] value = existing(session, name);
            if (session.gone == null) {
                slide(session, false);
            }
            return new Answer(200, session.etag(), false, -1, "fake", value, false);
        }
        byte[] body = call.body() == null ? null : compact(call);
        FakeSession session = writable(call);
        if (body == null) {
            existing(session, name);
        }
        byte[] next = body == null
                ? JsonEdit.apply(session.attributes, Map.of(), Set.of(name))
                : JsonEdit.apply(session.attributes, Map.of(name, body), Set.of());
        FakeSession changed = session.copy();
        changed.setAttributes(next);
        checkSize(changed);
        session.setAttributes(next);
        slide(session, true);
        return body == null ? empty() : new Answer(200, session.etag(), false, -1, "fake", body, false);
    }

    private static byte[] existing(FakeSession session, String name) {
        byte[] value = JsonEdit.get(session.attributes, name);
        if (value == null) {
            throw Refused.of(ErrorCode.ATTRIBUTE_NOT_FOUND, "the session has no attribute of that name");
        }
        return value;
    }

    /** A live one, or what the old id of a rotated one may still read. */
    private FakeSession readable(Call call) {
        FakeSession held = sessions.get(handleOf(id(call)));
        FakeSession before = held == null ? null : held.before;
        if (held != null && before != null && isInGrace(held, before)) {
            checkBinding(call, before);
            FakeSession frozen = before.copy();
            frozen.gone = GoneReason.ROTATED;
            return frozen;
        }
        return live(call);
    }

    private boolean isInGrace(FakeSession held, FakeSession before) {
        FakeSession successor = sessions.get(held.successor);
        long now = clock.millis();
        return now < held.graceUntil && now < before.expiresAt() && successor != null && successor.gone == null;
    }

    private FakeSession writable(Call call) {
        FakeSession session = live(call);
        ETag expected = call.ifMatch();
        if (expected != null && !expected.value().equals(session.etag())) {
            throw Refused.of(
                    ErrorCode.VERSION_MISMATCH, "the session has another version than If-Match names", session);
        }
        return session;
    }

    private FakeSession live(Call call) {
        FakeSession session = sessions.get(handleOf(id(call)));
        if (session == null) {
            throw Refused.of(ErrorCode.SESSION_NOT_FOUND, "there is no such session");
        }
        if (session.gone != null) {
            throw Refused.gone(session.gone);
        }
        checkBinding(call, session);
        return session;
    }

    private static void checkBinding(Call call, FakeSession session) {
        if (session.binding != null && !session.binding.equals(call.binding())) {
            throw Refused.of(ErrorCode.BINDING_MISMATCH, "the session is bound to something else");
        }
    }

    /** A read within the grain of the last access need not be noted. */
    private void slide(FakeSession session, boolean always) {
        long now = clock.millis();
        long idle = session.expiresAt() - session.lastAccessedAt;
        if (always || now - session.lastAccessedAt >= Math.min(MOST_TOUCH_GRAIN, idle / 100)) {
            session.lastAccessedAt = Math.max(session.lastAccessedAt, now);
        }
    }

    private static void check(List<FieldFault> faults) {
        if (!faults.isEmpty()) {
            throw new Refused(
                    new Problem(ErrorCode.INVALID_FIELD, "fields cannot be as they are", "fake").withErrors(faults),
                    null);
        }
    }

    private static void checkSize(FakeSession session) {
        if (session.attributes.length > MOST_BYTES) {
            throw Refused.of(
                    ErrorCode.SESSION_TOO_LARGE,
                    "attributes are " + session.attributes.length + " bytes; the limit is " + MOST_BYTES);
        }
    }

    // Many sessions, and sessions by handle

    private Answer byPrincipal(Call call, Map<String, String> query) {
        String principal = call.principal() == null ? query.get("principal") : call.principal();
        if (call.verb() == Call.Verb.DELETE) {
            return revoke(principal, query.get("except"));
        }
        String end = query.get("expiredBefore");
        Predicate<FakeSession> listed = end == null
                ? session -> Objects.equals(session.principal, principal)
                : session -> session.expiresAt() <= Times.parse(end);
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        byte[] separator = "{\"sessions\":[".getBytes(StandardCharsets.US_ASCII);
        List<FakeSession> found = living().filter(listed)
                .sorted(Comparator.comparingLong((FakeSession session) -> -session.createdAt)
                        .thenComparing(session -> session.handle))
                .toList();
        for (FakeSession session : found) {
            page.writeBytes(separator);
            session.document(null, NAMESPACE, query.containsKey("include")).appendTo(page);
            separator = new byte[] {','};
        }
        if (found.isEmpty()) {
            page.writeBytes(separator);
        }
        page.writeBytes("],\"nextCursor\":null}".getBytes(StandardCharsets.US_ASCII));
        return new Answer(200, null, false, -1, "fake", page.toByteArray(), false);
    }

    private Answer revoke(@Nullable String principal, @Nullable String except) {
        List<FakeSession> all = living().filter(session -> Objects.equals(session.principal, principal))
                .toList();
        if (except != null && all.stream().noneMatch(session -> session.handle.equals(except))) {
            check(List.of(new FieldFault("/except", "is no session of that principal")));
        }
        List<FakeSession> revoked =
                all.stream().filter(session -> !session.handle.equals(except)).toList();
        revoked.forEach(session -> session.end(GoneReason.REVOKED, clock.millis()));
        return json(200, "{\"revoked\":" + revoked.size() + "}");
    }

    private Answer byHandle(Call call, String handle) {
        FakeSession session = sessions.get(handle);
        if (session == null) {
            throw Refused.of(ErrorCode.SESSION_NOT_FOUND, "there is no such session");
        }
        if (session.gone != null) {
            throw Refused.gone(session.gone);
        }
        if (call.verb() == Call.Verb.DELETE) {
            session.end(GoneReason.REVOKED, clock.millis());
            return empty();
        }
        byte[] document = session.document(null, NAMESPACE, true).toJson();
        return new Answer(200, session.etag(), false, -1, "fake", document, false);
    }

    private Stream<FakeSession> living() {
        return sessions.values().stream().filter(session -> session.gone == null);
    }

    synchronized int live() {
        settle();
        return (int) living().count();
    }

    synchronized long calls() {
        return calls;
    }

    synchronized void setAvailable(boolean value) {
        available = value;
    }

    // What a call says and what an answer is

    private static byte[] compact(Call call) {
        return JsonText.compact(Objects.requireNonNull(call.body()), MAX_DEPTH);
    }

    private static String id(Call call) {
        return Objects.requireNonNull(call.sessionId());
    }

    private static String handleOf(String id) {
        byte[] digest = Arrays.copyOf(Sha256.of(NAMESPACE + '\0' + id), 16);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    private static Answer document(int status, Call call, FakeSession session) {
        byte[] document = session.document(id(call), NAMESPACE, true).toJson();
        return new Answer(status, session.etag(), false, -1, "fake", document, false);
    }

    private static Answer empty() {
        return new Answer(204, null, false, -1, "fake", new byte[0], false);
    }

    private static Answer json(int status, String text) {
        return new Answer(status, null, false, -1, "fake", text.getBytes(StandardCharsets.US_ASCII), false);
    }

    @Override
    public void close() {
        // Other clients may share it.
    }
}
