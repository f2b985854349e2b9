package dev.sessionstore.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a save does when another request changed the session meanwhile. Immutable. */
public final class ConflictPolicy {
    private static final int ATTEMPTS = 5;
    private static final ConflictPolicy MERGE = new ConflictPolicy(false, null);
    private static final ConflictPolicy FAIL = new ConflictPolicy(true, null);

    private final boolean expectsVersion;
    private final @Nullable ConflictResolver resolver;

    private ConflictPolicy(boolean expectsVersion, @Nullable ConflictResolver resolver) {
        this.expectsVersion = expectsVersion;
        this.resolver = resolver;
    }

    /** Changes of different attributes all survive; of one attribute the last. Never fails. The usual one. */
    public static ConflictPolicy merge() {
        return MERGE;
    }

    /** The later save fails with {@link VersionConflictException}, and stores nothing. */
    public static ConflictPolicy fail() {
        return FAIL;
    }

    /** The later save asks what to store, reads and tries again, up to five times; then it fails as {@link #fail()} does. */
    public static ConflictPolicy retry(ConflictResolver resolver) {
        return new ConflictPolicy(true, Objects.requireNonNull(resolver, "resolver"));
    }

    /** Whether a save is for the version that was read, and no other. */
    boolean expectsVersion() {
        return expectsVersion;
    }

    boolean mayRetryAfter(int attempts) {
        return resolver != null && attempts < ATTEMPTS;
    }

    void resolve(WebSession mine, StoredSession theirs) {
        Objects.requireNonNull(resolver, "resolver").resolve(mine, theirs);
    }
}
