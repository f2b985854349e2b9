package dev.sessionstore.core;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a write asks for. Every part is a function from the present value to the next one, so that it can be applied
 * again when another write came first; the functions must be pure.
 *
 * @param permanent null: as it is
 * @param idleSeconds from seconds to seconds, 0 for none; null: as it is, or the namespace's when {@code permanent}
 *     changes or the session begins
 * @param absoluteSeconds likewise
 * @param endsAt from epoch milliseconds to the same, {@link Session#NEVER} for none
 */
public record SessionChange(
        UnaryOperator<@Nullable String> principal,
        UnaryOperator<@Nullable String> label,
        UnaryOperator<byte @Nullable []> binding,
        @Nullable Boolean permanent,
        @Nullable Long idleSeconds,
        @Nullable Long absoluteSeconds,
        @Nullable Long endsAt,
        UnaryOperator<Attributes> attributes) {

    public static final SessionChange NOTHING = new SessionChange(
            value -> value, value -> value, value -> value, null, null, null, null, UnaryOperator.identity());

    /** Nothing but the attributes. */
    public static SessionChange ofAttributes(UnaryOperator<Attributes> attributes) {
        return new SessionChange(NOTHING.principal, NOTHING.label, NOTHING.binding, null, null, null, null, attributes);
    }

    /** Nothing but the explicit end. */
    static SessionChange ofEnd(long endsAt) {
        return new SessionChange(
                NOTHING.principal, NOTHING.label, NOTHING.binding, null, null, null, endsAt, UnaryOperator.identity());
    }

    /** A session that begins with these values, and the namespace's for what they leave open. */
    Session begin(Session.Builder first, NamespacePolicy policy) {
        boolean isPermanent = permanent != null && permanent;
        return first.principal(principal.apply(null))
                .label(label.apply(null))
                .binding(binding.apply(null))
                .permanent(isPermanent)
                .idleSeconds(idleSeconds != null ? idleSeconds : policy.idleSeconds(isPermanent))
                .absoluteSeconds(absoluteSeconds != null ? absoluteSeconds : policy.absoluteSeconds(isPermanent))
                .endsAt(endsAt != null ? endsAt : Session.NEVER)
                .attributes(attributes.apply(Attributes.NONE))
                .build();
    }

    /**
     * The session after this change, one version later, or the very session if the change changes nothing.
     *
     * @param accessedAt noted as an access if the change changes anything, and none is known that is later
     */
    Session applyTo(Session session, NamespacePolicy policy, long accessedAt) {
        boolean nextPermanent = permanent != null ? permanent : session.isPermanent();
        long nextIdle = session.idleSeconds();
        long nextAbsolute = session.absoluteSeconds();
        if (nextPermanent != session.isPermanent()) {
            nextIdle = policy.idleSeconds(nextPermanent);
            nextAbsolute = policy.absoluteSeconds(nextPermanent);
        }
        Session next = session.with()
                .principal(principal.apply(session.principal()))
                .label(label.apply(session.label()))
                .binding(binding.apply(session.binding()))
                .permanent(nextPermanent)
                .idleSeconds(idleSeconds != null ? idleSeconds : nextIdle)
                .absoluteSeconds(absoluteSeconds != null ? absoluteSeconds : nextAbsolute)
                .endsAt(endsAt != null ? endsAt : session.endsAt())
                .attributes(attributes.apply(session.attributes()))
                .version(session.version() + 1)
                .lastAccessedAt(Math.max(accessedAt, session.lastAccessedAt()))
                .build();
        return holdTheSame(session, next) ? session : next;
    }

    private static boolean holdTheSame(Session one, Session other) {
        return one.isPermanent() == other.isPermanent()
                && one.idleSeconds() == other.idleSeconds()
                && one.absoluteSeconds() == other.absoluteSeconds()
                && one.endsAt() == other.endsAt()
                && Objects.equals(one.principal(), other.principal())
                && Objects.equals(one.label(), other.label())
                && Arrays.equals(one.binding(), other.binding())
                && one.attributes().equals(other.attributes());
    }
}
