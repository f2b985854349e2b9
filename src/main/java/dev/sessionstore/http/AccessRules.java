package dev.sessionstore.http;

import dev.sessionstore.wire.ErrorCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who may call. Thread-safe; the keys may be exchanged while it is in use. */
public final class AccessRules {
    private static final Caller ANYBODY = new Caller(Role.ADMIN, Set.of("*"));
    private static final Set<String> LOCAL_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Supplier<ApiKeys> keys;
    private final boolean anonymous;
    private final boolean localOnly;
    private final boolean metricsOpen;

    private AccessRules(Supplier<ApiKeys> keys, boolean anonymous, boolean localOnly, boolean metricsOpen) {
        this.keys = keys;
        this.anonymous = anonymous;
        this.localOnly = localOnly;
        this.metricsOpen = metricsOpen;
    }

    /** @param keys asked at every request */
    public static AccessRules byKeys(Supplier<ApiKeys> keys, boolean metricsOpen) {
        return new AccessRules(keys, false, false, metricsOpen);
    }

    /**
     * No keys: everybody who can reach the server may do everything.
     *
     * @param localOnly whether the server listens on loopback only, so that another host's name in a request betrays DNS
     *     rebinding
     */
    public static AccessRules anonymous(boolean localOnly) {
        return new AccessRules(ApiKeys::none, true, localOnly, true);
    }

    public boolean metricsOpen() {
        return metricsOpen;
    }

    /** Refuses what a web page of somebody else's makes a browser send to a server that asks for no key. */
    void checkOrigin(RequestHead head) {
        if (!anonymous) {
            return;
        }
        String host = head.header("Host");
        if (localOnly && (host == null || !LOCAL_HOSTS.contains(withoutPort(host)))) {
            throw forbidden("without keys this server answers to localhost, 127.0.0.1 and [::1] only");
        }
        String origin = head.header("Origin");
        if (origin != null && (host == null || !isSame(origin, host))) {
            throw forbidden("without keys this server answers no requests of other origins' pages");
        }
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        boolean hasPort = colon >= 0 && host.indexOf(']', colon) < 0;
        return (hasPort ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
    }

    private static boolean isSame(String origin, String host) {
        try {
            String authority = new URI(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (URISyntaxException notAnOrigin) {
            return false;
        }
    }

    /** Who calls; refuses when a key is needed and none is known. */
    Caller authenticate(RequestHead head) {
        if (anonymous) {
            return ANYBODY;
        }
        List<String> values = head.headers("Authorization");
        Caller caller = values.size() == 1 ? find(values.get(0)) : null;
        if (caller == null) {
            throw ApiProblem.of(
                            ErrorCode.UNAUTHENTICATED,
                            values.isEmpty()
                                    ? "this needs a key: Authorization: Bearer KEY"
                                    : "the Authorization header gives no key that is known here")
                    .header("WWW-Authenticate", "Bearer");
        }
        return caller;
    }

    private @Nullable Caller find(String authorization) {
        String scheme = "Bearer ";
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length())
                ? keys.get().find(authorization.substring(scheme.length()).strip())
                : null;
    }

    static ApiProblem forbidden(String detail) {
        return ApiProblem.of(ErrorCode.FORBIDDEN, detail);
    }
}
