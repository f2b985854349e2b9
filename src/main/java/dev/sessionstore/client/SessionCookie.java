package dev.sessionstore.client;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that carries a session's id: reads the request's {@code Cookie} header, and says which headers the response
 * needs. Knows no framework: headers are strings. Immutable and thread-safe.
 *
 * <pre>{@code
 * SessionCookie cookie = SessionCookie.builder().build();
 * String header = request.header("Cookie");
 * WebSession session = sessions.open(cookie.read(header).orElse(null));
 * ...
 * session.save();
 * cookie.write(session, header).forEach(response::addHeader);
 * }</pre>
 *
 * <p>The usual cookie is {@code __Host-session}, which browsers take by HTTPS only. To develop without it:
 * {@code SessionCookie.builder().name("session").secure(false)}.
 */
public final class SessionCookie {
    /** When browsers send the cookie with requests that another site caused. */
    public enum SameSite {
        STRICT("Strict"),
        LAX("Lax"),
        NONE("None");

        final String text;

        SameSite(String text) {
            this.text = text;
        }
    }

    /** Browsers keep none for longer. */
    private static final Duration LONGEST = Duration.ofDays(400);

    private final String name;
    private final String attributes;
    private final boolean refreshesEachRequest;
    private final @Nullable Signer signer;
    private final Duration lifetime;
    private final SessionHooks hooks;
    private final InstantSource clock;

    SessionCookie(SessionCookieBuilder from) {
        name = from.name;
        attributes = from.attributes();
        refreshesEachRequest = from.refreshesEachRequest;
        signer = from.keys.length == 0 ? null : Signer.of(from.salt, from.keys);
        lifetime = from.lifetime;
        hooks = from.hooks;
        clock = from.clock;
    }

    /** The usual cookie, to be changed where it must be. */
    public static SessionCookieBuilder builder() {
        return new SessionCookieBuilder();
    }

    /** The cookie's name. */
    public String name() {
        return name;
    }

    /**
     * The id that a request presents: of the first cookie of this name; with signatures, of the first whose signature is
     * right and within its lifetime.
     *
     * @param cookieHeader null if the request has none
     */
    public Optional<String> read(@Nullable String cookieHeader) {
        for (String value : CookieText.values(cookieHeader, name)) {
            if (signer == null) {
                return Optional.of(value).filter(id -> !id.isEmpty());
            }
            Optional<Signer.Signed> signed = verified(value);
            if (signed.isPresent()) {
                return signed.map(Signer.Signed::text);
            }
        }
        return Optional.empty();
    }

    /** The same for a request with any number of such headers. */
    public Optional<String> read(Iterable<String> cookieHeaders) {
        return read(String.join(";", cookieHeaders));
    }

    private Optional<Signer.Signed> verified(String value) {
        Instant now = clock.instant();
        return Objects.requireNonNull(signer).verify(value).filter(signed -> signed.isWithin(lifetime, now));
    }

    /** {@link #write(WebSession, String)} for cookies without signatures: knows what was presented by the session alone. */
    public Map<String, String> write(WebSession session) {
        return write(session, null);
    }

    /**
     * The headers that the response needs, after {@link WebSession#save()}: at most one {@code Set-Cookie}, and
     * {@code Vary: Cookie} where the session was accessed or its cookie is written. To be added to those that it has.
     *
     * <p>A cookie is set for a session that is stored, if its id is not the one presented; if it is permanent and was
     * changed, or is to be refreshed with each request; or if the signature has lived for half of its lifetime. A cookie is
     * deleted if the session ended, or what it presents leads nowhere. Where that is so because another request rotated the
     * session's id, it is left alone: that request's answer brings the new one. Browsers' cookies have no versions, though:
     * the answer to a request from before a logout, if it comes after the next login's, takes that login's cookie away.
     *
     * @param cookieHeader as it was read; null if there was none
     * @return a new map, which the caller may change
     */
    public Map<String, String> write(WebSession session, @Nullable String cookieHeader) {
        Map<String, String> headers = new LinkedHashMap<>();
        boolean isAnothers =
                session.goneReason().filter(GoneReason.ROTATED::equals).isPresent();
        if (session.isStored()) {
            if (hooks.shouldSetCookie(session, !isAnothers && isDue(session, cookieHeader))) {
                headers.put("Set-Cookie", set(session));
            }
        } else if (!isAnothers && isPresented(session, cookieHeader)) {
            headers.put("Set-Cookie", name + "=" + attributes + lasting(Duration.ZERO));
        }
        if (session.isAccessed() || !headers.isEmpty()) {
            headers.put("Vary", "Cookie");
        }
        return headers;
    }

    private boolean isDue(WebSession session, @Nullable String cookieHeader) {
        return !session.presentedId().equals(Optional.of(session.id()))
                || session.isPermanent() && (refreshesEachRequest || session.isModified())
                || isRenewalDue(cookieHeader);
    }

    private boolean isRenewalDue(@Nullable String cookieHeader) {
        return signer != null
                && CookieText.values(cookieHeader, name).stream()
                        .flatMap(value -> verified(value).stream())
                        .findFirst()
                        .filter(signed -> !signed.isWithin(lifetime.dividedBy(2), clock.instant()))
                        .isPresent();
    }

    private boolean isPresented(WebSession session, @Nullable String cookieHeader) {
        // A cookie that is no good was not presented to the factory, and goes, too.
        // One that is good stays where the factory had no answer: NullSession presents none.
        return session.presentedId().isPresent()
                || read(cookieHeader).isEmpty()
                        && !CookieText.values(cookieHeader, name).isEmpty();
    }

    private String set(WebSession session) {
        String value = signer == null ? session.id() : signer.sign(session.id(), clock.instant());
        Optional<Duration> usual = session.isPermanent() ? Optional.of(left(session)) : Optional.empty();
        Optional<Duration> lasting = hooks.cookieLifetime(session, usual);
        return name + "=" + value + attributes + lasting.map(this::lasting).orElse("");
    }

    /** By the clock of who stores it alone, whatever this machine's says. */
    private static Duration left(WebSession session) {
        Optional<Instant> from = session.lastAccessedAt();
        Optional<Instant> to = session.expiresAt();
        return from.isPresent() && to.isPresent() ? Duration.between(from.get(), to.get()) : LONGEST;
    }

    /** {@code Expires}, too, for what does not know {@code Max-Age}. */
    private String lasting(Duration duration) {
        long seconds = Math.max(0, Math.min(duration.toSeconds(), LONGEST.toSeconds()));
        Instant end = seconds == 0 ? Instant.EPOCH : clock.instant().plusSeconds(seconds);
        return "; Max-Age=" + seconds + "; Expires=" + CookieText.date(end);
    }

    /** How long {@code Set-Cookie} is at most, but for the value. */
    int lengthBesideValue() {
        return name.length() + 1 + attributes.length() + lasting(LONGEST).length();
    }

    /** Without keys. */
    @Override
    public String toString() {
        return "SessionCookie[" + name + attributes + "]";
    }
}
