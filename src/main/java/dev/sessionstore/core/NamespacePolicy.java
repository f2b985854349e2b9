package dev.sessionstore.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a namespace's sessions get when their creator does not say, and what becomes of them.
 *
 * @param idleTimeout whole seconds; null: none
 * @param absoluteTimeout whole seconds; null: none
 * @param permanentLifetime the idle timeout of permanent sessions, whole seconds; null: none
 * @param tombstone how long an id that is gone answers so; zero: not at all
 * @param maxSessionsPerPrincipal 0: as many as it likes
 * @param orphanAfter how long an expired session is held where expiry is advisory
 */
public record NamespacePolicy(
        @Nullable Duration idleTimeout,
        @Nullable Duration absoluteTimeout,
        @Nullable Duration permanentLifetime,
        Duration tombstone,
        int maxSessionsPerPrincipal,
        WhenExceeded whenExceeded,
        Expiry expiry,
        Duration orphanAfter) {

    public static final NamespacePolicy DEFAULT = new NamespacePolicy(
            Duration.ofMinutes(30),
            Duration.ofHours(24),
            Duration.ofDays(31),
            Duration.ofMinutes(5),
            0,
            WhenExceeded.REVOKE_OLDEST,
            Expiry.ENFORCED,
            Duration.ofHours(24));

    /** What to do when a principal would get one session too many. */
    public enum WhenExceeded {
        REVOKE_OLDEST,
        REJECT
    }

    /** Who decides that an expired session goes. */
    public enum Expiry {
        /** The service, at that instant. */
        ENFORCED,
        /** The application, which must read a session after its end; the service only after {@link #orphanAfter}. */
        ADVISORY
    }

    /** From when on nobody finds the session any more, in epoch milliseconds, or {@link Session#NEVER}. */
    public long goesAt(Session session) {
        long end = session.expiresAt();
        return expiry == Expiry.ENFORCED || end == Session.NEVER ? end : end + orphanAfter.toMillis();
    }

    /** The idle timeout in seconds of a session that names none itself; 0: none. */
    long idleSeconds(boolean permanent) {
        Duration timeout = permanent ? permanentLifetime : idleTimeout;
        return timeout == null ? 0 : timeout.toSeconds();
    }

    /** The absolute timeout in seconds of a session that names none itself; 0: none. */
    long absoluteSeconds(boolean permanent) {
        return permanent || absoluteTimeout == null ? 0 : absoluteTimeout.toSeconds();
    }
}
