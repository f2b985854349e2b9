package dev.sessionstore.client;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sessionstore.wire.SessionDocument;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session as the service held it at one moment. Immutable. Attributes are kept as the JSON that came, and turned into
 * values when they are asked for.
 */
public final class StoredSession {
    private final SessionDocument document;
    private final @Nullable String etag;
    private final boolean expired;
    private final AttributeCodec codec;
    /** By name; parsed at the first question. */
    private volatile @Nullable Map<String, byte[]> members;

    StoredSession(SessionDocument document, @Nullable String etag, boolean expired, AttributeCodec codec) {
        this.document = document;
        this.etag = etag;
        this.expired = expired;
        this.codec = codec;
    }

    /**
     * The secret that its holder shows.
     *
     * @throws IllegalStateException if it came from a listing, which tells no ids
     */
    public String id() {
        String id = document.id();
        if (id == null) {
            throw new IllegalStateException("a listing tells no ids; use handle()");
        }
        return id;
    }

    /** Its public name, for lists, logs and revocation: 22 characters that lead to no id. */
    public String handle() {
        return new String(document.handle(), StandardCharsets.US_ASCII);
    }

    /** Whose it is. */
    public Optional<String> principal() {
        return Optional.ofNullable(document.principal());
    }

    /** For people: "Firefox on Linux". */
    public Optional<String> label() {
        return Optional.ofNullable(document.label());
    }

    /** 1 at creation, one more for each write that changed something. */
    public long version() {
        return document.version();
    }

    /**
     * For writes that expect this very version.
     *
     * @throws IllegalStateException if it came from a listing, or a proxy took it away or made it weak
     */
    public ETag etag() {
        if (etag == null) {
            throw new IllegalStateException(
                    "no entity tag came with the session: a listing tells none, and some proxies"
                            + " drop or weaken it when they compress; find it by its id, without such a proxy");
        }
        return new ETag(etag);
    }

    boolean hasETag() {
        return etag != null;
    }

    /** By the service's clock, in milliseconds' precision. */
    public Instant createdAt() {
        return Instant.ofEpochMilli(document.createdAt());
    }

    /** By the service's clock; a busy session's accesses are noted up to a minute late. */
    public Instant lastAccessedAt() {
        return Instant.ofEpochMilli(document.lastAccessedAt());
    }

    /** The earliest of its ends, by the service's clock. Empty: nothing ends it. */
    public Optional<Instant> expiresAt() {
        return time(document.expiresAt());
    }

    /** Its explicit end. */
    public Optional<Instant> endsAt() {
        return time(document.endsAt());
    }

    private static Optional<Instant> time(long millis) {
        return millis == SessionDocument.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** How long it lives after its last access. Empty: for ever. */
    public Optional<Duration> idleTimeout() {
        return timeout(document.idleTimeoutSeconds());
    }

    /** How long it lives after its creation. Empty: for ever. */
    public Optional<Duration> absoluteTimeout() {
        return timeout(document.absoluteTimeoutSeconds());
    }

    private static Optional<Duration> timeout(long seconds) {
        return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    /** Whether its cookie outlives the browser. */
    public boolean isPermanent() {
        return document.permanent();
    }

    /** Whether it has ended and is held only for its host to see; never so where the namespace enforces expiry. */
    public boolean isExpired() {
        return expired;
    }

    /** The names of its attributes, in their order. Immutable. */
    public Set<String> names() {
        return Collections.unmodifiableSet(members().keySet());
    }

    /** Whether there is such an attribute, be its value {@code null}. */
    public boolean contains(String name) {
        return members().containsKey(name);
    }

    /**
     * All attributes as plain values: text, numbers, flags, lists and maps of these, null. A new map with each call,
     * which the caller may change.
     *
     * @throws IllegalStateException if it came from a listing without attributes
     */
    public Map<String, @Nullable Object> attributes() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        members().forEach((name, json) -> values.put(name, codec.decode(name, json, Object.class)));
        return values;
    }

    /** One attribute as a plain value; null if it is absent or {@code null}. */
    public @Nullable Object get(String name) {
        return get(name, Object.class);
    }

    /**
     * One attribute as a value of that type; null if it is absent or {@code null}.
     *
     * @throws AttributeFormatException if it is something else
     */
    @SuppressWarnings("unchecked") // the codec made it of that very type; cast() would refuse int.class
    public <T> @Nullable T get(String name, Class<T> type) {
        byte[] json = members().get(name);
        return json == null ? null : (T) codec.decode(name, json, type);
    }

    /**
     * The same for a type with parameters: {@code new TypeReference<List<Item>>() {}}.
     *
     * @throws AttributeFormatException if it is something else
     */
    @SuppressWarnings("unchecked") // the codec made it of that very type
    public <T> @Nullable T get(String name, TypeReference<T> type) {
        byte[] json = members().get(name);
        return json == null ? null : (T) codec.decode(name, json, type.getType());
    }

    /** One attribute's JSON text in UTF-8, as it was stored; null if it is absent. A copy. */
    public byte @Nullable [] json(String name) {
        byte[] json = members().get(name);
        return json == null ? null : json.clone();
    }

    private Map<String, byte[]> members() {
        Map<String, byte[]> known = members;
        if (known == null) {
            byte[] attributes = document.attributes();
            if (attributes == null) {
                throw new IllegalStateException("this listing was asked for without attributes");
            }
            known = document.members();
            members = known;
        }
        return known;
    }

    /** The same with another codec. */
    StoredSession readBy(AttributeCodec other) {
        return new StoredSession(document, etag, expired, other);
    }

    /** The handle and version: nothing that is secret. */
    @Override
    public String toString() {
        return "StoredSession[" + handle() + " v" + version() + "]";
    }
}
