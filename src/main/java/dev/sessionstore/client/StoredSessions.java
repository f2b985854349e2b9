package dev.sessionstore.client;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions that the service keeps, one call for each request that presents an id. Made by
 * {@link SessionFactory#over(SessionClient)}; immutable and thread-safe. The client stays the caller's to close.
 *
 * <pre>{@code
 * SessionFactory sessions = SessionFactory.over(client).conflictPolicy(ConflictPolicy.fail()).build();
 * }</pre>
 */
public final class StoredSessions implements SessionFactory {
    private static final Logger LOG = LoggerFactory.getLogger(WebSession.class);

    private final SessionClient client;
    private final SessionHooks hooks;
    private final AttributeCodec codec;
    private final ConflictPolicy conflictPolicy;
    private final Duration rotationGrace;
    private final boolean bindsToUserAgent;
    private final InstantSource clock;

    private StoredSessions(Builder from) {
        client = from.client;
        hooks = from.hooks;
        codec = hooks.codec(from.codec);
        conflictPolicy = from.conflictPolicy;
        rotationGrace = from.rotationGrace;
        bindsToUserAgent = from.bindsToUserAgent;
        clock = from.clock;
    }

    /**
     * {@inheritDoc}
     *
     * @throws ServiceUnavailableException if the service cannot be reached, unless {@link SessionHooks#nullSession} answers
     * @throws SessionStoreException what {@link SessionClient#find} throws otherwise
     */
    @Override
    public WebSession open(@Nullable String id, @Nullable String binding) {
        String bound = bindsToUserAgent && binding != null ? digest(binding) : null;
        return hooks.open(id, presented -> find(presented, bound));
    }

    private WebSession find(@Nullable String id, @Nullable String binding) {
        SessionClient bound = binding == null ? client : client.bound(binding);
        GoneReason goneReason = null;
        if (id != null && SessionIds.isWellFormed(id)) {
            try {
                Optional<StoredSession> found = bound.find(id);
                if (found.isPresent() && !found.get().isExpired()) {
                    return new ServiceSession(this, bound, binding, id, found.get(), null);
                }
                goneReason = found.isPresent() ? GoneReason.EXPIRED : null;
            } catch (SessionGoneException e) {
                goneReason = e.reason();
            } catch (ServiceUnavailableException e) {
                return hooks.nullSession(e);
            } catch (UnauthorizedException e) {
                if (!e.isBindingMismatch()) {
                    throw e;
                }
                LOG.debug("A session is not opened: it is bound to something else");
            }
        }
        return new ServiceSession(this, bound, binding, id, null, goneReason);
    }

    /** What a browser calls itself may be longer than a binding, or hold what a header must not. */
    private static String digest(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(text));
    }

    SessionHooks hooks() {
        return hooks;
    }

    AttributeCodec codec() {
        return codec;
    }

    ConflictPolicy conflictPolicy() {
        return conflictPolicy;
    }

    Duration rotationGrace() {
        return rotationGrace;
    }

    InstantSource clock() {
        return clock;
    }

    /** Not thread-safe. */
    public static final class Builder {
        private final SessionClient client;
        private SessionHooks hooks = SessionHooks.NONE;
        private AttributeCodec codec;
        private ConflictPolicy conflictPolicy = ConflictPolicy.merge();
        private Duration rotationGrace = Duration.ofSeconds(10);
        private boolean bindsToUserAgent;
        private InstantSource clock = InstantSource.system();

        Builder(SessionClient client) {
            this.client = Objects.requireNonNull(client, "client");
            codec = client.codec();
        }

        /** Where the application steps in; nowhere unless named. */
        public Builder hooks(SessionHooks value) {
            hooks = Objects.requireNonNull(value, "hooks");
            return this;
        }

        /** What writes and reads attributes' values; the client's unless named. */
        public Builder codec(AttributeCodec value) {
            codec = Objects.requireNonNull(value, "codec");
            return this;
        }

        /** What a save does when another request changed the session; {@link ConflictPolicy#merge()} unless named. */
        public Builder conflictPolicy(ConflictPolicy value) {
            conflictPolicy = Objects.requireNonNull(value, "conflictPolicy");
            return this;
        }

        /**
         * For how long after {@link WebSession#rotate()} the old id still reads the session as it was, so that requests
         * under way at a login do not find themselves without one; what they write is dropped. 0 to 60 whole seconds, 10
         * unless named.
         */
        public Builder rotationGrace(Duration value) {
            // Says what is wrong with it now, not at the first login.
            Rotation.builder().grace(value);
            rotationGrace = value;
            return this;
        }

        /**
         * Whether a session is bound to what {@link SessionFactory#open(String, String)} is given, say the user agent, at its
         * creation and at each rotation. A request that says something else gets a new session. Any text will do: the
         * service is sent its SHA-256. Not bound unless named.
         */
        public Builder bindToUserAgent(boolean value) {
            bindsToUserAgent = value;
            return this;
        }

        /** Tells when a touch is due; the system's unless named. */
        public Builder clock(InstantSource value) {
            clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        /** What was said so far; the builder can go on. */
        public StoredSessions build() {
            return new StoredSessions(this);
        }
    }
}
