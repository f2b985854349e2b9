package dev.sessionstore.client;

import dev.sessionstore.wire.Field;
import dev.sessionstore.wire.JsonEdit;
import dev.sessionstore.wire.SessionDocument;
import dev.sessionstore.wire.SessionInput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A session that {@link FakeService} holds, live or gone. Times are epoch milliseconds, timeouts seconds, 0 for none. Not
 * thread-safe.
 */
final class FakeSession implements Cloneable {
    private static final long NEVER = SessionDocument.NEVER;
    private static final long IDLE_SECONDS = 30 * 60;
    private static final long ABSOLUTE_SECONDS = 24 * 60 * 60;
    private static final long PERMANENT_SECONDS = 31 * ABSOLUTE_SECONDS;

    String handle;
    final long incarnation;
    final long createdAt;

    @Nullable String principal;

    @Nullable String label;

    @Nullable String binding;

    boolean permanent;
    long version = 1;
    long lastAccessedAt;
    private long idleSeconds = IDLE_SECONDS;
    private long absoluteSeconds = ABSOLUTE_SECONDS;
    private long endsAt = NEVER;
    byte[] attributes = {'{', '}'};

    /** Null while it lives. */
    @Nullable GoneReason gone;

    long goneAt;
    /** Where it lives on, and what its old id may read until then; null where that is not so. */
    @Nullable String successor;

    @Nullable FakeSession before;

    long graceUntil;

    FakeSession(String handle, long incarnation, long now) {
        this.handle = handle;
        this.incarnation = incarnation;
        createdAt = now;
        lastAccessedAt = now;
    }

    FakeSession copy() {
        try {
            return (FakeSession) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /** Sets what the input names; one version later if that is anything new. False: it is not. */
    boolean apply(SessionInput input) {
        FakeSession next = copy();
        next.principal = input.principal().or(principal);
        next.label = input.label().or(label);
        next.binding = input.binding().or(binding);
        Boolean wished = input.permanent();
        if (wished != null && wished != permanent) {
            next.permanent = wished;
            next.idleSeconds = wished ? PERMANENT_SECONDS : IDLE_SECONDS;
            next.absoluteSeconds = wished ? 0 : ABSOLUTE_SECONDS;
        }
        next.idleSeconds = seconds(input.idleTimeoutSeconds(), next.idleSeconds);
        next.absoluteSeconds = seconds(input.absoluteTimeoutSeconds(), next.absoluteSeconds);
        if (input.endsAt().isPresent()) {
            next.endsAt = Objects.requireNonNullElse(input.endsAt().or(null), NEVER);
        }
        byte[] whole = input.attributes();
        next.attributes = whole != null ? whole : JsonEdit.apply(attributes, input.set(), input.remove());
        return become(next);
    }

    boolean setEnd(long at) {
        FakeSession next = copy();
        next.endsAt = at;
        return become(next);
    }

    boolean setAttributes(byte[] json) {
        FakeSession next = copy();
        next.attributes = json;
        return become(next);
    }

    private static long seconds(Field<Long> field, long current) {
        return field.isPresent() ? Objects.requireNonNullElse(field.or(null), 0L) : current;
    }

    private boolean become(FakeSession next) {
        if (next.absoluteSeconds != 0 && next.endsAt != NEVER) {
            next.endsAt = Math.min(next.endsAt, createdAt + next.absoluteSeconds * 1000);
        }
        boolean same = next.permanent == permanent
                && next.idleSeconds == idleSeconds
                && next.absoluteSeconds == absoluteSeconds
                && next.endsAt == endsAt
                && Objects.equals(next.principal, principal)
                && Objects.equals(next.label, label)
                && Objects.equals(next.binding, binding)
                && Arrays.equals(next.attributes, attributes);
        if (!same) {
            principal = next.principal;
            label = next.label;
            binding = next.binding;
            permanent = next.permanent;
            idleSeconds = next.idleSeconds;
            absoluteSeconds = next.absoluteSeconds;
            endsAt = next.endsAt;
            attributes = next.attributes;
            version++;
        }
        return !same;
    }

    long expiresAt() {
        long earliest = endsAt;
        if (idleSeconds != 0) {
            earliest = Math.min(earliest, lastAccessedAt + idleSeconds * 1000);
        }
        if (absoluteSeconds != 0) {
            earliest = Math.min(earliest, createdAt + absoluteSeconds * 1000);
        }
        return earliest;
    }

    /** What remains of it is that it was, and how it ended. */
    void end(GoneReason why, long at) {
        gone = why;
        goneAt = at;
        attributes = new byte[] {'{', '}'};
    }

    String etag() {
        return '"' + Long.toHexString(incarnation) + '-' + Long.toHexString(version) + '"';
    }

    SessionDocument document(@Nullable String id, String namespace, boolean withAttributes) {
        return new SessionDocument(
                id,
                handle.getBytes(StandardCharsets.US_ASCII),
                namespace,
                principal,
                label,
                permanent,
                version,
                createdAt,
                lastAccessedAt,
                expiresAt(),
                idleSeconds,
                absoluteSeconds,
                endsAt,
                withAttributes ? attributes : null);
    }
}
