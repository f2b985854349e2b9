package dev.sessionstore.client.jetty;

import dev.sessionstore.client.LimitExceededException;
import dev.sessionstore.client.NewSession;
import dev.sessionstore.client.ServiceUnavailableException;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionGoneException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the namespace holds expired sessions, found out with a session that is made for it: there is no call that tells
 * a namespace's policy, and without it listeners would never hear of an end.
 */
final class AdvisoryExpiry {
    private static final Logger LOG = LoggerFactory.getLogger(AdvisoryExpiry.class);
    /** Of a session that a crash leaves behind. */
    private static final Duration AT_MOST = Duration.ofMinutes(1);

    private AdvisoryExpiry() {}

    /**
     * Does nothing but warn if the service cannot be asked now: a server may start before its service.
     *
     * @throws IllegalStateException if the namespace enforces expiry
     */
    static void require(SessionClient client) {
        try {
            if (!isAdvisory(client)) {
                throw new IllegalStateException("the service ends sessions in this namespace before Jetty has seen"
                        + " them expire: set \"expiry: advisory\" for the namespace in the service's settings");
            }
        } catch (ServiceUnavailableException | LimitExceededException e) {
            LOG.warn(
                    "could not find out whether the namespace's expiry is advisory, as it must be: {}", e.getMessage());
        }
    }

    private static boolean isAdvisory(SessionClient client) {
        String id = client.create(NewSession.builder()
                        .label("Jetty: is expiry advisory here?")
                        .absoluteTimeout(AT_MOST)
                        .build())
                .id();
        try {
            client.expire(id);
            boolean held = client.peek(id).isPresent();
            client.delete(id);
            return held;
        } catch (SessionGoneException enforced) {
            return false;
        }
    }
}
