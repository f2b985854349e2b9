package dev.sessionstore.client;

import dev.sessionstore.wire.SessionDocument;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions without a service: the data itself is in the cookie, signed with its time, compressed where that helps, and
 * encrypted if the application gives keys for that. An application can begin with this and change to
 * {@link SessionFactory#over} later. Immutable and thread-safe.
 *
 * <pre>{@code
 * SessionCookie cookie = SessionCookie.builder().build();
 * SessionFactory sessions = CookieSessions.signedBy(key).cookie(cookie).build();
 * }</pre>
 *
 * <p>What a cookie cannot do: hold more than 4096 bytes; keep its holder from reading it, unless it is encrypted; be ended
 * from afar, so that one that was copied is good until its time is over, logout or not; take the changes of parallel
 * requests, of which the last answer wins. It is written anew when the session changed, and once half of its time is over.
 */
public final class CookieSessions implements SessionFactory {
    private static final Logger LOG = LoggerFactory.getLogger(WebSession.class);

    /** What every browser takes, name and attributes included. */
    private static final int MAX_COOKIE = 4096;

    private final Signer signer;
    private final @Nullable Sealing sealing;
    private final byte[] context;
    private final SessionCookie cookie;
    private final SessionHooks hooks;
    private final AttributeCodec codec;
    private final Duration lifetime;
    private final InstantSource clock;

    private CookieSessions(Builder from) {
        signer = Signer.of(from.salt, from.signingKeys);
        sealing = from.sealing;
        context = from.salt.getBytes(StandardCharsets.UTF_8);
        cookie = from.cookie;
        hooks = from.hooks;
        codec = hooks.codec(from.codec);
        lifetime = from.lifetime;
        clock = from.clock;
    }

    /**
     * @param keys each at least 32 random bytes; the first signs, all verify; copied
     * @throws IllegalArgumentException if there is none, or one is shorter
     */
    public static Builder signedBy(byte[]... keys) {
        return new Builder(keys);
    }

    /** {@inheritDoc} What was tampered with, or is too old, is a new session. */
    @Override
    public WebSession open(@Nullable String id, @Nullable String binding) {
        return hooks.open(id, this::find);
    }

    private WebSession find(@Nullable String value) {
        Optional<Signer.Signed> signed = value == null ? Optional.empty() : signer.verify(value);
        if (signed.isEmpty()) {
            return new CookieSession(this, value, null, null);
        }
        SessionDocument document = document(signed.get());
        if (document == null) {
            LOG.warn("A session's cookie is replaced by a new one: it cannot be read");
            return new CookieSession(this, value, null, null);
        }
        Duration idle = Duration.ofSeconds(document.idleTimeoutSeconds());
        if (!signed.get().isWithin(idle, clock.instant())) {
            return new CookieSession(this, value, null, GoneReason.EXPIRED);
        }
        return new CookieSession(this, value, document, null);
    }

    private @Nullable SessionDocument document(Signer.Signed signed) {
        try {
            byte[] packed = sealing == null
                    ? Base64.getUrlDecoder().decode(signed.text())
                    : sealing.open(signed.text(), context).orElseThrow();
            return CookieDocument.read(Packing.unpack(packed), signed.at());
        } catch (RuntimeException e) {
            // Of another version, or sealed with a key that is no more: whatever it is, the keys made it.
            return null;
        }
    }

    /** @throws LimitExceededException if the cookie is too large */
    String seal(byte[] document, Instant now) {
        byte[] packed = Packing.pack(document);
        String text = sealing == null
                ? Base64.getUrlEncoder().withoutPadding().encodeToString(packed)
                : sealing.seal(packed, context);
        String value = signer.sign(text, now);
        int length = cookie.lengthBesideValue() + value.length();
        if (length > MAX_COOKIE) {
            throw new LimitExceededException(
                    "the session's cookie is " + length + " bytes; the limit is " + MAX_COOKIE,
                    "session-too-large",
                    null);
        }
        return value;
    }

    SessionHooks hooks() {
        return hooks;
    }

    AttributeCodec codec() {
        return codec;
    }

    Duration lifetime() {
        return lifetime;
    }

    InstantSource clock() {
        return clock;
    }

    /** Not thread-safe. */
    public static final class Builder {
        private final byte[][] signingKeys;
        private @Nullable Sealing sealing;
        private String salt = "cookie session";
        private SessionCookie cookie = SessionCookie.builder().build();
        private SessionHooks hooks = SessionHooks.NONE;
        private AttributeCodec codec = new JsonCodec();
        private Duration lifetime = Duration.ofDays(31);
        private InstantSource clock = InstantSource.system();

        private Builder(byte[]... keys) {
            Signer.of(salt, keys);
            signingKeys = Arrays.stream(keys).map(byte[]::clone).toArray(byte[][]::new);
        }

        /**
         * Encrypts, too, so that the holder cannot read it: AES-256-GCM. Not encrypted unless named.
         *
         * @param keys each 32 random bytes, other than those that sign; the first seals, all open; copied
         */
        public Builder encryptedBy(byte[]... keys) {
            sealing = Sealing.withKeys(keys);
            return this;
        }

        /** Tells apart what is sealed with the same keys; {@code cookie session} unless named. */
        public Builder salt(String value) {
            salt = Objects.requireNonNull(value, "salt");
            return this;
        }

        /** Which carries it, to know how much room it leaves; the usual one unless named. It need not sign again. */
        public Builder cookie(SessionCookie value) {
            cookie = Objects.requireNonNull(value, "cookie");
            return this;
        }

        /** Where the application steps in; nowhere unless named. No ids are asked for. */
        public Builder hooks(SessionHooks value) {
            hooks = Objects.requireNonNull(value, "hooks");
            return this;
        }

        /** What writes and reads attributes' values; a {@link JsonCodec} unless named. */
        public Builder codec(AttributeCodec value) {
            codec = Objects.requireNonNull(value, "codec");
            return this;
        }

        /**
         * The idle timeout of sessions that are given none, counted from when the cookie was last written; whole seconds, 2 s
         * to 100 years, 31 days unless named.
         */
        public Builder lifetime(Duration value) {
            if (value.getNano() != 0
                    || value.getSeconds() < 2
                    || value.compareTo(PendingSettings.LONGEST_TIMEOUT) > 0) {
                throw new IllegalArgumentException(
                        "the lifetime is " + value + "; it must be whole seconds, 2 s to 100 years");
            }
            lifetime = value;
            return this;
        }

        /** The system's unless named. */
        public Builder clock(InstantSource value) {
            clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        /** What was said so far; the builder can go on. */
        public CookieSessions build() {
            return new CookieSessions(this);
        }
    }
}
