package dev.sessionstore.client;

import static dev.sessionstore.client.Call.Verb.DELETE;
import static dev.sessionstore.client.Call.Verb.GET;
import static dev.sessionstore.client.Call.Verb.PATCH;
import static dev.sessionstore.client.Call.Verb.POST;
import static dev.sessionstore.client.Call.Verb.PUT;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sessionstore.wire.JsonText;
import dev.sessionstore.wire.Times;
import java.lang.reflect.Type;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says each call in the contract's words, and understands the answers. Thread-safe. */
final class RestSessionClient implements SessionClient {
    /** The id travels in the header. */
    private static final String SESSION = "/sessions/-";

    private static final String LOOK = SESSION + "?touch=false";

    private static final Values NOTHING = new Values();
    private static final int LONGEST_BINDING = 1024;
    private static final int LONGEST_PRINCIPAL = 256;
    /** Nine characters each when they are encoded, and 8 KiB for the whole request line and all headers. */
    private static final int LONGEST_IN_A_PATH = 256;

    private static final Pattern HANDLE = Pattern.compile("[A-Za-z0-9_-]{22}");
    private static final String INVALID = "invalid-field";

    private final Transport transport;
    private final AttributeCodec codec;
    private final AsyncCalls calls;
    private final Answers answers;
    private final @Nullable String binding;
    private final AsyncSessionClient async;

    RestSessionClient(Transport transport, AttributeCodec codec, AsyncCalls calls) {
        this(transport, codec, calls, null);
    }

    private RestSessionClient(Transport transport, AttributeCodec codec, AsyncCalls calls, @Nullable String binding) {
        this.transport = transport;
        this.codec = codec;
        this.calls = calls;
        this.binding = binding;
        answers = new Answers(codec);
        async = calls.of(this);
    }

    private Call onSession(Call.Verb verb, String target, String id) {
        return Call.of(verb, target).session(id, binding);
    }

    /** A repeat meets the binding that the first attempt may have made; an unbound session asks for none. */
    private Call binding(Call.Verb verb, String target, String id, Values values) {
        Object given = values.settings().get("binding");
        return Call.of(verb, target)
                .session(id, binding == null && given instanceof String text && isBinding(text) ? text : binding);
    }

    /** What the answer means; empty where no id of that shape can be known, without asking. */
    private <T> Optional<T> ask(Call call, Function<Answer, Optional<T>> reader) {
        String id = Objects.requireNonNull(call.sessionId());
        return SessionIds.isWellFormed(id) ? transport.send(call, reader) : Optional.empty();
    }

    private boolean tell(Call call, Function<Answer, Boolean> reader) {
        String id = Objects.requireNonNull(call.sessionId());
        return SessionIds.isWellFormed(id) && transport.send(call, reader);
    }

    @Override
    public StoredSession create(NewSession session) {
        String id = newId(session.id());
        Call call = binding(PUT, SESSION, id, session.values())
                .creating()
                .body(JsonBody.ofDocument(session.values(), codec));
        Optional<StoredSession> created = transport.send(call, answer -> {
            boolean mayBeOurs = answer.repeated() && answer.status() == 412;
            return mayBeOurs ? Optional.empty() : Optional.of(answers.session(answer));
        });
        return created.orElseGet(() -> madeBefore(id, session));
    }

    /** What an attempt made whose answer was lost. */
    private StoredSession madeBefore(String id, NewSession session) {
        StoredSession found = transport
                .send(binding(GET, LOOK, id, session.values()), answers::found)
                .orElseThrow(() -> new ServiceUnavailableException(
                        "the session was created, and then lost before it could be read", null, true, null, null));
        // Nobody else can have made a session of an id of our own.
        if (session.id() != null && !isAsSent(found, session.values())) {
            throw new VersionConflictException(
                    "a live session has this id already", "session-exists", found.etag(), null);
        }
        return found;
    }

    private boolean isAsSent(StoredSession found, Values sent) {
        return found.version() == 1
                && found.names().equals(sent.set().keySet())
                && sent.set().entrySet().stream()
                        .allMatch(each -> Arrays.equals(
                                found.json(each.getKey()),
                                JsonText.compact(
                                        JsonBody.value(each.getKey(), each.getValue(), codec), Answers.MAX_DEPTH)));
    }

