package dev.sessionstore.client;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session's settings as a request sees them: what is stored, and above it what it set. Not thread-safe. */
final class PendingSettings {
    /** 100 years: more, and the times that come of it could not be said. */
    static final Duration LONGEST_TIMEOUT = Duration.ofDays(36_525);

    /** That it was set, be it to null. */
    private record To<T>(@Nullable T value) {}

    private @Nullable StoredSession stored;
    private @Nullable To<String> principal;
    private @Nullable To<String> label;
    private @Nullable To<Boolean> permanent;
    private @Nullable To<Duration> idleTimeout;

    PendingSettings(@Nullable StoredSession stored) {
        this.stored = stored;
    }

    Optional<String> principal() {
        return principal != null ? Optional.ofNullable(principal.value) : storedPrincipal();
    }

    private Optional<String> storedPrincipal() {
        return stored == null ? Optional.empty() : stored.principal();
    }

    void setPrincipal(@Nullable String value) {
        principal = new To<>(value);
    }

    void setLabel(@Nullable String value) {
        label = new To<>(value);
    }

    boolean isPermanent() {
        return permanent != null ? Boolean.TRUE.equals(permanent.value) : stored != null && stored.isPermanent();
    }

    void setPermanent(boolean value) {
        permanent = new To<>(value);
    }

    Optional<Duration> idleTimeout() {
        if (idleTimeout != null) {
            return Optional.ofNullable(idleTimeout.value);
        }
        return stored == null || isPermanentChanged() ? Optional.empty() : stored.idleTimeout();
    }

    void setIdleTimeout(@Nullable Duration value) {
        if (value != null && (value.getNano() != 0 || value.getSeconds() < 1 || value.compareTo(LONGEST_TIMEOUT) > 0)) {
            throw new IllegalArgumentException(
                    "the idle timeout is " + value + "; it must be whole seconds, 1 s to 100 years");
        }
        idleTimeout = new To<>(value);
    }

    boolean isChanged() {
        return isPrincipalChanged() || isLabelChanged() || isPermanentChanged() || isIdleTimeoutChanged();
    }

    private boolean isPrincipalChanged() {
        return differs(principal, storedPrincipal());
    }

    private boolean isLabelChanged() {
        return differs(label, stored == null ? Optional.empty() : stored.label());
    }

    private boolean isPermanentChanged() {
        return permanent != null && !Objects.equals(permanent.value, stored != null && stored.isPermanent());
    }

    private boolean isIdleTimeoutChanged() {
        Optional<Duration> now = stored == null ? Optional.empty() : stored.idleTimeout();
        // Where nothing is stored, or permanence resets it, there is none yet that it could be equal to.
        return idleTimeout != null && (stored == null || isPermanentChanged() || differs(idleTimeout, now));
    }

    private static <T> boolean differs(@Nullable To<T> set, Optional<T> now) {
        return set != null && !Optional.ofNullable(set.value).equals(now);
    }

    void addTo(SessionPatch.Builder patch) {
        if (principal != null && isPrincipalChanged()) {
            patch.principal(principal.value);
        }
        if (label != null && isLabelChanged()) {
            patch.label(label.value);
        }
        if (isPermanentChanged()) {
            patch.permanent(isPermanent());
        }
        if (idleTimeout != null && isIdleTimeoutChanged()) {
            patch.idleTimeout(idleTimeout.value);
        }
    }

    void addTo(NewSession.Builder session) {
        if (principal != null && principal.value != null) {
            session.principal(principal.value);
        }
        if (label != null && label.value != null) {
            session.label(label.value);
        }
        if (permanent != null) {
            session.permanent(isPermanent());
        }
        if (idleTimeout != null) {
            session.idleTimeout(idleTimeout.value);
        }
    }

    /** What was set stays; what is the same now is no change any more. */
    void rebase(@Nullable StoredSession now) {
        stored = now;
    }

    void saved(@Nullable StoredSession now) {
        stored = now;
        principal = null;
        label = null;
        permanent = null;
        idleTimeout = null;
    }

    /** As the session has it, or would have it. */
    Optional<String> label() {
        if (label != null) {
            return Optional.ofNullable(label.value);
        }
        return stored == null ? Optional.empty() : stored.label();
    }
}
