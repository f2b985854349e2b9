package dev.sessionstore.client.jetty;

import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.GoneReason;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.SessionStoreException;
import dev.sessionstore.client.StoredSession;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.session.SessionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which expired sessions Jetty shall end on this server: those that it claims. What the service cannot answer now is left
 * for the next round.
 */
final class Scavenging {
    private static final Logger LOG = LoggerFactory.getLogger(Scavenging.class);

    private final SessionClient client;
    private final SessionContext context;
    private final HostIds ids;
    private final Claims claims;
    private final CachedCopies copies;

    Scavenging(SessionClient client, SessionContext context, HostIds ids, Claims claims, CachedCopies copies) {
        this.client = client;
        this.context = context;
        this.ids = ids;
        this.claims = claims;
        this.copies = copies;
    }

    /** Of the sessions that this server's copies say are expired, those that it shall end. */
    Set<String> of(Set<String> candidates, long now) {
        claims.newRound();
        Set<String> mine = new HashSet<>();
        for (String hostId : candidates) {
            try {
                if (isMine(hostId, now)) {
                    mine.add(hostId);
                } else {
                    copies.drop(hostId);
                }
            } catch (SessionStoreException | AttributeFormatException e) {
                LOG.warn("could not find out whether an idle session is expired: {}", e.getMessage());
            }
        }
        return mine;
    }

    private boolean isMine(String hostId, long now) {
        try {
            Optional<StoredSession> stored = client.peek(ids.toService(hostId));
            if (stored.isEmpty()) {
                return !copies.wasStored(hostId);
            }
            JettyFields fields = JettyFields.of(stored.get());
            return fields.isExpiredAt(now) && claims.scavenge(hostId, stored.get(), fields, now);
        } catch (SessionGoneException gone) {
            // Who deleted it told its listeners. Whoever took it away otherwise did not.
            return gone.reason() != GoneReason.DELETED;
        }
    }

    /** Of this context's sessions that expired then or before, on whatever server, those that this one shall end. */
    Set<String> expiredBefore(long before, long now) {
        Set<String> mine = new HashSet<>();
        int unknown = 0;
        try (Stream<StoredSession> listed = client.expiredBefore(Instant.ofEpochMilli(before))) {
            for (Iterator<StoredSession> each = listed.iterator(); each.hasNext(); ) {
                StoredSession session = each.next();
                if (isOfThisContext(session)) {
                    Optional<String> hostId = hostId(session);
                    if (hostId.isEmpty()) {
                        unknown++;
                    } else if (isMine(hostId.get(), session.handle(), before, now)) {
                        mine.add(hostId.get());
                    }
                }
            }
        } catch (SessionStoreException e) {
            LOG.warn("could not look for all expired sessions: {}", e.getMessage());
        }
        if (unknown > 0) {
            LOG.warn(
                    "{} expired sessions end unheard: their ids were sealed with keys that this server does not have",
                    unknown);
        }
        return mine;
    }

    private boolean isOfThisContext(StoredSession session) {
        try {
            return JettyFields.of(session).belongsTo(context);
        } catch (AttributeFormatException e) {
            return false;
        }
    }

    private Optional<String> hostId(StoredSession session) {
        try {
            return Optional.ofNullable(Reserved.read(session, Reserved.ID, String.class))
                    .flatMap(ids::open);
        } catch (AttributeFormatException e) {
            return Optional.empty();
        }
    }

    /** @param handle of the session that said it had this id, which may have been another's */
    private boolean isMine(String hostId, String handle, long before, long now) {
        try {
            StoredSession stored = client.peek(ids.toService(hostId)).orElse(null);
            if (stored == null || !stored.handle().equals(handle)) {
                return false;
            }
            JettyFields fields = JettyFields.of(stored);
            return fields.isExpiredAt(before) && claims.scavenge(hostId, stored, fields, now);
        } catch (SessionGoneException | AttributeFormatException meanwhile) {
            return false;
        }
    }

    /** Ends the sessions of all contexts that expired then or before, and that nobody ended as it should be. */
    void cleanOrphans(long before) {
        int ended = 0;
        try (Stream<StoredSession> listed = client.expiredBefore(Instant.ofEpochMilli(before))) {
            for (Iterator<StoredSession> each = listed.iterator(); each.hasNext(); ) {
                StoredSession session = each.next();
                if (session.contains(Reserved.FIELDS) && client.revoke(session.handle())) {
                    ended++;
                }
            }
        } catch (SessionStoreException e) {
            LOG.warn("could not look for all orphaned sessions: {}", e.getMessage());
        }
        if (ended > 0) {
            LOG.info("{} sessions were orphaned; no listener heard of their end", ended);
        }
    }
}
