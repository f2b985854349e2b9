package dev.sessionstore.client.spring;

import dev.sessionstore.client.NewSession;
import dev.sessionstore.client.SessionPatch;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a save has to tell the service.
 *
 * @param attributes JSON by name; null removes
 * @param namesPrincipal whether {@code principal} is to be told
 * @param namesTimeout whether {@code maxInactiveInterval} is to be told
 */
record Changes(
        Map<String, byte @Nullable []> attributes,
        boolean namesPrincipal,
        @Nullable String principal,
        boolean namesTimeout,
        Duration maxInactiveInterval) {

    /** The contract's longest timeout. */
    private static final Duration LONGEST = Duration.ofSeconds(3_155_760_000L);

    NewSession asNew(String id) {
        NewSession.Builder session = NewSession.builder().id(id).idleTimeout(idleTimeout());
        if (principal != null) {
            session.principal(principal);
        }
        attributes.forEach((name, json) -> {
            if (json != null) {
                session.attributeJson(name, json);
            }
        });
        return session.build();
    }

    SessionPatch asPatch() {
        SessionPatch.Builder patch = SessionPatch.builder();
        if (namesPrincipal) {
            patch.principal(principal);
        }
        if (namesTimeout) {
            patch.idleTimeout(idleTimeout());
        }
        attributes.forEach((name, json) -> {
            if (json == null) {
                patch.remove(name);
            } else {
                patch.attributeJson(name, json);
            }
        });
        return patch.build();
    }

    /** Null: for ever. */
    private @Nullable Duration idleTimeout() {
        if (maxInactiveInterval.isNegative() || maxInactiveInterval.compareTo(LONGEST) > 0) {
            return null;
        }
        Duration whole = Duration.ofSeconds(maxInactiveInterval.getSeconds());
        return whole.equals(maxInactiveInterval) ? whole : whole.plusSeconds(1);
    }
}
