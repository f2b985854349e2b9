package dev.sessionstore.client;

import com.fasterxml.jackson.core.type.TypeReference;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to the service. One per application and namespace: it keeps connections, and is to be closed.
 *
 * <pre>{@code
 * try (SessionClient client = SessionClient.builder(URI.create("http://localhost:8080"))
 *         .namespace("shop")
 *         .apiKey(System.getenv("SESSION_STORE_API_KEY"))
 *         .build()) {
 *     StoredSession session = client.create(NewSession.builder().attribute("cart", List.of("sku-1")).build());
 *     client.patch(session.id(), SessionPatch.builder().attribute("step", 2).build());
 *     client.find(session.id()).ifPresent(found -> System.out.println(found.get("step", Integer.class)));
 * }
 * }</pre>
 *
 * <p>Thread-safe; calls block for no longer than the client's timeout, retries included. An id goes to the service in a
 * header, never in a URL. A session that was never seen, or is forgotten, is an empty answer; of one that has ended, and
 * is remembered, {@link SessionGoneException} tells how. What else can happen to every call:
 *
 * <ul>
 *   <li>{@link ServiceUnavailableException}: no node gave a usable answer in time;
 *   <li>{@link UnauthorizedException}: the API key, or the session's binding, forbids it;
 *   <li>{@link InvalidRequestException}: the service cannot take what the call said;
 *   <li>{@link LimitExceededException}: a write is too large, or one session too many;
 *   <li>{@link AttributeFormatException}: a value cannot be written as JSON;
 *   <li>{@link SessionStoreException}: anything else, such as a capability that the service's store lacks
 *       ({@code not-supported}).
 * </ul>
 *
 * <p>A call that found no node, or a busy one, is repeated; one whose answer was lost only if to do it twice is to do it
 * once. That is so for all but those with an expected {@link ETag}: they fail with
 * {@link ServiceUnavailableException#isOutcomeUnknown()} instead.
 */
public interface SessionClient extends AutoCloseable {

    /**
     * @param nodes where the service listens, {@code http} or {@code https}, without a path. Calls go to the first that is
     *     well; one that fails is left aside for a while and then tried again.
     */
    static SessionClientBuilder builder(URI... nodes) {
        return new SessionClientBuilder(List.of(nodes));
    }

    /** Begins a session, under an id that the client makes unless one is given. The answer has the id. */
    StoredSession create(NewSession session);

    /**
     * Reads a session and slides its idle timeout.
     *
     * @throws SessionGoneException if it has ended
     */
    Optional<StoredSession> find(String id);

    /**
     * Reads a session and leaves its idle timeout alone.
     *
     * @throws SessionGoneException if it has ended
     */
    Optional<StoredSession> peek(String id);

    /**
     * Replaces all attributes. Empty: there is no such session, and none was made.
     *
     * @throws SessionGoneException if it has ended: a late save undoes no logout
     */
    Optional<StoredSession> save(String id, Map<String, ?> attributes);

    /**
     * Replaces all attributes, if the session is at that version still.
     *
     * @throws VersionConflictException if it is not, or there is no such session
     * @throws SessionGoneException if it has ended
     */
    StoredSession save(String id, Map<String, ?> attributes, ETag expected);

    /**
     * Changes what the patch names and nothing else. Empty: there is no such session.
     *
     * @throws VersionConflictException if the patch expects another version
     * @throws SessionGoneException if the session has ended
     */
    Optional<StoredSession> patch(String id, SessionPatch patch);

    /**
     * One attribute's value; empty if it, or the session, is absent, and if it is {@code null}. Slides the idle timeout.
     *
     * @throws SessionGoneException if the session has ended
     */
    <T> Optional<T> attribute(String id, String name, Class<T> type);

    /** The same for a type with parameters: {@code new TypeReference<List<Item>>() {}}. */
    <T> Optional<T> attribute(String id, String name, TypeReference<T> type);

    /**
     * Sets one attribute. False: there is no such session.
     *
     * @throws SessionGoneException if it has ended
     */
    boolean setAttribute(String id, String name, @Nullable Object value);

    /**
     * Removes one attribute. False: it was not there, be it that an attempt removed it whose answer was lost, or there is
     * no such session.
     *
     * @throws SessionGoneException if the session has ended
     */
    boolean removeAttribute(String id, String name);

    /**
     * Slides the idle timeout, and nothing else. False: there is no such session.
     *
     * @throws SessionGoneException if it has ended
     */
    boolean touch(String id);

    /** Ends the session now, for the reason {@link GoneReason#EXPIRED}. False: there is no such session, or it had ended. */
    boolean expire(String id);

    /**
     * Sets when the session ends, earlier or later, though never after its absolute timeout; what lies in the past ends
     * it now. False: there is no such session.
     *
     * @param end in milliseconds' precision, by the service's clock
     * @throws SessionGoneException if it has ended
     */
    boolean expireAt(String id, Instant end);

    /**
     * Gives the session a new id that the client makes, keeping the rest, as after a login: whoever knows the old id knows
     * nothing. Empty: there is no such session. A lost answer loses nothing.
     *
     * @throws SessionGoneException if it has ended
     */
    default Optional<StoredSession> rotate(String id) {
        return rotate(id, Rotation.NOW);
    }

    /**
     * The same, with a time for which the old id still reads the session as it was: for requests that are under way.
     *
     * @param grace 0 to 60 whole seconds
     */
    default Optional<StoredSession> rotate(String id, Duration grace) {
        return rotate(id, Rotation.builder().grace(grace).build());
    }

    /**
     * The same, with all that can be said of a rotation: changes in the same step, a new id of the application's own.
     *
     * @throws VersionConflictException if the changes expect another version, or the new id is in use
     * @throws SessionGoneException if the session has ended, or the new id was one that has
     */
    Optional<StoredSession> rotate(String id, Rotation rotation);

    /** Ends the session. False: there is no such session, or it had ended. */
    boolean delete(String id);

    /**
     * Ends the session, if it is at that version still. False: there is no such session.
     *
     * @throws VersionConflictException if it is not
     * @throws SessionGoneException if it has ended
     */
    boolean delete(String id, ETag expected);

    /**
     * A principal's live sessions, newest first, without ids and attributes. Pages are fetched as the stream is read.
     *
     * @throws SessionStoreException with code {@code not-supported} where the store cannot tell
     */
    default Stream<StoredSession> sessionsOf(String principal) {
        return sessionsOf(principal, false);
    }

    /** @param withAttributes for keys that may write */
    Stream<StoredSession> sessionsOf(String principal, boolean withAttributes);

    /**
     * The sessions of this namespace whose end is then or before, for a host that looks after expiry itself, where the
     * namespace's policy leaves that to hosts ({@code expiry: advisory}). Without ids, with attributes, in no order. Pages
     * are fetched as the stream is read.
     */
    Stream<StoredSession> expiredBefore(Instant time);

    /**
     * A session by its handle, without id, with attributes. Slides nothing. Empty: there is no such session.
     *
     * @throws SessionGoneException if it has ended
     */
    Optional<StoredSession> findByHandle(String handle);

    /** Ends a session by its handle: "log out that device". False: there is no such session, or it had ended. */
    boolean revoke(String handle);

    /**
     * Ends all sessions of a principal that began before the call: "log out everywhere".
     *
     * @return how many it ended; too few by those that an attempt ended whose answer was lost
     */
    long revokeAll(String principal);

    /**
     * The same, sparing one: "log out everywhere else".
     *
     * @param exceptHandle of one of the principal's sessions
     * @throws InvalidRequestException if it is not, and then nothing was ended
     */
    long revokeAll(String principal, String exceptHandle);

    /** How this namespace stands. */
    SessionStats stats();

    /**
     * The same client for sessions that are bound: every call by id says this string, and a session with another binding
     * answers none of them. Shares everything with this one; closing either closes both.
     *
     * @param binding any text, say of the user agent
     */
    SessionClient bound(String binding);

    /** The same calls, without blocking the caller. */
    AsyncSessionClient async();

    /** What writes and reads attributes' values. */
    AttributeCodec codec();

    /** Closes the connections. Calls under way fail. */
    @Override
    void close();
}
