package dev.sessionstore.client;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The session of an application that has none, or of a request for which the service could not be reached: it reads as
 * empty, whatever would write throws {@link IllegalStateException}, and to save it does nothing. Thread-safe.
 */
public final class NullSession implements WebSession {
    public static final NullSession INSTANCE = new NullSession();

    private NullSession() {}

    private static IllegalStateException notConfigured() {
        return new IllegalStateException("sessions are not configured, or the service was not reached when this one was"
                + " opened; open it from SessionFactory.over(client), or CookieSessions");
    }

    /** @throws IllegalStateException always */
    @Override
    public String id() {
        throw notConfigured();
    }

    @Override
    public Optional<String> presentedId() {
        return Optional.empty();
    }

    @Override
    public boolean isNew() {
        return true;
    }

    @Override
    public boolean isAccessed() {
        return false;
    }

    @Override
    public boolean isModified() {
        return false;
    }

    @Override
    public boolean isPermanent() {
        return false;
    }

    @Override
    public boolean isEmpty() {
        return true;
    }

    @Override
    public boolean isStored() {
        return false;
    }

    @Override
    public boolean isEnded() {
        return false;
    }

    @Override
    public Optional<GoneReason> goneReason() {
        return Optional.empty();
    }

    @Override
    public @Nullable Object get(String name) {
        return null;
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return null;
    }

    @Override
    public <T> @Nullable T get(String name, TypeReference<T> type) {
        return null;
    }

    @Override
    public boolean contains(String name) {
        return false;
    }

    @Override
    public Set<String> names() {
        return Set.of();
    }

    @Override
    public void set(String name, @Nullable Object value) {
        throw notConfigured();
    }

    @Override
    public boolean remove(String name) {
        throw notConfigured();
    }

    @Override
    public @Nullable Object pop(String name) {
        throw notConfigured();
    }

    @Override
    public <T> @Nullable T pop(String name, Class<T> type) {
        throw notConfigured();
    }

    @Override
    public <T> T setDefault(String name, Class<T> type, Supplier<? extends T> value) {
        throw notConfigured();
    }

    @Override
    public void clear() {
        throw notConfigured();
    }

    @Override
    public Optional<String> principal() {
        return Optional.empty();
    }

    @Override
    public void setPrincipal(@Nullable String principal) {
        throw notConfigured();
    }

    @Override
    public void setLabel(@Nullable String label) {
        throw notConfigured();
    }

    @Override
    public void setPermanent(boolean permanent) {
        throw notConfigured();
    }

    @Override
    public Optional<Duration> idleTimeout() {
        return Optional.empty();
    }

    @Override
    public void setIdleTimeout(@Nullable Duration timeout) {
        throw notConfigured();
    }

    @Override
    public Optional<Instant> createdAt() {
        return Optional.empty();
    }

    @Override
    public Optional<Instant> lastAccessedAt() {
        return Optional.empty();
    }

    @Override
    public Optional<Instant> expiresAt() {
        return Optional.empty();
    }

    @Override
    public void rotate() {
        throw notConfigured();
    }

    @Override
    public void invalidate() {
        throw notConfigured();
    }

    @Override
    public void save() {
        // Nothing was written, as that throws.
    }

    @Override
    public String toString() {
        return "NullSession";
    }
}
