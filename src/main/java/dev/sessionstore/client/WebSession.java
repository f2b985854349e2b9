package dev.sessionstore.client;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The session of one request: read when the request comes, written by {@link #save()} before the response goes, and only
 * what changed. Values that were handed out are compared at save with what they were, so that a change within a list or
 * an object counts, too.
 *
 * <p>Not thread-safe: it belongs to its request. Parallel requests each have their own, and their changes of different
 * attributes all survive.
 */
public interface WebSession {
    /**
     * What the cookie holds: the id that it has, or will have once it is stored. After {@link #rotate()} the new one. For
     * sessions that live in their cookie, the value of that cookie as of the last {@link #save()}; empty before the first.
     *
     * @throws IllegalStateException if sessions are not configured
     */
    String id();

    /** What the request's cookie held, as it was given to {@link SessionFactory#open}. Empty: it had none. */
    Optional<String> presentedId();

    /** Whether it began with this request: none was presented, or what was is unknown or over. */
    boolean isNew();

    /** Whether the request read or wrote it, so that its response is for this holder alone. */
    boolean isAccessed();

    /** Whether there is, or was at the last {@link #save()}, something to be stored. Looks into values handed out. */
    boolean isModified();

    /** Whether its cookie outlives the browser. */
    boolean isPermanent();

    /** Whether it has no attributes. */
    boolean isEmpty();

    /** Whether the service (or the cookie) holds it, as far as this request knows: found at open, or stored by a save. */
    boolean isStored();

    /** Whether it ended within this request: {@link #invalidate() invalidated}, emptied and saved, or found gone at save. */
    boolean isEnded();

    /** Why what was presented, or stored, is gone; empty where it is not, or the service does not remember. */
    Optional<GoneReason> goneReason();

    /**
     * One attribute: the very value that was set, or what the codec makes of what is stored; the same object at each call,
     * so that changes within it are kept. Null if it is absent or {@code null}.
     *
     * <p>If what is stored cannot be read, the session becomes a new one here, with a warning in the log, and this is null:
     * a visitor whose session is of another version of the application begins anew, instead of meeting an error page at
     * each request. What was stored stays as it is until its time is over, or this session is {@link #invalidate()
     * invalidated}.
     */
    @Nullable Object get(String name);

    /**
     * The same, as a value of that type. Asked for as another type than before, it is made anew of its present state, and
     * the object handed out before is no part of the session any more. What is stored and is nothing of that type cannot be
     * read, as above.
     *
     * @throws AttributeFormatException if this request itself set or changed it, to something else
     */
    <T> @Nullable T get(String name, Class<T> type);

    /** The same for a type with parameters: {@code new TypeReference<List<Item>>() {}}. */
    <T> @Nullable T get(String name, TypeReference<T> type);

    /** Whether there is such an attribute, be its value {@code null}. */
    boolean contains(String name);

    /** The names of its attributes. A copy. */
    Set<String> names();

    /**
     * Sets one attribute; null is the value {@code null}.
     *
     * @throws IllegalStateException if the session has ended, or sessions are not configured; so do all that write
     */
    void set(String name, @Nullable Object value);

    /** False: it was not there. */
    boolean remove(String name);

    /** Removes one attribute and returns what it was; null if it was absent or {@code null}. */
    @Nullable Object pop(String name);

    /** The same, as a value of that type. */
    <T> @Nullable T pop(String name, Class<T> type);

    /**
     * The attribute; if it is absent or {@code null}, what is supplied, which is set.
     *
     * @param value called only then; must not supply null
     */
    <T> T setDefault(String name, Class<T> type, Supplier<? extends T> value);

    /** Removes all attributes, and whose it is. An emptied session is deleted at save. */
    void clear();

    /** Whose it is. */
    Optional<String> principal();

    /** Makes it somebody's, 1 to 256 code points; null: nobody's. After a login {@link #rotate()}, too. */
    void setPrincipal(@Nullable String principal);

    /** For people, in a list of one's devices, 1 to 256 code points; null: none. */
    void setLabel(@Nullable String label);

    /**
     * Whether its cookie shall outlive the browser. If that changes, the save resets the timeouts to the namespace's for
     * such sessions, but for an idle timeout that is set before it, too.
     */
    void setPermanent(boolean permanent);

    /** How long it lives after its last access. Empty: for ever, or it is not stored yet and the service decides. */
    Optional<Duration> idleTimeout();

    /**
     * How long it shall live after its last access; whole seconds, 1 s to 100 years; null: for ever, or as long as
     * {@link CookieSessions} live that are given none.
     */
    void setIdleTimeout(@Nullable Duration timeout);

    /** By the clock of who stores it. Empty until it is stored. */
    Optional<Instant> createdAt();

    /** As of the last time that this request opened or saved it, by the clock of who stores it. Empty until it is stored. */
    Optional<Instant> lastAccessedAt();

    /** Empty until it is stored, and if nothing ends it. */
    Optional<Instant> expiresAt();

    /**
     * Gives it a new id, in one step with the changes, at the next {@link #save()}: to be done at login, so that an id that
     * somebody planted or saw before leads nowhere. {@link #id()} is the new one at once. A session that is new because
     * what was presented was {@linkplain GoneReason#ROTATED rotated away} has no {@link #goneReason()} from here on: this
     * login is to count, not the other request's.
     */
    void rotate();

    /**
     * Ends it now, everywhere: a logout. It reads as empty from here on, also if this throws; call it again, then.
     *
     * @throws SessionStoreException what {@link SessionClient#delete} throws: the service may hold it still
     */
    void invalidate();

    /**
     * Stores what changed: sets and removes attributes by name, creates what is new and not empty (a principal counts),
     * deletes what was emptied, and touches at most when nothing changed. Can be called again. A session that ended meanwhile, in another
     * request, is not brought back: it is {@link #isEnded()} then, and its changes are dropped.
     *
     * @throws VersionConflictException if the conflict policy is to fail and another request changed it
     * @throws SessionStoreException what {@link SessionClient} throws; the changes are kept and can be saved again
     */
    void save();
}
