package dev.sessionstore.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One session at one version. Immutable but for the time of the last access, which only moves forward; a change of
 * anything else makes another one through {@link #with()}. Thread-safe.
 *
 * <p>Millions of these are held, so the layout is flat: attributes as the bare array, times and timeouts as numbers. And
 * most of what happens to them is that they are read, so an access is noted in place: a new object each time would be
 * garbage in the old generation, and its map entry to be written.
 */
public final class Session implements Lookup {
    /** Stands for "nothing ends it" wherever a time of end is meant. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final VarHandle LAST_ACCESSED_AT = lastAccessedAtHandle();

    private final SessionKey key;
    private final String namespace;
    private final @Nullable String principal;
    private final @Nullable String label;
    private final byte @Nullable [] binding;
    private final byte[] attributes;
    private final long incarnation;
    private final long version;
    private final long createdAt;
    /** Not final; read and written through the handle alone, whole and in one order that all threads see. */
    private long lastAccessedAt;

    private final long endsAt;
    /** Seconds as unsigned numbers, since a hundred years do not fit a signed one; 0 is never. */
    private final int idleSeconds;

    private final int absoluteSeconds;
    private final boolean permanent;

    private Session(Builder from) {
        key = Objects.requireNonNull(from.key);
        namespace = Objects.requireNonNull(from.namespace);
        principal = from.principal;
        label = from.label;
        binding = from.binding;
        attributes = from.attributes.json();
        incarnation = from.incarnation;
        version = from.version;
        createdAt = from.createdAt;
        lastAccessedAt = from.lastAccessedAt;
        idleSeconds = (int) from.idleSeconds;
        absoluteSeconds = (int) from.absoluteSeconds;
        permanent = from.permanent;
        endsAt = from.endsAt;
    }

    private static VarHandle lastAccessedAtHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(Session.class, "lastAccessedAt", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    public SessionKey key() {
        return key;
    }

    public String namespace() {
        return namespace;
    }

    public @Nullable String principal() {
        return principal;
    }

    public @Nullable String label() {
        return label;
    }

    /** The fingerprint of the string that calls by id must repeat; null where there is none. Not a copy: read only. */
    public byte @Nullable [] binding() {
        return binding;
    }

    public Attributes attributes() {
        return Attributes.ofCheckedJson(attributes);
    }

    /** A random number given at creation and kept through rotation: tells two sessions of one id apart. */
    public long incarnation() {
        return incarnation;
    }

    /** 1 at creation, one more for each write that changed something. */
    public long version() {
        return version;
    }

    public long createdAt() {
        return createdAt;
    }

    /** May be later at the next call; who needs it twice for one answer asks once. */
    public long lastAccessedAt() {
        return (long) LAST_ACCESSED_AT.getOpaque(this);
    }

    /** The explicit end in epoch milliseconds, or {@link #NEVER}. Not beyond the absolute timeout. */
    public long endsAt() {
        return endsAt;
    }

    /** 0: no idle timeout. */
    public long idleSeconds() {
        return Integer.toUnsignedLong(idleSeconds);
    }

    /** 0: no absolute timeout. */
    public long absoluteSeconds() {
        return Integer.toUnsignedLong(absoluteSeconds);
    }

    public boolean isPermanent() {
        return permanent;
    }

    /** The earliest of idle timeout, absolute timeout and explicit end, in epoch milliseconds, or {@link #NEVER}. */
    public long expiresAt() {
        return expiresAt(lastAccessedAt());
    }

    /** The same, if the last access was at that instant. */
    public long expiresAt(long accessedAt) {
        long earliest = endsAt;
        if (idleSeconds != 0) {
            earliest = Math.min(earliest, accessedAt + idleSeconds() * 1000);
        }
        if (absoluteSeconds != 0) {
            earliest = Math.min(earliest, createdAt + absoluteSeconds() * 1000);
        }
        return earliest;
    }

    /** True from the very instant of its end on. */
    public boolean isExpired(long now) {
        return now >= expiresAt();
    }

    /**
     * Whether an access now is worth recording: the last one is older than the smaller of 1 % of the idle timeout and
     * 30 s, so that a busy session is not rewritten at every read. The contract would allow 60 s; the other half is for
     * stores that write accesses down a little later, and then crash.
     */
    public boolean isTouchDue(long now) {
        long grain = idleSeconds == 0 ? 30_000 : Math.min(30_000, idleSeconds() * 10);
        return now - lastAccessedAt() >= grain;
    }

    /**
     * Notes an access in place. For the store that holds this session, which sees to it that nobody found it expired
     * before, nor holds it as what it was at some moment.
     *
     * @return false if a later access is known
     */
    public boolean touch(long at) {
        long last = lastAccessedAt();
        while (last < at) {
            if (LAST_ACCESSED_AT.weakCompareAndSet(this, last, at)) {
                return true;
            }
            last = lastAccessedAt();
        }
        return false;
    }

    /** Another session, the same but accessed at that instant; itself if it was accessed later already. */
    public Session accessed(long at) {
        if (at <= lastAccessedAt()) {
            return this;
        }
        Builder next = with();
        next.lastAccessedAt = at;
        return next.build();
    }

    /** Whether this is the very state that the other is, accesses apart: what a compare-and-set compares. */
    public boolean isSameVersionAs(Session other) {
        return version == other.version && incarnation == other.incarnation && key.equals(other.key);
    }

    /** A builder that begins with all of this session's values. */
    public Builder with() {
        Builder next = new Builder(key, namespace);
        next.principal = principal;
        next.label = label;
        next.binding = binding;
        next.attributes = attributes();
        next.incarnation = incarnation;
        next.version = version;
        next.createdAt = createdAt;
        next.lastAccessedAt = lastAccessedAt();
        next.endsAt = endsAt;
        next.idleSeconds = idleSeconds();
        next.absoluteSeconds = absoluteSeconds();
        next.permanent = permanent;
        return next;
    }

    /** A session that begins now: version 1, no timeouts, no attributes, a fresh incarnation. */
    public static Builder begin(SessionKey key, String namespace, long now) {
        // Interned: a million sessions share one name.
        Builder first = new Builder(key, namespace.intern());
        first.incarnation = ThreadLocalRandom.current().nextLong();
        first.version = 1;
        first.createdAt = now;
        first.lastAccessedAt = now;
        return first;
    }

    /** A session that was written down: the caller sets everything that it had. */
    public static Builder written(SessionKey key, String namespace, long incarnation, long createdAt) {
        Builder again = new Builder(key, namespace);
        again.incarnation = incarnation;
        again.createdAt = createdAt;
        return again;
    }

    /** The handle and version: nothing of what the session holds. */
    @Override
    public String toString() {
        return "Session[" + key + " v" + version + "]";
    }

    /** Values for a session to be. Not thread-safe. */
    public static final class Builder {
        private SessionKey key;
        private final String namespace;
        private @Nullable String principal;
        private @Nullable String label;
        private byte @Nullable [] binding;
        private Attributes attributes = Attributes.NONE;
        private long incarnation;
        private long version;
        private long createdAt;
        private long lastAccessedAt;
        private long endsAt = NEVER;
        private long idleSeconds;
        private long absoluteSeconds;
        private boolean permanent;

        private Builder(SessionKey key, String namespace) {
            this.key = key;
            this.namespace = namespace;
        }

        public Builder key(SessionKey value) {
            key = value;
            return this;
        }

        public Builder principal(@Nullable String value) {
            principal = value;
            return this;
        }

        public Builder label(@Nullable String value) {
            label = value;
            return this;
        }

        public Builder binding(byte @Nullable [] value) {
            binding = value;
            return this;
        }

        public Builder attributes(Attributes value) {
            attributes = value;
            return this;
        }

        public Builder version(long value) {
            version = value;
            return this;
        }

        public Builder lastAccessedAt(long value) {
            lastAccessedAt = value;
            return this;
        }

        public Builder endsAt(long value) {
            endsAt = value;
            return this;
        }

        /** 0 to 3,155,760,000; 0: none. */
        public Builder idleSeconds(long value) {
            idleSeconds = value;
            return this;
        }

        /** 0 to 3,155,760,000; 0: none. */
        public Builder absoluteSeconds(long value) {
            absoluteSeconds = value;
            return this;
        }

        public Builder permanent(boolean value) {
            permanent = value;
            return this;
        }

        /** Brings an explicit end beyond the absolute timeout down to it. */
        public Session build() {
            if (absoluteSeconds != 0 && endsAt != NEVER) {
                endsAt = Math.min(endsAt, createdAt + absoluteSeconds * 1000);
            }
            return new Session(this);
        }
    }
}
