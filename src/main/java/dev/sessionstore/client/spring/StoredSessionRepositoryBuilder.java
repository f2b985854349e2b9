package dev.sessionstore.client.spring;

import dev.sessionstore.client.AttributeCodec;
import dev.sessionstore.client.Rotation;
import dev.sessionstore.client.Sealing;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionHooks;
import dev.sessionstore.client.TypedJsonCodec;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.session.FlushMode;
import org.springframework.session.IndexResolver;
import org.springframework.session.MapSession;
import org.springframework.session.PrincipalNameIndexResolver;
import org.springframework.session.SaveMode;
import org.springframework.session.Session;
import org.springframework.session.SessionIdGenerator;

/** Makes a {@link StoredSessionRepository}. Not thread-safe. */
public final class StoredSessionRepositoryBuilder {
    final SessionClient client;
    AttributeCodec codec = TypedJsonCodec.builder().build();
    /** As the service's own: Spring's UUIDs have 122 random bits. */
    SessionIdGenerator ids = SessionHooks.NONE::newId;

    IndexResolver<Session> indexResolver = new PrincipalNameIndexResolver<>();
    Duration maxInactiveInterval = Duration.ofSeconds(MapSession.DEFAULT_MAX_INACTIVE_INTERVAL_SECONDS);
    SaveMode saveMode = SaveMode.ON_SET_ATTRIBUTE;
    FlushMode flushMode = FlushMode.ON_SAVE;
    Duration rotationGrace = Duration.ZERO;

    @Nullable SealedId sealing;

    StoredSessionRepositoryBuilder(SessionClient client) {
        this.client = Objects.requireNonNull(client, "client");
    }

    /**
     * Allows {@link StoredSessionRepository#findByIndexNameAndIndexValue}: each session with a principal then keeps its id
     * among its attributes, sealed with AES-GCM under this key. All instances of the application have the same.
     *
     * @param key what seals, as {@link Sealing#withKeys} takes it
     * @param older keys that still open what they sealed, while sessions with it live
     */
    public StoredSessionRepositoryBuilder sealingKey(byte[] key, byte[]... older) {
        byte[][] all = new byte[older.length + 1][];
        all[0] = key;
        System.arraycopy(older, 0, all, 1, older.length);
        sealing = new SealedId(Sealing.withKeys(all));
        return this;
    }

    /**
     * What writes and reads attributes' values; a {@link TypedJsonCodec} of the JDK's values unless named. With Spring
     * Security, a {@link SpringSecurityCodec}.
     */
    public StoredSessionRepositoryBuilder codec(AttributeCodec value) {
        codec = Objects.requireNonNull(value, "codec");
        return this;
    }

    /**
     * What makes ids, of 32 to 128 characters of {@code A-Z a-z 0-9 . _ ~ -} that nobody can guess; 32 random bytes as
     * base64url unless named. Spring's {@code UuidSessionIdGenerator} will do.
     */
    public StoredSessionRepositoryBuilder sessionIdGenerator(SessionIdGenerator value) {
        ids = Objects.requireNonNull(value, "sessionIdGenerator");
        return this;
    }

    /** What finds the principal's name in a session; Spring's {@link PrincipalNameIndexResolver} unless named. */
    public StoredSessionRepositoryBuilder indexResolver(IndexResolver<Session> value) {
        indexResolver = Objects.requireNonNull(value, "indexResolver");
        return this;
    }

    /** How long a new session lives after its last access; negative: for ever. 30 minutes unless named. */
    public StoredSessionRepositoryBuilder defaultMaxInactiveInterval(Duration value) {
        maxInactiveInterval = Objects.requireNonNull(value, "defaultMaxInactiveInterval");
        return this;
    }

    /**
     * Which attributes are written at save: those set, or also those read, or all. What was not set is written only if its
     * JSON changed, so that a parallel request's value survives. {@link SaveMode#ON_SET_ATTRIBUTE} unless named.
     */
    public StoredSessionRepositoryBuilder saveMode(SaveMode value) {
        saveMode = Objects.requireNonNull(value, "saveMode");
        return this;
    }

    /** Whether changes wait for the end of the request; {@link FlushMode#ON_SAVE} unless named. */
    public StoredSessionRepositoryBuilder flushMode(FlushMode value) {
        flushMode = Objects.requireNonNull(value, "flushMode");
        return this;
    }

    /**
     * For how long after a change of id the old one still reads the session as it was, frozen, so that requests under way
     * find a session and do not begin a new one; 0 to 60 whole seconds, 0 unless named. What they write is refused.
     */
    public StoredSessionRepositoryBuilder rotationGrace(Duration value) {
        Rotation.builder().grace(value);
        rotationGrace = value;
        return this;
    }

    public StoredSessionRepository build() {
        return new StoredSessionRepository(this);
    }
}
