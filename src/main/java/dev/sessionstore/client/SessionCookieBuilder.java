package dev.sessionstore.client;

import dev.sessionstore.client.SessionCookie.SameSite;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes a {@link SessionCookie}. Not thread-safe. */
public final class SessionCookieBuilder {
    String name = "__Host-session";
    private @Nullable String domain;
    private String path = "/";
    private boolean httpOnly = true;
    private boolean secure = true;
    private @Nullable SameSite sameSite = SameSite.LAX;
    private boolean partitioned;
    boolean refreshesEachRequest;
    byte[][] keys = {};
    String salt = "session cookie";
    Duration lifetime = Duration.ofDays(31);
    SessionHooks hooks = SessionHooks.NONE;
    InstantSource clock = InstantSource.system();

    SessionCookieBuilder() {}

    /** {@code __Host-session} unless named; that prefix demands {@code Secure}, the path / and no domain. */
    public SessionCookieBuilder name(String value) {
        CookieText.checkName(value);
        name = value;
        return this;
    }

    /** Whose subdomains get it, too; null, as usual: the one host that set it. */
    public SessionCookieBuilder domain(@Nullable String value) {
        if (value != null) {
            CookieText.checkDomain(value);
        }
        domain = value;
        return this;
    }

    /** Below which it is sent; / unless named. */
    public SessionCookieBuilder path(String value) {
        CookieText.checkPath(value);
        path = value;
        return this;
    }

    /** Whether scripts cannot read it; true unless named. */
    public SessionCookieBuilder httpOnly(boolean value) {
        httpOnly = value;
        return this;
    }

    /** Whether it is sent by HTTPS only; true unless named. */
    public SessionCookieBuilder secure(boolean value) {
        secure = value;
        return this;
    }

    /** {@link SameSite#LAX} unless named; null: left to the browser. */
    public SessionCookieBuilder sameSite(@Nullable SameSite value) {
        sameSite = value;
        return this;
    }

    /** Whether each site that embeds this one has its own (CHIPS); false unless named. */
    public SessionCookieBuilder partitioned(boolean value) {
        partitioned = value;
        return this;
    }

    /**
     * Whether a permanent session's cookie is sent anew with each response, or, as usual, only when the session was
     * changed. Each response: the cookie lives as long after the last request as the session does; but a response that
     * is late, while another request logs in, can bring the old id back.
     */
    public SessionCookieBuilder refreshEachRequest(boolean value) {
        refreshesEachRequest = value;
        return this;
    }

    /**
     * Signs the id, so that one that was made up does not reach the service. Then {@link #write(WebSession, String)}
     * needs the header, to renew signatures in time.
     *
     * @param values each at least 32 random bytes, the first for new cookies; copied
     */
    public SessionCookieBuilder signedBy(byte[]... values) {
        Signer.of(salt, values);
        keys = Arrays.stream(values).map(byte[]::clone).toArray(byte[][]::new);
        return this;
    }

    /** Tells apart what is signed with the same keys; {@code session cookie} unless named. */
    public SessionCookieBuilder salt(String value) {
        salt = Objects.requireNonNull(value, "salt");
        return this;
    }

    /** How long a signature is good for; 2 s to 100 years, 31 days unless named. */
    public SessionCookieBuilder signatureLifetime(Duration value) {
        if (value.getSeconds() < 2 || value.compareTo(PendingSettings.LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "the signature's lifetime is " + value + "; it must be 2 s to 100 years");
        }
        lifetime = value;
        return this;
    }

    /** Where the application steps in; nowhere unless named. */
    public SessionCookieBuilder hooks(SessionHooks value) {
        hooks = Objects.requireNonNull(value, "hooks");
        return this;
    }

    /** For {@code Expires} and signatures; the system's unless named. */
    public SessionCookieBuilder clock(InstantSource value) {
        clock = Objects.requireNonNull(value, "clock");
        return this;
    }

    /** @throws IllegalArgumentException if browsers would refuse such a cookie */
    public SessionCookie build() {
        String prefix = name.toLowerCase(Locale.ROOT);
        if (prefix.startsWith("__host-") && (!secure || !path.equals("/") || domain != null)) {
            throw new IllegalArgumentException("a cookie named __Host-… must be secure, have the path / and no domain;"
                    + " without HTTPS: name(\"session\").secure(false)");
        }
        require(!prefix.startsWith("__secure-"), "a cookie named __Secure-…");
        require(sameSite != SameSite.NONE, "a cookie with SameSite=None");
        require(!partitioned, "a partitioned cookie");
        return new SessionCookie(this);
    }

    private void require(boolean holdsWithout, String what) {
        if (!secure && !holdsWithout) {
            throw new IllegalArgumentException(what + " must be secure");
        }
    }

    String attributes() {
        return String.join(
                "",
                List.of(
                        domain == null ? "" : "; Domain=" + domain,
                        "; Path=" + path,
                        secure ? "; Secure" : "",
                        httpOnly ? "; HttpOnly" : "",
                        sameSite == null ? "" : "; SameSite=" + sameSite.text,
                        partitioned ? "; Partitioned" : ""));
    }
}
