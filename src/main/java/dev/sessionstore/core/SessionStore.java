package dev.sessionstore.core;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Holds sessions by key. Every write is a compare-and-set against the version that the caller read, so no write is lost
 * and none revives a session that is gone. A session whose time ran out is gone at that instant, cleaned up or not;
 * where its namespace's expiry is advisory it is held for longer, found and written like a live one, until
 * {@link NamespacePolicy#goesAt}.
 *
 * <p>Thread-safe. Any method may throw {@link StoreUnavailableException} when the engine behind the store fails, and
 * those that store something {@link StoreFullException}; then nothing was changed.
 */
public interface SessionStore extends AutoCloseable {
    /** The name of the kind of store, as in {@code /stats}: {@code memory}. */
    String name();

    /** One round trip tells live, gone and absent apart. Changes nothing. */
    Lookup find(SessionKey key);

    /** {@link Outcome#DONE}, {@link Outcome#EXISTS} or {@link Outcome#GONE}. */
    Outcome create(Session session);

    /**
     * Puts the next state in the place of the expected one, keeping the later of the two access times that {@code next}
     * and the held session have.
     *
     * @param next has the key of {@code expected}
     * @return {@link Outcome#DONE}, {@link Outcome#CHANGED}, {@link Outcome#GONE} or {@link Outcome#ABSENT}
     */
    Outcome replace(Session expected, Session next);

    /**
     * Removes the session, leaving a tombstone for its namespace's tombstone time.
     *
     * @return {@link Outcome#DONE}, {@link Outcome#CHANGED}, {@link Outcome#GONE} or {@link Outcome#ABSENT}
     */
    Outcome remove(Session expected, Reason why);

    /**
     * Moves the session to another key. At no instant are both live, nor neither.
     *
     * @param next the session under its new key
     * @param graceUntil until when the old key may read {@code expected}; now or earlier: no grace
     * @return {@link Outcome#DONE}; {@link Outcome#EXISTS} when the new key is not free, live or gone;
     *     {@link Outcome#CHANGED}, {@link Outcome#GONE} or {@link Outcome#ABSENT} of the old one
     */
    Outcome rotate(Session expected, Session next, Instant graceUntil);

    /** Records an access, if the session is held and was not accessed later. Leaves the version alone. */
    void touch(SessionKey key, Instant accessedAt);

    /** The same, without waiting for an engine: one that does not answer costs the reader nothing but this record. */
    default void touchLater(SessionKey key, Instant accessedAt) {
        touch(key, accessedAt);
    }

    /** The clock by which this store's sessions expire: the engine's own where it has one. */
    InstantSource clock();

    /** Whether a caller may have to wait in here. */
    boolean mayBlock();

    /** Completes when all that was written before this call is as safe as the store promises. */
    default CompletionStage<Void> durable() {
        return CompletableFuture.completedStage(null);
    }

    /** The capability to find a principal's sessions, if this store has it. */
    default Optional<PrincipalIndex> principalIndex() {
        return Optional.empty();
    }

    /** The capability to go through a namespace, if this store has it. */
    default Optional<Scan> scan() {
        return Optional.empty();
    }

    /** The capability to count, if this store has it. */
    default Optional<Count> count() {
        return Optional.empty();
    }

    /** The capability to take a snapshot when asked, if this store has it. */
    default Optional<Snapshots> snapshots() {
        return Optional.empty();
    }

    @Override
    void close();
}
