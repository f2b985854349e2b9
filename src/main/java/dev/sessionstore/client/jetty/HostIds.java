package dev.sessionstore.client.jetty;

import dev.sessionstore.client.Sealing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.eclipse.jetty.session.SessionContext;

/**
 * Jetty's ids in one of its contexts, and the service's. Jetty's are too short for the service, and two contexts may give
 * the same one to two sessions.
 */
final class HostIds {
    private final String context;
    private final Sealing sealing;

    private HostIds(String context, Sealing sealing) {
        this.context = context;
        this.sealing = sealing;
    }

    static HostIds of(SessionContext context, Sealing sealing) {
        return of(context.getCanonicalContextPath(), context.getVhost(), sealing);
    }

    /** A virtual host has no {@code @}: no two contexts look the same. */
    static HostIds of(String contextPath, String vhost, Sealing sealing) {
        return new HostIds(contextPath + "@" + vhost, sealing);
    }

    /** The service's id: base64url(SHA-256(context, 0, host's id)), 43 characters. */
    String toService(String hostId) {
        MessageDigest sha256 = sha256();
        sha256.update(context.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
        sha256.update(hostId.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256.digest());
    }

    /** Jetty's id, to be kept in the session: a list of sessions tells no ids. */
    String seal(String hostId) {
        return sealing.seal(hostId.getBytes(StandardCharsets.UTF_8), purpose());
    }

    /** Empty: not sealed for this context, or with none of the keys. */
    Optional<String> open(String sealed) {
        return sealing.open(sealed, purpose()).map(id -> new String(id, StandardCharsets.UTF_8));
    }

    private byte[] purpose() {
        return ("jetty " + context).getBytes(StandardCharsets.UTF_8);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }
}