    private static String newId(@Nullable String given) {
        String id = given == null ? SessionIds.random() : given;
        if (!SessionIds.isWellFormed(id)) {
            throw new InvalidRequestException(
                    "the new id must be 32 to 128 characters of A-Z a-z 0-9 . _ ~ -; it is " + id.length() + " long",
                    "malformed-id",
                    List.of(),
                    null);
        }
        return id;
    }

    @Override
    public Optional<StoredSession> find(String id) {
        return ask(onSession(GET, SESSION, id), answers::found);
    }

    @Override
    public Optional<StoredSession> peek(String id) {
        return ask(onSession(GET, LOOK, id), answers::found);
    }

    @Override
    public Optional<StoredSession> save(String id, Map<String, ?> attributes) {
        return ask(saving(id, attributes), answers::found);
    }

    @Override
    public StoredSession save(String id, Map<String, ?> attributes, ETag expected) {
        return ask(saving(id, attributes).expecting(expected), answers::found)
                .orElseThrow(() -> new VersionConflictException(
                        "there is no such session, whatever its version", "version-mismatch", null, null));
    }

    private Call saving(String id, Map<String, ?> attributes) {
        Values values = new Values();
        attributes.forEach(values::set);
        return onSession(PUT, SESSION, id).body(JsonBody.ofDocument(values, codec));
    }

    @Override
    public Optional<StoredSession> patch(String id, SessionPatch patch) {
        Call call = binding(PATCH, SESSION, id, patch.values())
                .expecting(patch.expected())
                .body(JsonBody.ofPatch(patch.values(), codec));
        return ask(call, answers::found);
    }

    @Override
    @SuppressWarnings("unchecked") // the codec made it of that very type; cast() would refuse int.class
    public <T> Optional<T> attribute(String id, String name, Class<T> type) {
        return attribute(id, name, (Type) type).map(value -> (T) value);
    }

    @Override
    @SuppressWarnings("unchecked") // the codec made it of that very type
    public <T> Optional<T> attribute(String id, String name, TypeReference<T> type) {
        return attribute(id, name, type.getType()).map(value -> (T) value);
    }

    private Optional<Object> attribute(String id, String name, Type type) {
        if (!isNameable(name)) {
            return find(id).map(session -> session.json(name)).map(json -> codec.decode(name, json, type));
        }
        return ask(onSession(GET, attributePath(name), id), answers::value).map(json -> codec.decode(name, json, type));
    }

    @Override
    public boolean setAttribute(String id, String name, @Nullable Object value) {
        if (!isNameable(name)) {
            return patch(id, SessionPatch.builder().attribute(name, value).build())
                    .isPresent();
        }
        Call call = onSession(PUT, attributePath(name), id).body(JsonBody.value(name, value, codec));
        return tell(call, answers::stored);
    }

    @Override
    public boolean removeAttribute(String id, String name) {
        if (!isNameable(name)) {
            boolean isThere = peek(id).filter(session -> session.contains(name)).isPresent();
            return patch(id, SessionPatch.builder().remove(name).build()).isPresent() && isThere;
        }
        return tell(onSession(DELETE, attributePath(name), id), answers::done);
    }

    /** What no path can carry to the service goes to it in patches. */
    private static boolean isNameable(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('\0') < 0
                && name.length() <= LONGEST_IN_A_PATH;
    }

    private static String attributePath(String name) {
        return SESSION + "/attributes/" + encode(name);
    }

