package dev.sessionstore.client;

import com.fasterxml.jackson.core.type.TypeReference;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What sessions of one request have in common, wherever they are stored. */
abstract class RequestSession implements WebSession {
    private static final Logger LOG = LoggerFactory.getLogger(WebSession.class);

    final SessionHooks hooks;
    final SessionAttributes attributes;
    final PendingSettings settings;

    private final @Nullable String presentedId;
    private @Nullable StoredSession stored;
    private @Nullable GoneReason goneReason;
    private boolean isNew;
    private boolean isAccessed;
    private boolean wasModified;
    private boolean isEnded;

    /** @param stored null: it is new */
    RequestSession(
            SessionHooks hooks,
            AttributeCodec codec,
            @Nullable String presentedId,
            @Nullable StoredSession stored,
            @Nullable GoneReason goneReason) {
        this.hooks = hooks;
        this.presentedId = presentedId;
        this.stored = stored;
        this.goneReason = goneReason;
        isNew = stored == null;
        attributes = new SessionAttributes(codec, stored);
        settings = new PendingSettings(stored);
    }

    /** Saves it, if it has not ended. */
    abstract void store();

    /** Ends it where it is stored. */
    abstract void destroy();

    /** It cannot be read: from here on it is another session, with another id. */
    abstract void becomeNew();

    @Override
    public final void save() {
        hooks.save(this, () -> {
            wasModified = false;
            if (!isEnded) {
                store();
            }
        });
    }

    @Override
    public final void invalidate() {
        end(GoneReason.DELETED);
        // Also if it ended before: what failed then can be done again.
        destroy();
    }

    @Nullable StoredSession stored() {
        return stored;
    }

    /** The changes are stored, and this is what the session is now. */
    final void saved(SessionAttributes.Changes changes, StoredSession now) {
        stored = now;
        attributes.saved(changes, now);
        settings.saved(now);
        changed();
    }

    /** A save that is under way stored something. */
    final void changed() {
        wasModified = true;
    }

    /** Somebody else stored this. */
    final void rebase(StoredSession now) {
        stored = now;
        attributes.rebase(now);
        settings.rebase(now);
    }

    final void end(@Nullable GoneReason reason) {
        isAccessed = true;
        isEnded = true;
        goneReason = reason;
        stored = null;
        attributes.discard();
        settings.saved(null);
    }

    /** A principal counts. */
    final boolean hasContent() {
        return !attributes.isEmpty() || settings.principal().isPresent();
    }

    final boolean isEmptied() {
        boolean had = stored != null
                && (!stored.names().isEmpty() || stored.principal().isPresent());
        return had && !hasContent();
    }

    @Override
    public final Optional<String> presentedId() {
        return Optional.ofNullable(presentedId);
    }

    @Override
    public final boolean isNew() {
        return isNew;
    }

    @Override
    public final boolean isAccessed() {
        return isAccessed;
    }

    @Override
    public boolean isModified() {
        return wasModified || !isEnded && (settings.isChanged() || attributes.isChanged());
    }

    @Override
    public final boolean isPermanent() {
        return settings.isPermanent();
    }

    @Override
    public final boolean isEmpty() {
        isAccessed = true;
        return attributes.isEmpty();
    }

    @Override
    public final boolean isStored() {
        return stored != null;
    }

    @Override
    public final boolean isEnded() {
        return isEnded;
    }

    @Override
    public final Optional<GoneReason> goneReason() {
        return Optional.ofNullable(goneReason);
    }

    @Override
    public final @Nullable Object get(String name) {
        return read(name, Object.class);
    }

    @Override
    @SuppressWarnings("unchecked") // the codec made it of that very type
    public final <T> @Nullable T get(String name, Class<T> type) {
        return (T) read(name, type);
    }

    @Override
    @SuppressWarnings("unchecked") // the codec made it of that very type
    public final <T> @Nullable T get(String name, TypeReference<T> type) {
        return (T) read(name, type.getType());
    }

    private @Nullable Object read(String name, Type type) {
        Objects.requireNonNull(name, "name");
        isAccessed = true;
        try {
            return attributes.get(name, type);
        } catch (AttributeFormatException e) {
            if (!attributes.isAsStored(name)) {
                throw e;
            }
            // Of another version of the application, perhaps: an error page at each request would help nobody.
            LOG.warn("Session {} is replaced by a new one: {}", stored == null ? "" : stored.handle(), e.getMessage());
            stored = null;
            isNew = true;
            attributes.forget();
            settings.rebase(null);
            becomeNew();
            return null;
        }
    }

    @Override
    public final boolean contains(String name) {
        isAccessed = true;
        return attributes.contains(name);
    }

    @Override
    public final Set<String> names() {
        isAccessed = true;
        return attributes.names();
    }

    @Override
    public final void set(String name, @Nullable Object value) {
        write();
        attributes.set(Objects.requireNonNull(name, "name"), value);
    }

    @Override
    public final boolean remove(String name) {
        write();
        return attributes.remove(name);
    }

    @Override
    public final @Nullable Object pop(String name) {
        return pop(name, Object.class);
    }

    @Override
    public final <T> @Nullable T pop(String name, Class<T> type) {
        write();
        T value = get(name, type);
        attributes.remove(name);
        return value;
    }

    @Override
    public final <T> T setDefault(String name, Class<T> type, Supplier<? extends T> value) {
        write();
        T present = get(name, type);
        if (present != null) {
            return present;
        }
        T initial = Objects.requireNonNull(value.get(), "value");
        attributes.set(name, initial);
        return initial;
    }

    @Override
    public final void clear() {
        write();
        attributes.clear();
        if (settings.principal().isPresent()) {
            settings.setPrincipal(null);
        }
    }

    @Override
    public final Optional<String> principal() {
        isAccessed = true;
        return settings.principal();
    }

    @Override
    public final void setPrincipal(@Nullable String principal) {
        write();
        settings.setPrincipal(principal);
    }

    @Override
    public final void setLabel(@Nullable String label) {
        write();
        settings.setLabel(label);
    }

    @Override
    public final void setPermanent(boolean permanent) {
        write();
        settings.setPermanent(permanent);
    }

    @Override
    public final Optional<Duration> idleTimeout() {
        return settings.idleTimeout();
    }

    @Override
    public final void setIdleTimeout(@Nullable Duration timeout) {
        write();
        settings.setIdleTimeout(timeout);
    }

    @Override
    public final Optional<Instant> createdAt() {
        return Optional.ofNullable(stored).map(StoredSession::createdAt);
    }

    @Override
    public final Optional<Instant> lastAccessedAt() {
        return Optional.ofNullable(stored).map(StoredSession::lastAccessedAt);
    }

    @Override
    public final Optional<Instant> expiresAt() {
        return Optional.ofNullable(stored).flatMap(StoredSession::expiresAt);
    }

    @Override
    public void rotate() {
        write();
        if (isNew && goneReason == GoneReason.ROTATED) {
            goneReason = null;
        }
    }

    private void write() {
        isAccessed = true;
        if (isEnded) {
            throw new IllegalStateException("the session has ended; the next request begins a new one");
        }
    }

    /** Nothing that is secret. */
    @Override
    public final String toString() {
        return "WebSession[" + (stored == null ? "not stored" : stored.toString()) + "]";
    }
}
