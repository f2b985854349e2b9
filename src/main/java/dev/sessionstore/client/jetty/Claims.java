package dev.sessionstore.client.jetty;

import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.SessionPatch;
import dev.sessionstore.client.StoredSession;
import dev.sessionstore.client.VersionConflictException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who ends an expired session, and tells its listeners: the one whose claim the service took. A claim is an attribute,
 * written on the condition that nobody wrote the session meanwhile. It holds for a while, so that another server ends the
 * session if the claimer died, and for one expiry: a session that was revived and expired again is claimed again.
 */
final class Claims {
    /** Even with Jetty's grace period at 0. */
    private static final long SHORTEST_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final SessionClient client;
    private final String node;
    private final long holdsMillis;
    /** Jetty's ids that this server's scavenger claimed, and Jetty is about to load or delete. */
    private final Set<String> scavenged = ConcurrentHashMap.newKeySet();

    /**
     * @param node for people
     * @param graceSeconds Jetty's, for which a claim holds
     */
    Claims(SessionClient client, String node, int graceSeconds) {
        this.client = client;
        this.node = node;
        holdsMillis = Math.max(SHORTEST_MILLIS, TimeUnit.SECONDS.toMillis(graceSeconds));
    }

    /** @param at epoch milliseconds by the claimer's clock */
    record Claim(String by, long at, long expiry) {}

    /** Begins a round of scavenging: what is left of the last one was in use, and is not this round's. */
    void newRound() {
        scavenged.clear();
    }

    /** For the scavenger: whether Jetty may end the session, which it will load, unless it has it still, and delete. */
    boolean scavenge(String hostId, StoredSession expired, JettyFields fields, long now) {
        boolean mine = claim(expired, fields, now);
        if (mine) {
            scavenged.add(hostId);
        }
        return mine;
    }

    /** For a load: whether Jetty may have the expired session, which it will end. */
    boolean mayLoad(String hostId, StoredSession expired, JettyFields fields, long now) {
        return scavenged.remove(hostId) || claim(expired, fields, now);
    }

    void deleted(String hostId) {
        scavenged.remove(hostId);
    }

    private boolean claim(StoredSession expired, JettyFields fields, long now) {
        Claim standing = standing(expired);
        if (standing != null && standing.expiry() == fields.expiry() && now < standing.at() + holdsMillis) {
            return false;
        }
        SessionPatch claim = SessionPatch.builder()
                .expecting(expired.etag())
                .attributeJson(Reserved.CLAIM, Reserved.write(new Claim(node, now, fields.expiry())))
                .build();
        try {
            return client.patch(expired.id(), claim).isPresent();
        } catch (VersionConflictException | SessionGoneException outrun) {
            return false;
        }
    }

    private static @Nullable Claim standing(StoredSession expired) {
        try {
            return Reserved.read(expired, Reserved.CLAIM, Claim.class);
        } catch (AttributeFormatException e) {
            // Nobody's that anybody knows.
            return null;
        }
    }
}