    private static String encode(String text) {
        if (!isText(text)) {
            throw new InvalidRequestException(
                    "a name or principal has half a surrogate pair", INVALID, List.of(), null);
        }
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public boolean touch(String id) {
        return tell(onSession(POST, SESSION + "/touch", id), answers::done);
    }

    @Override
    public boolean expire(String id) {
        return tell(onSession(POST, SESSION + "/expire", id), answer -> answers.ended(answer, GoneReason.EXPIRED));
    }

    @Override
    public boolean expireAt(String id, Instant end) {
        Call call = onSession(POST, SESSION + "/expire", id).body(JsonBody.ofEnd(format(end)));
        return tell(call, answers::done);
    }

    private static String format(Instant time) {
        try {
            return Times.format(time.toEpochMilli());
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new InvalidRequestException("a time is within the years 0000 to 9999", INVALID, List.of(), null);
        }
    }

    @Override
    public Optional<StoredSession> rotate(String id, Rotation rotation) {
        String newId = newId(rotation.newId());
        SessionPatch changes = rotation.changes();
        Call call = binding(POST, SESSION + "/rotate", id, changes == null ? NOTHING : changes.values())
                .body(JsonBody.ofRotation(newId, rotation, codec))
                .expecting(changes == null ? null : changes.expected());
        return ask(call, answers::found);
    }

    @Override
    public boolean delete(String id) {
        return tell(onSession(DELETE, SESSION, id), answer -> answers.ended(answer, GoneReason.DELETED));
    }

    @Override
    public boolean delete(String id, ETag expected) {
        return tell(onSession(DELETE, SESSION, id).expecting(expected), answers::done);
    }

    @Override
    public Stream<StoredSession> sessionsOf(String principal, boolean withAttributes) {
        Call call = aboutPrincipal(GET, principal, withAttributes ? "include=attributes&limit=20" : "limit=200");
        return pages(call);
    }

    @Override
    public Stream<StoredSession> expiredBefore(Instant time) {
        return pages(Call.of(GET, "/sessions?expiredBefore=" + encode(format(time)) + "&include=attributes&limit=20"));
    }

    private Stream<StoredSession> pages(Call first) {
        return Pages.stream(
                cursor -> {
                    String target = cursor == null ? first.target() : first.target() + "&cursor=" + encode(cursor);
                    Call call = new Call(
                            GET, target, first.sessionId(), first.binding(), first.principal(), null, false, null);
                    return transport.send(call, answers::page);
                },
                answers::listed);
    }

    /** Whether UTF-8 can say it: what it cannot would go out as a question mark. */
    private static boolean isText(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** In the header, where no log holds it; a principal that a header would trim goes in the query. */
    private static Call aboutPrincipal(Call.Verb verb, String principal, String query) {
        String separator = query.isEmpty() ? "" : "?";
        int points = principal.codePointCount(0, principal.length());
        if (points < 1
                || points > LONGEST_PRINCIPAL
                || principal.chars().anyMatch(Character::isISOControl)
                || !isText(principal)) {
            throw new InvalidRequestException(
                    "a principal is 1 to " + LONGEST_PRINCIPAL + " characters without control characters",
                    INVALID,
                    List.of(),
                    null);
        }
        if (principal.strip().equals(principal)) {
            return Call.of(verb, "/sessions" + separator + query).principal(principal);
        }
        return Call.of(verb, "/sessions?principal=" + encode(principal) + (query.isEmpty() ? "" : "&" + query));
    }

    @Override
    public Optional<StoredSession> findByHandle(String handle) {
        Call call = Call.of(GET, "/handles/" + handle + "?include=attributes");
        return isHandle(handle) ? transport.send(call, answers::found) : Optional.empty();
    }

    @Override
    public boolean revoke(String handle) {
        Call call = Call.of(DELETE, "/handles/" + handle);
        return isHandle(handle) && transport.send(call, answer -> answers.ended(answer, GoneReason.REVOKED));
    }

    private static boolean isHandle(String handle) {
        return HANDLE.matcher(handle).matches();
    }

    @Override
    public long revokeAll(String principal) {
        return transport.send(aboutPrincipal(DELETE, principal, ""), answers::revoked);
    }

    @Override
    public long revokeAll(String principal, String exceptHandle) {
        return transport.send(aboutPrincipal(DELETE, principal, "except=" + encode(exceptHandle)), answers::revoked);
    }

    @Override
    public SessionStats stats() {
        return transport.send(Call.of(GET, "/stats"), answers::stats);
    }

    @Override
    public RestSessionClient bound(String text) {
        if (!isBinding(text)) {
            throw new IllegalArgumentException("a binding is 1 to " + LONGEST_BINDING
                    + " characters without control characters, and without white space around them");
        }
        return new RestSessionClient(transport, codec, calls, text);
    }

    /** Whether a header can say it as it is. */
    private static boolean isBinding(String text) {
        int points = text.codePointCount(0, text.length());
        return points >= 1
                && points <= LONGEST_BINDING
                && text.strip().equals(text)
                && isText(text)
                && text.chars().noneMatch(Character::isISOControl);
    }

    @Override
    public AsyncSessionClient async() {
        return async;
    }

    @Override
    public AttributeCodec codec() {
        return codec;
    }

    @Override
    public void close() {
        calls.close();
        transport.close();
    }
}
