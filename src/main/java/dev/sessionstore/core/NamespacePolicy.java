package dev.sessionstore.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a namespace's sessions get when their creator does not say.
 *
 * @param idleTimeout whole seconds; null: none
 * @param absoluteTimeout whole seconds; null: none
 * @param permanentLifetime the idle timeout of permanent sessions, whole seconds; null: none
 * @param tombstone how long an id that is gone answers so; zero: not at all
 * @param maxSessionsPerPrincipal 0: as many as it likes
 */
public record NamespacePolicy(
        @Nullable Duration idleTimeout,
        @Nullable Duration absoluteTimeout,
        @Nullable Duration permanentLifetime,
        Duration tombstone,
        int maxSessionsPerPrincipal,
        WhenExceeded whenExceeded) {

    public static final NamespacePolicy DEFAULT = new NamespacePolicy(
            Duration.ofMinutes(30),
            Duration.ofHours(24),
            Duration.ofDays(31),
            Duration.ofMinutes(5),
            0,
            WhenExceeded.REVOKE_OLDEST);

    /** What to do when a principal would get one session too many. */
    public enum WhenExceeded {
        REVOKE_OLDEST,
        REJECT
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
